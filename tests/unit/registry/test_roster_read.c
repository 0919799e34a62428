#include "faults/faults.h"
#include "lz_test.h"
#include "registry/roster.h"

#include "registry/base/file.h"

#include <jansson.h>

#define HEADER "姓名,性别,身份证号,工作单位,职务,执法证号,执法类别,执法区域,发证日期,有效期至,人员类别\n"
#define GOOD                                                                                                         \
    "罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230001,水务,黄陵县,2022-11-25,2027-11-25," \
    "执法人员\n"

static struct lz_roster *read_text(const char *text)
{
    struct lz_roster *roster = NULL;
    struct lz_fault fault = {0};
    lz_err err = lz_roster_read(lz_bytes_text(text), LZ_ROSTER_AUTO, &roster, &fault);
    if (err)
        print_message("%s\n", lz_fault_text(&fault, LZ_ZH));
    assert_ok(err);
    return roster;
}

/* ---- the files of the conformance data ---- */

static const char *data_folder(void)
{
    const char *folder = getenv("LIANGZHENG_CONFORMANCE");
    return folder ? folder : LZ_SOURCE_DIR "/../shared/data";
}

static void agree(const char *name, enum lz_roster_encoding encoding)
{
    char path[1024];
    struct lz_buf file;
    lz_buf_init(&file, LZ_ROSTER_MAX_BYTES);
    snprintf(path, sizeof path, "%s/roster/%s", data_folder(), name);
    lz_err err = lz_file_read(path, &file, NULL);
    if (err == LZ_NOT_FOUND) {
        print_message("skipped: no conformance data at %s\n", path);
        skip();
    }
    assert_ok(err);
    strncat(path, ".truth.json", sizeof path - strlen(path) - 1);
    json_t *truth = json_load_file(path, 0, NULL);
    assert_non_null(truth);
    json_t *rows = json_object_get(truth, "rows");

    struct lz_roster *roster = NULL;
    struct lz_fault fault = {0};
    assert_ok(lz_roster_read(lz_buf_view(&file), encoding, &roster, &fault));
    assert_int_equal(roster->row_count, json_array_size(rows));
    for (size_t i = 0; i < roster->row_count; i++) {
        const struct lz_roster_row *row = &roster->rows[i];
        const json_t *want = json_array_get(rows, i);
        const char *why = json_string_value(json_object_get(want, "fault"));
        assert_int_equal(row->line, json_integer_value(json_object_get(want, "row")));
        if (row->readable == (why != NULL))
            print_message("%s line %zu: %s / %s\n", name, row->line, why ? why : "good",
                          row->fault_count ? row->faults[0].message[LZ_ZH] : "read");
        assert_int_equal(row->readable, why == NULL);
        if (why) {
            assert_int_equal(row->fault_count, 1);
            assert_int_equal(row->faults[0].line, row->line);
            continue;
        }
        assert_string_equal(row->number, json_string_value(json_object_get(want, "number")));
        assert_string_equal(row->name, json_string_value(json_object_get(want, "name")));
        assert_string_equal(row->id_number, json_string_value(json_object_get(want, "id")));
    }
    lz_roster_free(&roster);
    assert_null(roster);
    json_decref(truth);
    lz_buf_free(&file);
}

static void the_clean_file_reads_whole(void **state)
{
    (void)state;
    agree("clean-200.utf8.csv", LZ_ROSTER_AUTO);
    agree("clean-200.utf8.csv", LZ_ROSTER_UTF8);
}

static void the_messy_utf8_file_reads_as_its_truth_says(void **state)
{
    (void)state;
    agree("messy-60.utf8.csv", LZ_ROSTER_AUTO);
}

static void the_messy_gb18030_file_reads_as_its_truth_says(void **state)
{
    (void)state;
    agree("messy-120.gb.csv", LZ_ROSTER_AUTO);
    agree("messy-120.gb.csv", LZ_ROSTER_GB18030);
}

/* ---- the table around the people ---- */

