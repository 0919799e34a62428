#include "registry/roster_columns.h"

#include "registry/base/text.h"
#include "registry/roster_value.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const char *const field_words[LZ_ROSTER_FIELD_COUNT][LZ_LANG_COUNT] = {
    [LZ_ROSTER_NAME] = {"姓名", "name"},
    [LZ_ROSTER_ID] = {"身份证号", "ID number"},
    [LZ_ROSTER_ORGAN] = {"工作单位", "organ"},
    [LZ_ROSTER_NUMBER] = {"执法证号", "certificate number"},
    [LZ_ROSTER_ISSUED] = {"发证日期", "date of issue"},
    [LZ_ROSTER_UNTIL] = {"有效期至", "valid until"},
    [LZ_ROSTER_SEX] = {"性别", "sex"},
    [LZ_ROSTER_POST] = {"职务", "post"},
    [LZ_ROSTER_SCOPE] = {"执法类别", "scope"},
    [LZ_ROSTER_REGION] = {"执法区域", "region"},
    [LZ_ROSTER_KIND] = {"人员类别", "kind of person"},
};

const char *lz_roster_field_word(enum lz_roster_field field, lz_lang lang)
{
    return field_words[field][lang == LZ_EN];
}

/* Header words without spaces, brackets, stars and colons, lower case.  The order decides: an earlier row
 * takes its column first, a column is taken once, so an ambiguous word stands behind the plain ones.  `kind`
 * is what the header of the number says of its certificates. */
