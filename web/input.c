#include "web/input.h"

#include "registry/base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 200, INT_MAX_DEFAULT = 1000000, FAULT_TEXT_ROOM = 16 };
#define ID_MAX INT64_C(9007199254740991) /* what JSON can carry exactly */

struct reading {
    const struct lz_catalogue *texts;
    struct lz_arena *arena;
    struct lz_fault *fault;
    struct lz_values *values;
};

static const char *say(const struct reading *r, const struct lz_input *input, lz_lang lang, const char *key)
{
    char max[32];
    int64_t limit = input->max ? input->max : input->kind == LZ_INPUT_INT ? INT_MAX_DEFAULT : TEXT_MAX;
    snprintf(max, sizeof max, "%lld", (long long)limit);
    const char *label = input->label ? lz_catalogue_text(r->texts, lang, input->label) : input->name;
    return lz_catalogue_format(r->texts, r->arena, lang, key, "label", label, "max", max, NULL);
}

static lz_err refuse(const struct reading *r, const struct lz_input *input, const char *found,
                     const char *key)
{
    if (input->place == LZ_IN_PATH)
        return lz_fault_set(r->fault, LZ_NOT_FOUND, NULL, NULL);
    return lz_fault_field(r->fault, input->name, input->kind == LZ_INPUT_SECRET ? NULL : found,
                          say(r, input, LZ_ZH, key), say(r, input, LZ_EN, key));
}

/* ---- one function per kind: fills the value, or returns the message key of what is wrong ---- */

static bool is_whole_number(const char *text, int64_t max, int64_t *ret_number)
{
    size_t size = strlen(text);
    if (size == 0 || size > 16 || strspn(text, "0123456789") != size)
        return false;
    *ret_number = strtoll(text, NULL, 10);
    return *ret_number <= max;
}

static const char *check_text(const struct lz_input *input, struct lz_value *value)
{
    size_t max = input->max ? (size_t)input->max : TEXT_MAX;
    /* never more characters than bytes */
    if (strlen(value->text) > max && lz_utf8_count(value->text) > max)
        return "input.too_long";
    if (input->kind == LZ_INPUT_TEXT && lz_text_has_control(value->text))
        return "input.control";
    return NULL;
}
static const char *check_id(const struct lz_input *input, struct lz_value *value)
{
    (void)input;
    return is_whole_number(value->text, ID_MAX, &value->number) && value->number > 0 ? NULL : "input.id";
}
static const char *check_int(const struct lz_input *input, struct lz_value *value)
{
    return is_whole_number(value->text, input->max ? input->max : INT_MAX_DEFAULT, &value->number)
               ? NULL
               : "input.number";
}
static const char *check_date(const struct lz_input *input, struct lz_value *value)
{
    (void)input;
    return lz_date_parse(value->text, &value->date) ? "input.date" : NULL;
}
static const char *check_choice(const struct lz_input *input, struct lz_value *value)
{
    for (const char *const *at = input->choices; at && *at; at++)
        if (strcmp(*at, value->text) == 0)
            return NULL;
    return "input.choice";
}
static const char *check_flag(const struct lz_input *input, struct lz_value *value)
{
    (void)input;
    value->number = strcmp(value->text, "0") != 0 && strcmp(value->text, "false") != 0;
    return NULL;
}
static const char *check_file(const struct lz_input *input, struct lz_value *value)
{
    if (!value->file || !value->file->filename)
        return "input.file";
    return input->max && value->file->bytes.size > (size_t)input->max ? "input.file_too_large" : NULL;
}

static const struct {
    const char *(*check)(const struct lz_input *input, struct lz_value *value);
    bool tidy; /* white space around it and full-width forms are typing accidents */
} KINDS[LZ_INPUT_KIND_COUNT] = {
    [LZ_INPUT_TEXT] = {check_text, true},    [LZ_INPUT_EXACT] = {check_text, false},
    [LZ_INPUT_SECRET] = {check_text, false}, [LZ_INPUT_LINES] = {check_text, false},
    [LZ_INPUT_ID] = {check_id, true},        [LZ_INPUT_INT] = {check_int, true},
    [LZ_INPUT_DATE] = {check_date, true},    [LZ_INPUT_CHOICE] = {check_choice, true},
    [LZ_INPUT_FLAG] = {check_flag, true},    [LZ_INPUT_FILE] = {check_file, false},
};

static bool is_empty(const struct lz_input *input, const struct lz_value *value)
{
    if (input->kind == LZ_INPUT_FILE)
        return value->file->bytes.size == 0 && value->file->text[0] == '\0';
    return value->text[0] == '\0';
}

static lz_err read_one(const struct reading *r, const struct lz_input *input,
                       const struct lz_form_field *field, bool *ret_present)
{
    struct lz_value value = {.input = input, .text = field->text};
    if (input->kind == LZ_INPUT_FILE)
        value.file = field;
    if (KINDS[input->kind].tidy) {
        char *folded = lz_text_fold_width(r->arena, field->text);
        value.text = folded ? lz_text_trim(r->arena, folded) : NULL;
        if (!value.text)
            return lz_fault_set(r->fault, LZ_MEMORY, NULL, NULL);
    }
    if (is_empty(input, &value)) {
        const char *name = value.file ? value.file->filename : NULL;
        return name && name[0] ? refuse(r, input, NULL, "input.file_empty")
                               : LZ_OK; /* chosen, but no bytes */
    }
    *ret_present = true;
    const char *wrong = KINDS[input->kind].check(input, &value);
    if (wrong)
        return refuse(r, input, field->text, wrong);
    r->values->list[r->values->count++] = value;
    return LZ_OK;
}

static const struct lz_form *place_of(const struct lz_input_source *source, enum lz_input_place place)
{
    switch (place) {
    case LZ_IN_QUERY:
        return source->query;
    case LZ_IN_FORM:
        return source->form;
    case LZ_IN_PATH:
        return &source->path;
    }
    return source->query;
}

static lz_err read_input(const struct reading *r, const struct lz_input *input, const struct lz_form *from)
{
    bool present = false;
    lz_err first = LZ_OK;
    size_t seen = 0;
    for (size_t i = 0; i < from->count; i++) {
        if (strcmp(from->fields[i].name, input->name) != 0)
            continue;
        lz_err err = seen++ && !input->many ? refuse(r, input, NULL, "input.twice")
                                            : read_one(r, input, &from->fields[i], &present);
        if (!first)
            first = err;
    }
    if (!first && input->required && !present)
        first = refuse(r, input, NULL, "input.missing");
    return first;
}

lz_err lz_inputs_read(const struct lz_input *inputs, size_t count, const struct lz_input_source *source,
                      const struct lz_catalogue *texts, struct lz_arena *arena, struct lz_values *ret_values,
                      struct lz_fault *fault)
{
    /* No field feeds two inputs, so there are never more values than fields. */
    size_t room = source->query->count + source->form->count + source->path.count + 1;
    struct lz_values values = {.list = lz_arena_array(arena, room, sizeof *values.list)};
    struct reading r = {texts, arena, fault, &values};
    if (!values.list)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    lz_err first = LZ_OK;
    for (size_t i = 0; i < count; i++) {
        lz_err err = read_input(&r, &inputs[i], place_of(source, inputs[i].place));
        if (!first || err == LZ_MEMORY)
            first = err;
    }
    *ret_values = values;
    return first;
}

const struct lz_value *lz_values_find(const struct lz_values *values, const char *name, size_t index)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->list[i].input->name, name) == 0 && index-- == 0)
            return &values->list[i];
    return NULL;
}
