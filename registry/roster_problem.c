/* The table of what a cell's problem is called and what to do about it. */
#include "registry/roster_value.h"

static const struct row {
    const char *expected[LZ_LANG_COUNT], *advice[LZ_LANG_COUNT];
} rows[LZ_ROSTER_PROBLEM_COUNT] = {
    [LZ_ROSTER_FINE] = {{"", ""}, {"", ""}},
    [LZ_ROSTER_EMPTY] = {{"不能为空", "a value"},
                         {"这一格没有填写，请补填后重新导入。",
                          "This cell is empty; fill it in and import again."}},
    [LZ_ROSTER_NO_MEMORY] = {{"", ""}, {"内存不足，请稍后重试。", "Out of memory; try again in a moment."}},
    [LZ_ROSTER_TOO_LONG] =
        {{"较短的文字", "a shorter text"},
         {"内容太长，请检查是否把多格内容粘贴到了一起，缩短后重新导入。",
          "The text is too long; several cells may have been pasted into one. Shorten it."}},
    [LZ_ROSTER_CONTROL] = {{"普通文字", "plain text"},
                           {"含有看不见的控制字符，请清空这一格后重新输入。",
                            "The cell holds invisible control characters; clear it and type it again."}},
    [LZ_ROSTER_EXCEL_ERROR] =
        {{"实际内容，而不是 Excel 错误值", "a value, not an Excel error"},
         {"这是 Excel 的错误值或未显示完整的内容，请改正公式或加宽列后重新保存。",
          "This is an Excel error or a cell too narrow to show; mend it and save again."}},
    [LZ_ROSTER_NAME_CHARACTERS] = {{"姓名，不含数字、标点和备注", "a name without digits, marks or remarks"},
                                   {"姓名中有不该出现的字符，请只保留姓名，备注写到其他列。",
                                    "The name holds characters that do not belong; keep the name alone."}},
    [LZ_ROSTER_NAME_LOST] =
        {{"完整的姓名", "the whole name"},
         {"姓名中的生僻字在保存时丢失，请用“CSV UTF-8”格式重新保存并补全该字。",
          "A rare character was lost when saving; save as \"CSV UTF-8\" and complete it."}},
    [LZ_ROSTER_ID_SCIENTIFIC] =
        {{"18 位身份证号", "an 18-character ID number"},
         {"身份证号已被 Excel 变成科学计数，数字已丢失；请把该列设为“文本”格式后重新填写。",
          "Excel turned the ID number into scientific notation and its digits are lost; "
          "format the column as text and type it again."}},
    [LZ_ROSTER_ID_FIFTEEN] = {{"18 位身份证号", "an 18-character ID number"},
                              {"15 位身份证号已停用，请填写 18 位身份证号。",
                               "15-digit ID numbers are no longer in use; give the 18-character number."}},
    [LZ_ROSTER_ID_LENGTH] = {{"18 位身份证号", "an 18-character ID number"},
                             {"身份证号应为 18 位，请核对是否漏写或多写。",
                              "An ID number has 18 characters; check for missing or extra ones."}},
    [LZ_ROSTER_ID_CHARACTERS] = {{"17 位数字加 1 位数字或 X", "17 digits and a digit or X"},
                                 {"身份证号只能由数字和末位的 X 组成，请核对。",
                                  "An ID number is made of digits and a final digit or X; check it."}},
    [LZ_ROSTER_ID_BIRTH] = {{"第 7 至 14 位为出生日期", "a birth date in places 7 to 14"},
                            {"身份证号中的出生日期不存在，请核对。",
                             "The birth date within the ID number does not exist; check it."}},
    [LZ_ROSTER_ID_ROUNDED] =
        {{"18 位身份证号", "an 18-character ID number"},
         {"身份证号末三位已被 Excel 变成 000;请把该列设为“文本”格式后重新填写。",
          "Excel rounded the last three digits to 000; format the column as text and type "
          "it again."}},
    [LZ_ROSTER_ID_CHECK] = {{"校验位正确的身份证号", "an ID number whose check digit holds"},
                            {"身份证号的校验位不对，有数字写错，请对照身份证核对。",
                             "The check digit does not fit, so a digit is wrong; compare with the ID card."}},
    [LZ_ROSTER_NUMBER_SCIENTIFIC] =
        {{"完整的证号", "the whole certificate number"},
         {"证号已被 Excel 变成科学计数；请把该列设为“文本”格式后重新填写。",
          "Excel turned the number into scientific notation; format the column as "
          "text and type it again."}},
    [LZ_ROSTER_NUMBER_CHARACTERS] =
        {{"证号，由数字、字母或连字符组成", "a number of digits, letters or hyphens"},
         {"这不像证号（只含数字、字母和连字符，至少 4 位数字，不超过 32 位），请核对。",
          "This is no certificate number (digits, letters and hyphens only, at least 4 "
          "digits, at most 32 characters); check it."}},
    [LZ_ROSTER_DATE_FORM] = {{"日期，如 2023-05-01", "a date such as 2023-05-01"},
                             {"看不懂这个日期，请写成 2023-05-01 的形式。",
                              "This date cannot be read; write it as 2023-05-01."}},
    [LZ_ROSTER_DATE_NO_DAY] = {{"年、月、日，如 2023-05-01", "year, month and day, such as 2023-05-01"},
                               {"日期缺少“日”，请写全年月日。",
                                "The day is missing; write year, month and day."}},
    [LZ_ROSTER_DATE_NO_SUCH] = {{"存在的日期", "a day that exists"},
                                {"没有这一天，请核对日期。", "There is no such day; check the date."}},
    [LZ_ROSTER_DATE_ORDER] = {{"不早于发证日期", "not before the date of issue"},
                              {"有效期早于发证日期，请核对这两个日期是否写反。",
                               "It ends before it was issued; the two dates may be swapped."}},
    [LZ_ROSTER_SEX_WORD] = {{"男或女", "男 (male) or 女 (female)"},
                            {"性别请填“男”或“女”。", "Write 男 or 女."}},
    [LZ_ROSTER_KIND_WORD] = {{"执法人员、监督人员或辅助人员", "执法人员，监督人员 or 辅助人员"},
                             {"人员类别请填“执法人员”“监督人员”或“辅助人员”。",
                              "Write 执法人员 (officer), 监督人员 (supervisor) or 辅助人员 (auxiliary)."}},
};

static const struct row *row_of(enum lz_roster_problem problem)
{
    return &rows[(unsigned)problem < LZ_ROSTER_PROBLEM_COUNT ? problem : LZ_ROSTER_FINE];
}

const char *lz_roster_expected(enum lz_roster_problem problem, lz_lang lang)
{
    return row_of(problem)->expected[lang == LZ_EN];
}

const char *lz_roster_advice(enum lz_roster_problem problem, lz_lang lang)
{
    return row_of(problem)->advice[lang == LZ_EN];
}