static const struct header_word {
    enum lz_roster_field field;
    const char *word;
    enum lz_certificate_kind kind;
} words[] = {
    {LZ_ROSTER_NAME, "姓名", 0},
    {LZ_ROSTER_NAME, "人员姓名", 0},
    {LZ_ROSTER_NAME, "执法人员姓名", 0},
    {LZ_ROSTER_NAME, "持证人姓名", 0},
    {LZ_ROSTER_NAME, "持证人", 0},
    {LZ_ROSTER_NAME, "持证人员", 0},
    {LZ_ROSTER_NAME, "名字", 0},
    {LZ_ROSTER_NAME, "姓名全称", 0},
    {LZ_ROSTER_NAME, "name", 0},
    {LZ_ROSTER_NAME, "fullname", 0},
    {LZ_ROSTER_SEX, "性别", 0},
    {LZ_ROSTER_SEX, "sex", 0},
    {LZ_ROSTER_SEX, "gender", 0},
    {LZ_ROSTER_ID, "身份证号", 0},
    {LZ_ROSTER_ID, "身份证号码", 0},
    {LZ_ROSTER_ID, "身份证", 0},
    {LZ_ROSTER_ID, "身份证编号", 0},
    {LZ_ROSTER_ID, "身份证件号", 0},
    {LZ_ROSTER_ID, "身份证件号码", 0},
    {LZ_ROSTER_ID, "身份号码", 0},
    {LZ_ROSTER_ID, "居民身份证号", 0},
    {LZ_ROSTER_ID, "居民身份证号码", 0},
    {LZ_ROSTER_ID, "居民身份证", 0},
    {LZ_ROSTER_ID, "公民身份号码", 0},
    {LZ_ROSTER_ID, "公民身份证号", 0},
    {LZ_ROSTER_ID, "公民身份证号码", 0},
    {LZ_ROSTER_ID, "本人身份证号", 0},
    {LZ_ROSTER_ID, "idnumber", 0},
    {LZ_ROSTER_ID, "idcard", 0},
    {LZ_ROSTER_ID, "idno", 0},
    {LZ_ROSTER_ID, "id", 0},
    {LZ_ROSTER_ORGAN, "工作单位", 0},
    {LZ_ROSTER_ORGAN, "执法单位", 0},
    {LZ_ROSTER_ORGAN, "所在单位", 0},
    {LZ_ROSTER_ORGAN, "所属单位", 0},
    {LZ_ROSTER_ORGAN, "单位名称", 0},
    {LZ_ROSTER_ORGAN, "工作单位名称", 0},
    {LZ_ROSTER_ORGAN, "所在单位名称", 0},
    {LZ_ROSTER_ORGAN, "执法单位名称", 0},
    {LZ_ROSTER_ORGAN, "执法机关", 0},
    {LZ_ROSTER_ORGAN, "执法机关名称", 0},
    {LZ_ROSTER_ORGAN, "行政执法机关", 0},
    {LZ_ROSTER_ORGAN, "行政执法机关名称", 0},
    {LZ_ROSTER_ORGAN, "执法机构", 0},
    {LZ_ROSTER_ORGAN, "执法机构名称", 0},
    {LZ_ROSTER_ORGAN, "执法部门", 0},
    {LZ_ROSTER_ORGAN, "行政执法部门", 0},
    {LZ_ROSTER_ORGAN, "执法主体", 0},
    {LZ_ROSTER_ORGAN, "执法主体名称", 0},
    {LZ_ROSTER_ORGAN, "行政执法主体", 0},
    {LZ_ROSTER_ORGAN, "行政执法主体名称", 0},
    {LZ_ROSTER_ORGAN, "持证单位", 0},
    {LZ_ROSTER_ORGAN, "所属机关", 0},
    {LZ_ROSTER_ORGAN, "所在机关", 0},
    {LZ_ROSTER_ORGAN, "所属执法单位", 0},
    {LZ_ROSTER_ORGAN, "所在执法单位", 0},
    {LZ_ROSTER_ORGAN, "单位", 0},
    {LZ_ROSTER_ORGAN, "单位全称", 0},
    {LZ_ROSTER_ORGAN, "机关名称", 0},
    {LZ_ROSTER_ORGAN, "organ", 0},
    {LZ_ROSTER_ORGAN, "organization", 0},
    {LZ_ROSTER_ORGAN, "部门", 0},
    {LZ_ROSTER_ORGAN, "部门名称", 0},
    {LZ_ROSTER_ORGAN, "所属部门", 0},
    {LZ_ROSTER_ORGAN, "所在部门", 0},
    {LZ_ROSTER_NUMBER, "执法证号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "执法证号码", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "执法证编号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "执法证件号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "执法证件号码", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "执法证件编号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "执法证书编号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "执法证", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "执法编号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "执法号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "行政执法证", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "行政执法证号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "行政执法证号码", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "行政执法证编号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "行政执法证件号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "行政执法证件号码", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "行政执法证件编号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "执法监督证号", LZ_CERTIFICATE_SUPERVISION},
    {LZ_ROSTER_NUMBER, "执法监督证编号", LZ_CERTIFICATE_SUPERVISION},
    {LZ_ROSTER_NUMBER, "行政执法监督证号", LZ_CERTIFICATE_SUPERVISION},
    {LZ_ROSTER_NUMBER, "行政执法监督证编号", LZ_CERTIFICATE_SUPERVISION},
    {LZ_ROSTER_NUMBER, "监督证号", LZ_CERTIFICATE_SUPERVISION},
    {LZ_ROSTER_NUMBER, "监督证编号", LZ_CERTIFICATE_SUPERVISION},
    {LZ_ROSTER_NUMBER, "工作证号", LZ_CERTIFICATE_AUXILIARY},
    {LZ_ROSTER_NUMBER, "工作证编号", LZ_CERTIFICATE_AUXILIARY},
    {LZ_ROSTER_NUMBER, "辅助人员工作证号", LZ_CERTIFICATE_AUXILIARY},
    {LZ_ROSTER_NUMBER, "执法辅助人员工作证号", LZ_CERTIFICATE_AUXILIARY},
    {LZ_ROSTER_NUMBER, "证号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "证书编号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "证书号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "证件编号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "证件号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "持证编号", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "number", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "certificatenumber", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_NUMBER, "certificateno", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_ID, "证件号码", 0},
    {LZ_ROSTER_NUMBER, "证件号码", LZ_CERTIFICATE_ENFORCEMENT},
    {LZ_ROSTER_POST, "职务", 0},
    {LZ_ROSTER_POST, "职务职级", 0},
    {LZ_ROSTER_POST, "职务/职级", 0},
    {LZ_ROSTER_POST, "职务级别", 0},
    {LZ_ROSTER_POST, "现任职务", 0},
    {LZ_ROSTER_POST, "工作岗位", 0},
    {LZ_ROSTER_POST, "执法岗位", 0},
    {LZ_ROSTER_POST, "岗位", 0},
    {LZ_ROSTER_POST, "职位", 0},
    {LZ_ROSTER_POST, "职级", 0},
    {LZ_ROSTER_POST, "职称", 0},
    {LZ_ROSTER_POST, "post", 0},
    {LZ_ROSTER_POST, "position", 0},
    {LZ_ROSTER_SCOPE, "执法类别", 0},
    {LZ_ROSTER_SCOPE, "执法种类", 0},
    {LZ_ROSTER_SCOPE, "执法门类", 0},
    {LZ_ROSTER_SCOPE, "执法类型", 0},
    {LZ_ROSTER_SCOPE, "执法领域", 0},
    {LZ_ROSTER_SCOPE, "行政执法类别", 0},
    {LZ_ROSTER_SCOPE, "行政执法领域", 0},
    {LZ_ROSTER_SCOPE, "执法事项", 0},
    {LZ_ROSTER_SCOPE, "执法项目", 0},
    {LZ_ROSTER_SCOPE, "执法内容", 0},
    {LZ_ROSTER_SCOPE, "业务领域", 0},
    {LZ_ROSTER_SCOPE, "scope", 0},
    {LZ_ROSTER_REGION, "执法区域", 0},
    {LZ_ROSTER_REGION, "执法地域", 0},
    {LZ_ROSTER_REGION, "执法辖区", 0},
    {LZ_ROSTER_REGION, "执法地区", 0},
    {LZ_ROSTER_REGION, "行政执法区域", 0},
    {LZ_ROSTER_REGION, "区域", 0},
    {LZ_ROSTER_REGION, "辖区", 0},
    {LZ_ROSTER_REGION, "所属区域", 0},
    {LZ_ROSTER_REGION, "行政区划", 0},
    {LZ_ROSTER_REGION, "行政区域", 0},
    {LZ_ROSTER_REGION, "region", 0},
    {LZ_ROSTER_SCOPE, "执法范围", 0},
    {LZ_ROSTER_REGION, "执法范围", 0},
    {LZ_ROSTER_ISSUED, "发证日期", 0},
    {LZ_ROSTER_ISSUED, "发证时间", 0},
    {LZ_ROSTER_ISSUED, "颁证日期", 0},
    {LZ_ROSTER_ISSUED, "颁发日期", 0},
    {LZ_ROSTER_ISSUED, "颁发时间", 0},
    {LZ_ROSTER_ISSUED, "签发日期", 0},
    {LZ_ROSTER_ISSUED, "制发日期", 0},
    {LZ_ROSTER_ISSUED, "核发日期", 0},
    {LZ_ROSTER_ISSUED, "领证日期", 0},
    {LZ_ROSTER_ISSUED, "领证时间", 0},
    {LZ_ROSTER_ISSUED, "取证日期", 0},
    {LZ_ROSTER_ISSUED, "取证时间", 0},
    {LZ_ROSTER_ISSUED, "办证日期", 0},
    {LZ_ROSTER_ISSUED, "办证时间", 0},
    {LZ_ROSTER_ISSUED, "发证年月日", 0},
    {LZ_ROSTER_ISSUED, "证件发放日期", 0},
    {LZ_ROSTER_ISSUED, "有效期起", 0},
    {LZ_ROSTER_ISSUED, "有效期自", 0},
    {LZ_ROSTER_ISSUED, "有效期开始", 0},
    {LZ_ROSTER_ISSUED, "有效期起始", 0},
    {LZ_ROSTER_ISSUED, "有效期始", 0},
    {LZ_ROSTER_ISSUED, "起始日期", 0},
    {LZ_ROSTER_ISSUED, "生效日期", 0},
    {LZ_ROSTER_ISSUED, "issuedon", 0},
    {LZ_ROSTER_ISSUED, "issued", 0},
    {LZ_ROSTER_ISSUED, "dateofissue", 0},
    {LZ_ROSTER_UNTIL, "有效期至", 0},
    {LZ_ROSTER_UNTIL, "有效期止", 0},
    {LZ_ROSTER_UNTIL, "有效期到", 0},
    {LZ_ROSTER_UNTIL, "有效期截止", 0},
    {LZ_ROSTER_UNTIL, "有效期截止日期", 0},
    {LZ_ROSTER_UNTIL, "有效期截至", 0},
    {LZ_ROSTER_UNTIL, "有效期终止", 0},
    {LZ_ROSTER_UNTIL, "有效期结束", 0},
    {LZ_ROSTER_UNTIL, "有效截止日期", 0},
    {LZ_ROSTER_UNTIL, "有效日期", 0},
    {LZ_ROSTER_UNTIL, "有效日期至", 0},
    {LZ_ROSTER_UNTIL, "有效至", 0},
    {LZ_ROSTER_UNTIL, "证件有效期", 0},
    {LZ_ROSTER_UNTIL, "证件有效期至", 0},
    {LZ_ROSTER_UNTIL, "证书有效期", 0},
    {LZ_ROSTER_UNTIL, "证书有效期至", 0},
    {LZ_ROSTER_UNTIL, "执法证有效期", 0},
    {LZ_ROSTER_UNTIL, "执法证有效期至", 0},
    {LZ_ROSTER_UNTIL, "执法证件有效期", 0},
    {LZ_ROSTER_UNTIL, "证件有效日期", 0},
    {LZ_ROSTER_UNTIL, "有效期", 0},
    {LZ_ROSTER_UNTIL, "有效期限", 0},
    {LZ_ROSTER_UNTIL, "有效时间", 0},
    {LZ_ROSTER_UNTIL, "截止日期", 0},
    {LZ_ROSTER_UNTIL, "到期日期", 0},
    {LZ_ROSTER_UNTIL, "到期日", 0},
    {LZ_ROSTER_UNTIL, "到期时间", 0},
    {LZ_ROSTER_UNTIL, "失效日期", 0},
    {LZ_ROSTER_UNTIL, "validuntil", 0},
    {LZ_ROSTER_UNTIL, "expires", 0},
    {LZ_ROSTER_UNTIL, "expirydate", 0},
    {LZ_ROSTER_KIND, "人员类别", 0},
    {LZ_ROSTER_KIND, "人员类型", 0},
    {LZ_ROSTER_KIND, "人员性质", 0},
    {LZ_ROSTER_KIND, "人员种类", 0},
    {LZ_ROSTER_KIND, "执法人员类别", 0},
    {LZ_ROSTER_KIND, "执法人员类型", 0},
    {LZ_ROSTER_KIND, "执法证件类别", 0},
    {LZ_ROSTER_KIND, "执法证件类型", 0},
    {LZ_ROSTER_KIND, "执法证件种类", 0},
    {LZ_ROSTER_KIND, "证件类别", 0},
    {LZ_ROSTER_KIND, "证件种类", 0},
    {LZ_ROSTER_KIND, "证件类型", 0},
    {LZ_ROSTER_KIND, "kind", 0},
};

/* A header cell as the table writes it: no spaces, no brackets with what they hold, no * : and such. */
static char *header_key(struct lz_arena *arena, const char *cell)
{
    char *clean =
        strlen(cell) <= LZ_ROSTER_CELL_MAX ? lz_roster_clean(arena, cell) : lz_arena_text(arena, "");
    char *key = clean ? lz_text_squeeze(arena, clean) : NULL;
    if (!key)
        return NULL;
    char *to = key;
    int depth = 0;
    for (const char *from = key; *from; from++) {
        depth += *from == '(' || *from == '[';
        if (depth == 0 && !strchr("*:?_-.", *from))
            *to++ = (char)(*from >= 'A' && *from <= 'Z' ? *from - 'A' + 'a' : *from);
        depth -= depth > 0 && (*from == ')' || *from == ']');
    }
    *to = '\0';
    return key;
}

/* Gives columns to fields in the table's order. */
static void assign(const struct lz_csv_row *row, char *const *keys, struct lz_roster_columns *columns)
{
    bool taken[LZ_ROSTER_MAX_COLUMNS] = {false};
    for (size_t w = 0; w < COUNT_OF(words); w++) {
        const enum lz_roster_field field = words[w].field;
        for (size_t i = 0; i < row->count && !columns->has[field]; i++) {
            if (taken[i] || strcmp(keys[i], words[w].word) != 0)
                continue;
            taken[i] = columns->has[field] = true;
            columns->at[field] = i;
            columns->found++;
            if (field == LZ_ROSTER_NUMBER)
                columns->kind = words[w].kind;
        }
    }
}

lz_err lz_roster_columns_read(struct lz_arena *arena, const struct lz_csv_row *row,
                              struct lz_roster_columns *ret_columns)
{
    char *keys[LZ_ROSTER_MAX_COLUMNS] = {NULL};
    struct lz_roster_columns columns = {.kind = LZ_CERTIFICATE_ENFORCEMENT};
    for (size_t i = 0; i < row->count; i++) {
        keys[i] = header_key(arena, row->cells[i]);
        if (!keys[i])
            return LZ_MEMORY;
    }
    assign(row, keys, &columns);
    for (int f = 0; f < LZ_ROSTER_FIELD_COUNT; f++) {
        columns.header[f] = field_words[f][LZ_ZH];
        if (!columns.has[f])
            continue;
        columns.header[f] = lz_text_squeeze(arena, row->cells[columns.at[f]]);
        if (!columns.header[f])
            return LZ_MEMORY;
    }
    *ret_columns = columns;
    return LZ_OK;
}

bool lz_roster_is_header(const struct lz_roster_columns *columns)
{
    return columns->found >= 3 && columns->has[LZ_ROSTER_NAME] &&
           (columns->has[LZ_ROSTER_ID] || columns->has[LZ_ROSTER_NUMBER]);
}

const char *lz_roster_field_cell(const struct lz_roster_columns *columns, const struct lz_csv_row *row,
                                 enum lz_roster_field field)
{
    return columns->has[field] ? lz_csv_cell(row, columns->at[field]) : "";
}

/* ---- rows that are no person's ---- */

/* Beginnings of cells in rows without any number or date: totals, notes, signatures. */
static const char *const nobody_words[] = {
    "合计",     "总计",     "小计",     "共计",       "累计",      "总数",   "总人数",   "人数合计", "本页",
    "计:",      "备注",     "注:",      "注、",       "说明",      "填表",   "填报",     "制表",     "审核人",
    "审核:",    "复核",     "负责人:",  "单位负责人", "主要领导:", "联系人", "联系电话", "电话:",    "打印",
    "统计日期", "统计时间", "单位盖章", "(盖章)",     "以上",      "total",  "subtotal", "sum",
};

static bool says_nobody(const char *cell)
{
    for (size_t i = 0; i < COUNT_OF(nobody_words); i++)
        if (strncasecmp(cell, nobody_words[i], strlen(nobody_words[i])) == 0)
            return true;
    return false;
}

/* 一、市直部门 or (二)县区: the only cell of its row. */
static bool is_heading(const char *cell)
{
    static const char *const digits[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
    const char *at = cell + (*cell == '(');
    bool numbered = false;
    for (size_t i = 0; i < COUNT_OF(digits);)
        if (strncmp(at, digits[i], strlen(digits[i])) == 0) {
            at += strlen(digits[i]);
            numbered = true;
            i = 0;
        } else
            i++;
    return numbered && (strncmp(at, "、", strlen("、")) == 0 || *at == ')' || *at == '.');
}

struct shape {
    size_t filled;     /* cells with content */
    bool identified;   /* a number or a date is given */
    bool known_filled; /* any field but the ones people fill down in advance */
    bool nobody, heading;
    size_t repeated; /* cells that repeat their header */
};

static bool is_telling(const struct lz_roster_columns *columns, size_t column, bool *ret_identifies)
{
    static const bool identifies[LZ_ROSTER_FIELD_COUNT] = {[LZ_ROSTER_ID] = true,
                                                           [LZ_ROSTER_NUMBER] = true,
                                                           [LZ_ROSTER_ISSUED] = true,
                                                           [LZ_ROSTER_UNTIL] = true};
    for (int f = 0; f < LZ_ROSTER_FIELD_COUNT; f++)
        if (columns->has[f] && columns->at[f] == column) {
            *ret_identifies = identifies[f];
            return f < LZ_ROSTER_REQUIRED_COUNT || f == LZ_ROSTER_POST;
        }
    return false;
}

static size_t repeats_header(const struct lz_roster_columns *columns, size_t column, const char *cell)
{
    for (int f = 0; f < LZ_ROSTER_FIELD_COUNT; f++)
        if (columns->has[f] && columns->at[f] == column)
            return strcmp(cell, columns->header[f]) == 0;
    return 0;
}

static void read_cell(const struct lz_roster_columns *columns, size_t column, const char *cell, bool reading,
                      struct shape *shape)
{
    bool identifies = false;
    shape->filled++;
    shape->known_filled |= is_telling(columns, column, &identifies);
    shape->identified |= identifies;
    shape->nobody |= reading && says_nobody(cell);
    shape->heading |= reading && is_heading(cell);
    shape->repeated += repeats_header(columns, column, cell);
}

/* What the cells say; `reading`: also whether they read as a heading or as nobody's, which is slow to tell.
 */
static lz_err take_shape(struct lz_arena *arena, const struct lz_roster_columns *columns,
                         const struct lz_csv_row *row, bool reading, struct shape *ret_shape)
{
    struct shape shape = {0};
    for (size_t i = 0; i < row->count; i++) {
        if (!*row->cells[i])
            continue;
        const bool whole = strlen(row->cells[i]) <= LZ_ROSTER_CELL_MAX;
        if (whole && lz_roster_is_clean(row->cells[i])) {
            read_cell(columns, i, row->cells[i], reading, &shape);
            continue;
        }
        char *clean = whole ? lz_roster_clean(arena, row->cells[i]) : lz_arena_text(arena, "…");
        char *cell = clean ? lz_text_squeeze(arena, clean) : NULL;
        if (!cell)
            return LZ_MEMORY;
        if (*cell)
            read_cell(columns, i, cell, reading, &shape);
        lz_roster_wipe(clean);
        lz_roster_wipe(cell);
    }
    *ret_shape = shape;
    return LZ_OK;
}

lz_err lz_roster_row_is_nobody(struct lz_arena *arena, const struct lz_roster_columns *columns,
                               const struct lz_csv_row *row, bool *ret_nobody)
{
    struct shape shape = {0};
    lz_err err = take_shape(arena, columns, row, false, &shape);
    if (!err && (!shape.identified || shape.filled == 1))
        err = take_shape(arena, columns, row, true, &shape);
    if (err)
        return err;
    *ret_nobody = !shape.known_filled || shape.repeated >= 3 || (!shape.identified && shape.nobody) ||
                  (shape.filled == 1 && shape.heading);
    return LZ_OK;
}