static void every_column_reaches_its_field(void **state)
{
    (void)state;
    struct lz_roster *roster = read_text(HEADER GOOD);
    assert_int_equal(roster->row_count, 1);
    const struct lz_roster_row *row = &roster->rows[0];
    assert_int_equal(row->line, 2);
    assert_true(row->readable);
    assert_string_equal(row->name, "罗秀宝");
    assert_int_equal(row->sex, 2);
    assert_string_equal(row->id_number, "61063219680525904X");
    assert_string_equal(row->organ, "黄陵县水务局");
    assert_string_equal(row->post, "科员");
    assert_string_equal(row->number, "27063230001");
    assert_string_equal(row->scope, "水务");
    assert_string_equal(row->region, "黄陵县");
    assert_string_equal(row->issued_on.text, "2022-11-25");
    assert_string_equal(row->valid_until.text, "2027-11-25");
    assert_int_equal(row->kind, LZ_CERTIFICATE_ENFORCEMENT);
    assert_true(row->kind_given);
    lz_roster_free(&roster);
}

static const struct {
    const char *header;
    enum lz_certificate_kind kind;
} headers[] = {
    {"姓名,身份证号,工作单位,执法证号,发证日期,有效期至", LZ_CERTIFICATE_ENFORCEMENT},
    {"姓名,公民身份号码,执法单位,执法证件编号,发证时间,证件有效期", LZ_CERTIFICATE_ENFORCEMENT},
    {" 姓 名 ,身份证号码（18位）,所在单位,证件编号*,发证日期：,有效期止", LZ_CERTIFICATE_ENFORCEMENT},
    {"\"姓\n名\",\"身份证\n号码\",单位名称,\"行政执法证\n编号\",领证日期,有效期限",
     LZ_CERTIFICATE_ENFORCEMENT},
    {"姓名,证件号码,执法主体名称,证号,颁证日期,有效期", LZ_CERTIFICATE_ENFORCEMENT},
    {"持证人,身份证号,持证单位,证件号码,签发日期,到期日期", LZ_CERTIFICATE_ENFORCEMENT},
    {"姓名,身份证号,单位,执法监督证号,有效期起,有效期止", LZ_CERTIFICATE_SUPERVISION},
    {"姓名,身份证号,单位,工作证号,有效期起,有效期止", LZ_CERTIFICATE_AUXILIARY},
    {"Name,ID number,Organ,Certificate No.,Issued on,Valid until", LZ_CERTIFICATE_ENFORCEMENT},
};

static void columns_are_known_by_their_usual_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        char text[1024];
        snprintf(text, sizeof text, "%s\n%s", headers[i].header,
                 "罗秀宝,61063219680525904X,水务局,27063230001,2022-11-25,2027-11-25\n");
        print_message("%s\n", headers[i].header);
        struct lz_roster *roster = read_text(text);
        assert_int_equal(roster->row_count, 1);
        assert_true(roster->rows[0].readable);
        assert_string_equal(roster->rows[0].number, "27063230001");
        assert_int_equal(roster->rows[0].kind, headers[i].kind);
        assert_false(roster->rows[0].kind_given);
        lz_roster_free(&roster);
    }
}

static const char *const around[] = {
    HEADER GOOD,
    "\xEF\xBB\xBF" HEADER GOOD,
    "延安市行政执法人员名册,,,\n" HEADER GOOD,
    "\n\n名册\n单位(盖章):,,填报人姓名:,,\n" HEADER GOOD,
    HEADER ",,,,,,,,,,\n" GOOD ",,,,,,,,,,\n\n",
    HEADER GOOD "合计,1,,,,,,,,,\n",
    HEADER GOOD "合　计,1人,,,,,,,,,\n",
    HEADER GOOD "总计:1,,,,,,,,,,\n",
    HEADER GOOD ",,,小计,1,,,,,,\n",
    HEADER GOOD "填表人:张三,,,审核人:李四,,,联系电话:0911-2110000,,,,\n",
    HEADER GOOD "注:本表一式两份,,,,,,,,,,\n",
    HEADER "一、市直部门,,,,,,,,,,\n" GOOD "（二）县区,,,,,,,,,,\n",
    HEADER GOOD HEADER,
    HEADER GOOD ",,,,,,,,,,执法人员\n",
    HEADER "罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230001,水务,黄陵县,2022-11-25,2027-11-25,"
           "执法人员,,,,,\n",
    HEADER "\"罗秀宝\",\"女\",\"61063219680525904X\",\"黄陵县水务局\",\"科员,一中队\n二组\",\"27063230001\","
           "水务,黄陵县,"
           "2022-11-25,2027-11-25,执法人员",
};

static void what_stands_around_the_people_is_no_person(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(around); i++) {
        print_message("case %zu\n", i);
        struct lz_roster *roster = read_text(around[i]);
        assert_int_equal(roster->row_count, 1);
        assert_true(roster->rows[0].readable);
        lz_roster_free(&roster);
    }
}

