/* A JSON body and whatever its fields hold: read into values of every kind or refused with a story. */
#include "tests/fuzz/faults.h"
#include "web/http/page.h"
#include "web/input.h"

static struct lz_catalogue *texts;

static const char *const CHOICES[] = {"one", "two", NULL};
static const struct lz_input INPUTS[] = {
    {.name = "text", .place = LZ_IN_FORM, .kind = LZ_INPUT_TEXT, .max = 8},
    {.name = "exact", .place = LZ_IN_FORM, .kind = LZ_INPUT_EXACT},
    {.name = "secret", .place = LZ_IN_FORM, .kind = LZ_INPUT_SECRET},
    {.name = "id", .place = LZ_IN_FORM, .kind = LZ_INPUT_ID, .many = true},
    {.name = "int", .place = LZ_IN_FORM, .kind = LZ_INPUT_INT, .max = 99},
    {.name = "date", .place = LZ_IN_FORM, .kind = LZ_INPUT_DATE},
    {.name = "choice", .place = LZ_IN_FORM, .kind = LZ_INPUT_CHOICE, .choices = CHOICES},
    {.name = "flag", .place = LZ_IN_FORM, .kind = LZ_INPUT_FLAG},
    {.name = "file", .place = LZ_IN_FORM, .kind = LZ_INPUT_FILE, .max = 4},
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    struct lz_arena *arena = lz_arena_new(0);
    const char *folder = NULL;
    if (!arena || lz_share_folder(arena, NULL, "messages", &folder, NULL) ||
        lz_catalogue_load(folder, &texts, NULL))
        abort();
    lz_arena_free(&arena);
    return 0;
}

static void check(const struct lz_value *value)
{
    const enum lz_input_kind kind = value->input->kind;
    lz_fuzz_need(value->text != NULL);
    lz_fuzz_need(kind != LZ_INPUT_ID || value->number > 0);
    lz_fuzz_need(kind != LZ_INPUT_INT || (value->number >= 0 && value->number <= 99));
    lz_fuzz_need(kind != LZ_INPUT_DATE || value->date.text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct lz_http_header JSON = {"Content-Type", "application/json"};
    struct lz_arena *arena = lz_arena_new(1 << 20);
    struct lz_form none = {0}, form = {0};
    struct lz_values values = {0};
    struct lz_fault fault = {0};
    struct lz_http_request request = {
        .arena = arena, .headers = &JSON, .header_count = 1, .body = lz_bytes_of(data, size)};
    struct lz_input_source source = {&none, &form, none};
    if (!arena)
        return 0;
    if (!lz_body_fields(&request, &form)) {
        lz_err err =
            lz_inputs_read(INPUTS, sizeof INPUTS / sizeof INPUTS[0], &source, texts, arena, &values, &fault);
        lz_fuzz_sure(err == fault.code);
        lz_fuzz_need(err || !fault.code);
        for (size_t i = 0; i < values.count; i++)
            check(&values.list[i]);
    }
    lz_arena_free(&arena);
    return 0;
}
