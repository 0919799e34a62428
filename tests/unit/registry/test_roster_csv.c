#include "lz_test.h"
#include "registry/roster_csv.h"

/* Reads `text` and writes it as "line:cell|cell/line:cell". */
static lz_err flatten(const char *text, struct lz_buf *out, struct lz_fault *fault)
{
    char *copy = strdup(text);
    assert_non_null(copy);
    struct lz_csv csv;
    lz_csv_init(&csv, copy, strlen(copy));
    struct lz_csv_row row;
    bool more = true;
    lz_err err = LZ_OK;
    for (size_t rows = 0; !(err = lz_csv_next(&csv, &row, &more, fault)) && more; rows++) {
        lz_buf_printf(out, "%s%zu:", rows ? "/" : "", row.line);
        for (size_t i = 0; i < row.count; i++)
            lz_buf_printf(out, "%s%s", i ? "|" : "", row.cells[i]);
    }
    free(copy);
    return err;
}

static const struct {
    const char *text, *rows;
} readable[] = {
    {"", ""},
    {"a,b", "1:a|b"},
    {"a,b\n", "1:a|b"},
    {"a,b\r\nc,d\r\n", "1:a|b/2:c|d"},
    {"a,b\rc,d\r", "1:a|b/2:c|d"},
    {"a,b\n\r\nc", "1:a|b/2:/3:c"},
    {"a,,\n,,c", "1:a||/2:||c"},
    {"\"a\",\"b,c\"\n\"d\"\"e\",f", "1:a|b,c/2:d\"e|f"},
    {"\"a\r\nb\",c\nd", "1:a\nb|c/3:d"},
    {"\"a\nb\rc\",d\ne", "1:a\nb\nc|d/4:e"},
    {"\"\",\"\"\"\"", "1:|\""},
    {"\"a\"b,c", "1:ab|c"},
    {"a\"b\",c", "1:a\"b\"|c"},
    {"a\tb\tc,d\ne\tf\tg", "1:a|b|c,d/2:e|f|g"},
    {"a;b;c\nd;e;f,g", "1:a|b|c/2:d|e|f,g"},
    {"sep=;\na;b,c,d", "2:a|b,c,d"},
    {"sep=\t\r\na\tb,c,d", "2:a|b,c,d"},
    {"\"a,b,c,d\"\te\nf\tg", "1:a,b,c,d|e/2:f|g"},
};

static void rows_and_their_lines_are_read_as_excel_writes_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(readable); i++) {
        struct lz_buf out;
        lz_buf_init(&out, 1024);
        assert_ok(flatten(readable[i].text, &out, NULL));
        assert_buf_text(&out, readable[i].rows);
        lz_buf_free(&out);
    }
}

static void a_quote_that_is_never_closed_names_its_line(void **state)
{
    (void)state;
    struct lz_buf out;
    struct lz_fault fault = {0};
    lz_buf_init(&out, 1024);
    assert_err(flatten("a,b\nc,\"d\ne,f\n", &out, &fault), LZ_MALFORMED);
    assert_non_null(strstr(fault.detail[LZ_ZH], "第 2 行"));
    assert_non_null(strstr(fault.detail[LZ_EN], "line 2"));
    lz_buf_free(&out);
}

static void empty_cells_beyond_the_last_column_do_no_harm_and_full_ones_are_refused(void **state)
{
    (void)state;
    char text[512] = "a";
    memset(text + 1, ',', 300);
    struct lz_buf out;
    struct lz_fault fault = {0};
    lz_buf_init(&out, 4096);
    assert_ok(flatten(text, &out, &fault));
    text[301] = 'x';
    assert_err(flatten(text, &out, &fault), LZ_TOO_LARGE);
    assert_non_null(strstr(fault.detail[LZ_ZH], "第 1 行"));
    lz_buf_free(&out);
}

static void a_cell_beyond_the_rows_end_reads_as_empty(void **state)
{
    (void)state;
    struct lz_csv_row row = {.line = 1, .count = 1, .cells = {"a"}};
    assert_string_equal(lz_csv_cell(&row, 0), "a");
    assert_string_equal(lz_csv_cell(&row, 1), "");
    assert_string_equal(lz_csv_cell(&row, 9999), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_their_lines_are_read_as_excel_writes_them),
        cmocka_unit_test(a_quote_that_is_never_closed_names_its_line),
        cmocka_unit_test(empty_cells_beyond_the_last_column_do_no_harm_and_full_ones_are_refused),
        cmocka_unit_test(a_cell_beyond_the_rows_end_reads_as_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
