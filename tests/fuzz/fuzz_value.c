/* Cells of a roster, each read as every kind of value, and instants: what is read is canonical, so that
 * reading it again changes nothing. */
#include "registry/base/text.h"
#include "registry/roster_value.h"
#include "tests/fuzz/faults.h"

#include <string.h>

typedef enum lz_roster_problem (*read_text)(struct lz_arena *arena, const char *cell, const char **ret_text);

static enum lz_roster_problem read_short(struct lz_arena *arena, const char *cell, const char **ret_text)
{
    return lz_roster_text(arena, cell, 100, ret_text);
}

static void check_stable(struct lz_arena *arena, const char *cell, read_text read)
{
    const char *once = NULL, *twice = NULL;
    const enum lz_roster_problem problem = read(arena, cell, &once);
    lz_fuzz_need(lz_roster_expected(problem, LZ_ZH) || problem == LZ_ROSTER_FINE ||
                 problem == LZ_ROSTER_EMPTY || problem == LZ_ROSTER_NO_MEMORY);
    lz_fuzz_sure(problem != LZ_ROSTER_NO_MEMORY);
    if (problem)
        return;
    lz_fuzz_need(once && *once && lz_utf8_valid(lz_bytes_text(once)) && !lz_text_has_control(once));
    const char *clean = lz_roster_clean(arena, once);
    /* A second apostrophe or formula's guard inside the first, or what begins like an error of Excel. */
    if (*once == '#' || (clean && strcmp(clean, once) != 0))
        return;
    lz_fuzz_sure(!read(arena, once, &twice) && strcmp(once, twice) == 0);
}

static void check_date(struct lz_arena *arena, const char *cell)
{
    struct lz_date date = {0}, again = {0}, parsed = {0};
    if (lz_roster_date(arena, cell, &date))
        return;
    lz_fuzz_need(!lz_date_parse(date.text, &parsed) && strcmp(date.text, parsed.text) == 0);
    lz_fuzz_sure(!lz_roster_date(arena, date.text, &again) && strcmp(date.text, again.text) == 0);
    lz_fuzz_need(strcmp(lz_date_of(lz_date_start_s(date)).text, date.text) == 0);
    lz_fuzz_need(strcmp(lz_date_add_days(lz_date_add_days(date, 400), -400).text, date.text) == 0 ||
                 strcmp(date.text, "2998-") > 0);
}

static void check_rest(struct lz_arena *arena, const char *cell)
{
    struct lz_date last;
    char *id = NULL;
    int sex = -1;
    enum lz_certificate_kind kind = LZ_CERTIFICATE_KIND_COUNT;
    int64_t instant = 0;
    char text[LZ_INSTANT_SIZE];
    if (!lz_roster_id_number(arena, cell, &id))
        lz_fuzz_need(lz_resident_id_valid(id));
    lz_roster_wipe(id);
    if (!lz_roster_last_day(arena, cell, &last))
        lz_fuzz_need(last.text[0] != '\0');
    if (!lz_roster_kind(arena, cell, &kind))
        lz_fuzz_need((unsigned)kind < LZ_CERTIFICATE_KIND_COUNT);
    if (!lz_roster_sex(arena, cell, &sex))
        lz_fuzz_need(sex >= 0 && sex <= 9);
    if (!lz_instant_parse(cell, &instant)) {
        lz_instant_format(instant, text);
        lz_fuzz_need(strcmp(text, cell) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_arena *arena = lz_arena_new(0);
    char *cell = arena && lz_utf8_valid(lz_bytes_of(data, size))
                     ? lz_arena_copy(arena, (const char *)data, size)
                     : NULL;
    if (cell) {
        check_stable(arena, cell, lz_roster_name);
        check_stable(arena, cell, lz_roster_number);
        check_stable(arena, cell, lz_roster_scope);
        check_stable(arena, cell, read_short);
        check_date(arena, cell);
        check_rest(arena, cell);
    }
    lz_arena_free(&arena);
    return 0;
}