static void lines_are_counted_as_they_stand_in_the_file(void **state)
{
    (void)state;
    struct lz_roster *roster = read_text(
        "\"两行\n的标题\"\r\n" HEADER "\n"
        "张\"三,女,61063219680525904X,\"水\r\n务\n局\",,27063230001,,,2022-11-25,2027-11-25,执法人员\n"
        "李四,女,610600199007209075,水务局,,,,,2022-11-25,2027-11-25,执法人员\n");
    assert_int_equal(roster->row_count, 2);
    assert_int_equal(roster->rows[0].line, 5);
    assert_int_equal(roster->rows[1].line, 8);
    lz_roster_free(&roster);
}

/* ---- faults ---- */

static const struct {
    const char *row, *column, *found;
} faulty[] = {
    {",女,61063219680525904X,水务局,,27063230001,,,2022-11-25,2027-11-25,执法人员", "姓名", ""},
    {"张三,女,,水务局,,27063230001,,,2022-11-25,2027-11-25,执法人员", "身份证号", ""},
    {"张三,女,61063219680525904X,,,27063230001,,,2022-11-25,2027-11-25,执法人员", "工作单位", ""},
    {"张三,女,61063219680525904X,水务局,,,,,2022-11-25,2027-11-25,执法人员", "执法证号", ""},
    {"张三,女,61063219680525904X,水务局,,27063230001,,,,2027-11-25,执法人员", "发证日期", ""},
    {"张三,女,61063219680525904X,水务局,,27063230001,,,2022-11-25,,执法人员", "有效期至", ""},
    {"张三,女,61063219680525904X,水务局,,27063230001,,,2022-11-25,2027-11-25", "人员类别", ""},
    {"张三,女,61063219680525904X,水务局,,27063230001,,,2022-11-25,2027-11-25,临时工", "人员类别", "临时工"},
    {"张三,雄,61063219680525904X,水务局,,27063230001,,,2022-11-25,2027-11-25,执法人员", "性别", "雄"},
    {"张三,女,6.10602E+17,水务局,,27063230001,,,2022-11-25,2027-11-25,执法人员", "身份证号", "6.10602E+17"},
    {"张三,女,610632196805259041,水务局,,27063230001,,,2022-11-25,2027-11-25,执法人员", "身份证号",
     "6106**********9041"},
    {"张三,女,61063219680525904X,水务局,,2.7063E+10,,,2022-11-25,2027-11-25,执法人员", "执法证号",
     "2.7063E+10"},
    {"张三,女,61063219680525904X,水务局,,27063230001,,,2023-02-30,2027-11-25,执法人员", "发证日期",
     "2023-02-30"},
    {"张三,女,61063219680525904X,水务局,,27063230001,,,2027-11-25,2022-11-25,执法人员", "有效期至",
     "2022-11-25"},
    {"610632196805259041,女,61063219680525904X,水务局,,27063230001,,,2022-11-25,2027-11-25,执法人员", "姓名",
     "6106**********9041"},
};

static void a_faulty_cell_names_line_column_and_what_to_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(faulty); i++) {
        char text[2048];
        snprintf(text, sizeof text, "%s%s\n", HEADER, faulty[i].row);
        print_message("%s\n", faulty[i].row);
        struct lz_roster *roster = read_text(text);
        assert_int_equal(roster->row_count, 1);
        const struct lz_roster_row *row = &roster->rows[0];
        assert_false(row->readable);
        assert_int_equal(row->outcome, LZ_ROSTER_REFUSED);
        assert_int_equal(row->fault_count, 1);
        assert_int_equal(row->faults[0].line, 2);
        assert_string_equal(row->faults[0].column, faulty[i].column);
        assert_string_equal(row->faults[0].found, faulty[i].found);
        for (int lang = 0; lang < LZ_LANG_COUNT; lang++) {
            assert_true(strlen(row->faults[0].expected[lang]) > 0);
            assert_true(strlen(row->faults[0].message[lang]) > 0);
        }
        lz_roster_free(&roster);
    }
}

static void every_fault_of_a_row_is_told_at_once(void **state)
{
    (void)state;
    struct lz_roster *roster = read_text(HEADER ",女,1,,,,,,2023-02-30,2027-11-25,\n");
    assert_int_equal(roster->rows[0].fault_count, 6);
    lz_roster_free(&roster);
}

static void the_columns_name_is_the_files_own(void **state)
{
    (void)state;
    struct lz_roster *roster = read_text("姓 名,公民身份号码,单位,\"执法证\n编号\",发证日期,有效期\n"
                                         "张三,1,水务局,科长,2022-11-25,2027-11-25\n");
    assert_int_equal(roster->rows[0].fault_count, 2);
    assert_string_equal(roster->rows[0].faults[0].column, "执法证编号");
    assert_string_equal(roster->rows[0].faults[1].column, "公民身份号码");
    lz_roster_free(&roster);
}

static const struct {
    const char *rows;
    bool refused;
    const char *column;
} repeated[] = {
    /* the same row twice */
    {GOOD GOOD, true, "执法证号"},
    /* the number again, for another */
    {GOOD "李四,女,610600199007209075,水务局,,２７０６３２３０００１,,,2022-11-25,2027-11-25,执法人员\n",
     true, "执法证号"},
    /* the person again, under another number */
    {GOOD "罗秀宝,女,61063219680525904x,水务局,,27063230002,,,2022-11-25,2027-11-25,执法人员\n", true,
     "身份证号"},
    /* an officer who is an auxiliary, too */
    {GOOD "罗秀宝,女,61063219680525904X,水务局,,27063230002,,,2022-11-25,2027-11-25,辅助人员\n", true,
     "身份证号"},
    /* one ID number, two names */
    {GOOD "李四,女,61063219680525904X,水务局,,27063230002,,,2022-11-25,2027-11-25,监督人员\n", true,
     "身份证号"},
    /* an officer who supervises, too */
    {GOOD "罗秀宝,女,61063219680525904X,水务局,,27063230002,,,2022-11-25,2027-11-25,监督人员\n", false, NULL},
    /* two people of one name */
    {GOOD "罗秀宝,女,610600199007209075,水务局,,27063230002,,,2022-11-25,2027-11-25,执法人员\n", false, NULL},
};

static void a_repetition_is_refused_and_names_the_line_it_repeats(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(repeated); i++) {
        char text[2048];
        snprintf(text, sizeof text, "%s%s", HEADER, repeated[i].rows);
        print_message("case %zu\n", i);
        struct lz_roster *roster = read_text(text);
        assert_int_equal(roster->row_count, 2);
        assert_true(roster->rows[0].readable);
        assert_int_equal(roster->rows[1].readable, !repeated[i].refused);
        if (repeated[i].refused) {
            assert_int_equal(roster->rows[1].fault_count, 1);
            assert_string_equal(roster->rows[1].faults[0].column, repeated[i].column);
            assert_non_null(strstr(roster->rows[1].faults[0].message[LZ_ZH], "第 2 行"));
            assert_non_null(strstr(roster->rows[1].faults[0].message[LZ_EN], "line 2"));
        }
        lz_roster_free(&roster);
    }
}

/* ---- files that are no roster ---- */

static const struct {
    const char *text;
    enum lz_roster_encoding encoding;
    lz_err err;
    const char *says;
} refused[] = {
    {"", LZ_ROSTER_AUTO, LZ_INVALID, "没有找到表头"},
    {"a,b,c\n1,2,3\n", LZ_ROSTER_AUTO, LZ_INVALID, "没有找到表头"},
    {"花名册\n姓名,工作单位,编号\n甲,乙,1\n", LZ_ROSTER_AUTO, LZ_INVALID, "第 2 行的表头缺少必需的列"},
    {"姓名,身份证号,工作单位\n张三,1,2\n", LZ_ROSTER_AUTO, LZ_INVALID, "第 1 行的表头缺少必需的列"},
    {HEADER "\"张三,女\n", LZ_ROSTER_AUTO, LZ_MALFORMED, "第 2 行的引号没有结束"},
    {HEADER "\xFF\xFF", LZ_ROSTER_UTF8, LZ_MALFORMED, "第 2 行有不是 UTF-8"},
    {HEADER "\xFF\xFF", LZ_ROSTER_AUTO, LZ_MALFORMED, "GB18030"},
    {"PK\x03\x04xyz", LZ_ROSTER_AUTO, LZ_MALFORMED, "Excel 工作簿"},
    {"\xD0\xCF\x11\xE0xyz", LZ_ROSTER_AUTO, LZ_MALFORMED, "Excel 97-2003"},
    {"\xFF\xFEx", LZ_ROSTER_AUTO, LZ_MALFORMED, "UTF-16"},
};

static void what_is_no_roster_is_refused_with_the_way_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct lz_roster *roster = NULL;
        struct lz_fault fault = {0};
        print_message("case %zu\n", i);
        assert_err(lz_roster_read(lz_bytes_text(refused[i].text), refused[i].encoding, &roster, &fault),
                   refused[i].err);
        assert_null(roster);
        assert_non_null(strstr(fault.detail[LZ_ZH], refused[i].says));
        assert_err(lz_roster_read(lz_bytes_text(refused[i].text), refused[i].encoding, &roster, NULL),
                   refused[i].err);
    }
}

static void missing_columns_are_named(void **state)
{
    (void)state;
    struct lz_roster *roster = NULL;
    struct lz_fault fault = {0};
    assert_err(
        lz_roster_read(lz_bytes_text("姓名,身份证号,工作单位,发证日期\n"), LZ_ROSTER_AUTO, &roster, &fault),
        LZ_INVALID);
    assert_int_equal(fault.field_count, 2);
    assert_string_equal(fault.fields[0].field, "执法证号");
    assert_string_equal(fault.fields[1].field, "有效期至");
    assert_non_null(strstr(fault.detail[LZ_ZH], "姓名、身份证号、工作单位、发证日期"));
}

static void zero_bytes_are_no_text(void **state)
{
    (void)state;
    struct lz_roster *roster = NULL;
    assert_err(lz_roster_read(lz_bytes_of("a\0b", 3), LZ_ROSTER_AUTO, &roster, NULL), LZ_MALFORMED);
    assert_null(roster);
}

static lz_err read_and_free(void *context)
{
    struct lz_roster *roster = NULL;
    lz_err err = lz_roster_read(lz_bytes_text(context), LZ_ROSTER_AUTO, &roster, NULL);
    lz_roster_free(&roster);
    return err;
}

static void reading_survives_the_loss_of_memory_at_any_point(void **state)
{
    (void)state;
    char text[] = HEADER GOOD GOOD "张三,女,1,水务局,,1,,,2022-2-30,,\n";
    fault_each_allocation("read and free", read_and_free, text);
}

static void a_header_without_people_is_an_empty_roster(void **state)
{
    (void)state;
    struct lz_roster *roster = read_text(HEADER);
    assert_int_equal(roster->row_count, 0);
    lz_roster_free(&roster);
    lz_roster_free(&roster);
    lz_roster_free(NULL);
}

static void more_people_than_are_taken_at_once_are_said_to_be_too_many(void **state)
{
    (void)state;
    struct lz_buf text;
    struct lz_roster *roster = NULL;
    struct lz_fault fault = {0};
    lz_buf_init(&text, LZ_ROSTER_MAX_BYTES);
    lz_buf_text(&text, HEADER);
    for (int i = 0; i <= LZ_ROSTER_MAX_ROWS; i++)
        lz_buf_text(&text, "x,,,,,,,,,,\n");
    assert_ok(text.err);
    lz_err err = lz_roster_read(lz_buf_view(&text), LZ_ROSTER_UTF8, &roster, &fault);
    lz_buf_free(&text);
    assert_err(err, LZ_TOO_LARGE);
    assert_null(roster);
    assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), "500,000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clean_file_reads_whole),
        cmocka_unit_test(the_messy_utf8_file_reads_as_its_truth_says),
        cmocka_unit_test(the_messy_gb18030_file_reads_as_its_truth_says),
        cmocka_unit_test(every_column_reaches_its_field),
        cmocka_unit_test(columns_are_known_by_their_usual_words),
        cmocka_unit_test(what_stands_around_the_people_is_no_person),
        cmocka_unit_test(lines_are_counted_as_they_stand_in_the_file),
        cmocka_unit_test(a_faulty_cell_names_line_column_and_what_to_do),
        cmocka_unit_test(every_fault_of_a_row_is_told_at_once),
        cmocka_unit_test(the_columns_name_is_the_files_own),
        cmocka_unit_test(a_repetition_is_refused_and_names_the_line_it_repeats),
        cmocka_unit_test(what_is_no_roster_is_refused_with_the_way_out),
        cmocka_unit_test(missing_columns_are_named),
        cmocka_unit_test(zero_bytes_are_no_text),
        cmocka_unit_test(reading_survives_the_loss_of_memory_at_any_point),
        cmocka_unit_test(more_people_than_are_taken_at_once_are_said_to_be_too_many),
        cmocka_unit_test(a_header_without_people_is_an_empty_roster),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
