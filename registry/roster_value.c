#include "registry/roster_value.h"

#include "registry/credential/token.h"

#include "registry/base/text.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

enum { NAME_MAX_CHARACTERS = 40, SCOPE_MAX_CHARACTERS = 200, SHOWN_CHARACTERS = 40 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static size_t digits_at(const char *text)
{
    size_t n = 0;
    while (is_digit(text[n]))
        n++;
    return n;
}

/* ---- cleaning ---- */

void lz_roster_wipe(char *text)
{
    if (text)
        OPENSSL_cleanse(text, strlen(text));
}

/* What people put before digits so that Excel keeps them: an apostrophe of any kind (full-width ones are
 * folded by now). */
static const char *behind_apostrophe(const char *text)
{
    static const char *const marks[] = {"'", "`", "\u2018", "\u2019", "\u00B4"};
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (strncmp(text, marks[i], strlen(marks[i])) == 0)
            return text + strlen(marks[i]);
    return text;
}

/* ="27060010001": the form by which programs keep Excel from calculating. */
static char *without_formula(struct lz_arena *arena, const char *text)
{
    const size_t size = strlen(text);
    if (size >= 3 && text[0] == '=' && text[1] == '"' && text[size - 1] == '"')
        return lz_arena_copy(arena, text + 2, size - 3);
    return lz_arena_text(arena, text);
}

/* No apostrophe and no formula begin it, and there is nothing to fold or to trim. */
bool lz_roster_is_clean(const char *cell)
{
    return *cell != '\'' && *cell != '`' && *cell != '=' && lz_text_is_plain(cell);
}

char *lz_roster_clean(struct lz_arena *arena, const char *cell)
{
    if (lz_roster_is_clean(cell))
        return lz_arena_text(arena, cell);
    char *folded = lz_text_fold_width(arena, cell);
    char *trimmed = folded ? lz_text_trim(arena, folded) : NULL;
    char *bare = trimmed ? without_formula(arena, behind_apostrophe(trimmed)) : NULL;
    char *clean = bare ? lz_text_trim(arena, bare) : NULL;
    lz_roster_wipe(folded);
    lz_roster_wipe(trimmed);
    lz_roster_wipe(bare);
    return clean;
}

static bool means_empty(const char *clean)
{
    static const char *const words[] = {"",   "-",  "--",  "\u2014", "\u2014\u2014", "/",
                                        "\\", "无", "N/A", "NULL",   "null"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(clean, words[i]) == 0)
            return true;
    return false;
}

enum lz_roster_problem lz_roster_cell(struct lz_arena *arena, const char *cell, char **ret_clean)
{
    if (strlen(cell) > LZ_ROSTER_CELL_MAX)
        return LZ_ROSTER_TOO_LONG;
    char *clean = lz_roster_clean(arena, cell);
    if (!clean)
        return LZ_ROSTER_NO_MEMORY;
    if (means_empty(clean))
        return LZ_ROSTER_EMPTY;
    if (*clean == '#') /* #N/A, #REF!, ###### */
        return LZ_ROSTER_EXCEL_ERROR;
    *ret_clean = clean;
    return LZ_ROSTER_FINE;
}

/* Closes up "彭  勇" and "志丹县 水务局"; text with Latin words keeps its spaces. */
static char *closed_up(struct lz_arena *arena, const char *text)
{
    if (lz_text_is_plain(text))
        return lz_arena_text(arena, text);
    for (const char *c = text; *c; c++)
        if (is_letter(*c))
            return lz_arena_text(arena, text);
    return lz_text_squeeze(arena, text);
}

/* ---- texts ---- */

/* What lz_roster_cell has cleaned, or was made of it: cleaned twice, a second guard would go, too. */
static enum lz_roster_problem finish_text(struct lz_arena *arena, const char *clean, size_t max,
                                          const char **ret_text)
{
    char *text = closed_up(arena, clean);
    if (!text)
        return LZ_ROSTER_NO_MEMORY;
    if (means_empty(text)) /* "- -" */
        return LZ_ROSTER_EMPTY;
    if (lz_text_has_control(text))
        return LZ_ROSTER_CONTROL;
    if (lz_utf8_count(text) > max)
        return LZ_ROSTER_TOO_LONG;
    *ret_text = text;
    return LZ_ROSTER_FINE;
}

enum lz_roster_problem lz_roster_text(struct lz_arena *arena, const char *cell, size_t max,
                                      const char **ret_text)
{
    char *clean = NULL;
    enum lz_roster_problem problem = lz_roster_cell(arena, cell, &clean);
    return problem ? problem : finish_text(arena, clean, max, ret_text);
}

enum lz_roster_problem lz_roster_scope(struct lz_arena *arena, const char *cell, const char **ret_scope)
{
    static const char *const separators[] = {"、", ",",  ";",  "/",  "|", " ",
                                             "\n", "\r", "\t", "\v", "\f"}; /* after folding */
    char *clean = NULL;
    enum lz_roster_problem problem = lz_roster_cell(arena, cell, &clean);
    if (problem)
        return problem;
    /* Worst case: every byte a separator of one byte, written as three. */
    char *joined = lz_arena_alloc(arena, strlen(clean) * 3 + 1), *to = joined;
    if (!joined)
        return LZ_ROSTER_NO_MEMORY;
    for (const char *at = clean; *at;) {
        size_t skip = 0;
        for (size_t i = 0; i < COUNT_OF(separators) && !skip; i++)
            if (strncmp(at, separators[i], strlen(separators[i])) == 0)
                skip = strlen(separators[i]);
        const bool pending = to > joined && (to - joined < 3 || memcmp(to - 3, "、", 3) != 0);
        if (skip && pending)
            to = stpcpy(to, "、");
        else if (!skip)
            *to++ = *at;
        at += skip ? skip : 1;
    }
    if (to - joined >= 3 && memcmp(to - 3, "、", 3) == 0)
        to -= 3;
    *to = '\0';
    return *joined ? finish_text(arena, joined, SCOPE_MAX_CHARACTERS, ret_scope) : LZ_ROSTER_EMPTY;
}

/* ---- names ---- */

/* Dots that stand between the parts of a minority name, as input methods write them. */
static bool is_middle_dot(uint32_t code)
{
    static const uint32_t dots[] = {0xB7, 0x2022, 0x2027, 0x2219, 0x22C5, 0x30FB, 0xFF65};
    for (size_t i = 0; i < COUNT_OF(dots); i++)
        if (code == dots[i])
            return true;
    return false;
}

static bool stands_for_lost(uint32_t code)
{
    return code == '?' || code == '*' || code == 0xFFFD || code == 0x25A1 || code == 0x25A0 || code == 0x3013;
}

static bool belongs_in_name(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } foreign[] = {
        {0x00, 0x1F}, {0x21, 0x26},     {0x28, 0x2C},     {0x2F, 0x40},     {0x5B, 0x60},     {0x7B, 0xB6},
        {0xB8, 0xBF}, {0x2000, 0x2BFF}, {0x3000, 0x3004}, {0x3008, 0x303F}, {0xFF00, 0xFFEF},
    };
    for (size_t i = 0; i < COUNT_OF(foreign); i++)
        if (code >= foreign[i].first && code <= foreign[i].last)
            return false;
    return true;
}

/* One middle dot for all; an ASCII full stop counts between Chinese characters only ("J. Smith" keeps his).
 */
static char *with_middle_dots(struct lz_arena *arena, const char *name)
{
    char *text = lz_arena_alloc(arena, strlen(name) * 2 + 1), *to = text;
    if (!text)
        return NULL;
    for (const char *at = name, *from = at; *at; from = at) {
        uint32_t code = lz_utf8_next(&at);
        const bool chinese_stop = code == '.' && from > name && ((unsigned char)from[-1] & 0x80) != 0 &&
                                  ((unsigned char)*at & 0x80) != 0;
        if (is_middle_dot(code) || chinese_stop)
            to = stpcpy(to, "\u00B7");
        else
            to = mempcpy(to, from, (size_t)(at - from));
    }
    *to = '\0';
    return text;
}

enum lz_roster_problem lz_roster_name(struct lz_arena *arena, const char *cell, const char **ret_name)
{
    const char *text = NULL;
    enum lz_roster_problem problem = lz_roster_text(arena, cell, NAME_MAX_CHARACTERS, &text);
    if (problem)
        return problem;
    char *name = with_middle_dots(arena, text);
    if (!name)
        return LZ_ROSTER_NO_MEMORY;
    for (const char *at = name; *at && !problem;) {
        uint32_t code = lz_utf8_next(&at);
        if (stands_for_lost(code))
            problem = LZ_ROSTER_NAME_LOST;
        else if (!belongs_in_name(code))
            problem = LZ_ROSTER_NAME_CHARACTERS;
    }
    if (!problem)
        *ret_name = name;
    return problem;
}

/* ---- numbers ---- */

/* "6.10602E+17": what Excel saves of a long number in a cell that is not text. */
static bool is_scientific(const char *text)
{
    const char *at = text + digits_at(text);
    if (at == text)
        return false;
    if (*at == '.')
        at += 1 + digits_at(at + 1);
    /* Without the sign it may be a number that holds an E. */
    if ((at[0] != 'E' && at[0] != 'e') || (at[1] != '+' && at[1] != '-'))
        return false;
    at += 2;
    return is_digit(*at) && !at[digits_at(at)];
}

static enum lz_roster_problem judge_id(const char *id)
{
    const size_t size = strlen(id), digits = digits_at(id);
    struct lz_date birth;
    char iso[LZ_DATE_SIZE];
    if (is_scientific(id))
        return LZ_ROSTER_ID_SCIENTIFIC;
    if (size == 15 && digits == 15)
        return LZ_ROSTER_ID_FIFTEEN;
    if (digits < size && (digits < 17 || id[digits] != 'X' || id[digits + 1]))
        return LZ_ROSTER_ID_CHARACTERS;
    if (size != 18)
        return LZ_ROSTER_ID_LENGTH;
    if (lz_resident_id_valid(id))
        return LZ_ROSTER_FINE;
    snprintf(iso, sizeof iso, "%.4s-%.2s-%.2s", id + 6, id + 10, id + 12);
    if (lz_date_parse(iso, &birth))
        return LZ_ROSTER_ID_BIRTH;
    /* A double holds 15 to 17 digits: Excel's number format turns the rest into zeros. */
    return strcmp(id + 15, "000") == 0 ? LZ_ROSTER_ID_ROUNDED : LZ_ROSTER_ID_CHECK;
}

enum lz_roster_problem lz_roster_id_number(struct lz_arena *arena, const char *cell, char **ret_id)
{
    char *clean = NULL;
    enum lz_roster_problem problem = lz_roster_cell(arena, cell, &clean);
    if (problem)
        return problem;
    char *id = lz_text_squeeze(arena, clean);
    lz_roster_wipe(clean);
    if (!id)
        return LZ_ROSTER_NO_MEMORY;
    for (char *c = id; *c; c++)
        if (*c == 'x')
            *c = 'X';
    problem = judge_id(id);
    if (problem)
        lz_roster_wipe(id);
    else
        *ret_id = id;
    return problem;
}

/* "27060010001.0": digits that went through a program which took them for a number; nothing is lost. */
static void cut_zero_fraction(char *number)
{
    size_t digits = digits_at(number);
    if (number[digits] != '.')
        return;
    size_t zeros = strspn(number + digits + 1, "0");
    if (zeros > 0 && !number[digits + 1 + zeros])
        number[digits] = '\0';
}

/* What no token can carry could never become a badge: refuse it here, where its line can be mended. */
static bool is_number(const char *number)
{
    size_t digits = 0;
    for (const char *at = number; *at; at++)
        digits += is_digit(*at);
    return digits >= 4 && lz_token_number_valid(lz_bytes_text(number));
}

enum lz_roster_problem lz_roster_number(struct lz_arena *arena, const char *cell, const char **ret_number)
{
    char *clean = NULL;
    enum lz_roster_problem problem = lz_roster_cell(arena, cell, &clean);
    if (problem)
        return problem;
    char *number = lz_text_squeeze(arena, clean);
    if (!number)
        return LZ_ROSTER_NO_MEMORY;
    if (is_scientific(number))
        return LZ_ROSTER_NUMBER_SCIENTIFIC;
    cut_zero_fraction(number);
    if (!is_number(number))
        return LZ_ROSTER_NUMBER_CHARACTERS;
    *ret_number = number;
    return LZ_ROSTER_FINE;
}

/* ---- words ---- */

static const struct {
    const char *word;
    int sex;
} sexes[] = {
    {"男", 1},     {"女", 2}, {"男性", 1}, {"女性", 2}, {"m", 1}, {"f", 2},    {"male", 1},
    {"female", 2}, {"1", 1},  {"2", 2},    {"0", 0},    {"9", 9}, {"未知", 0}, {"未说明", 9},
};

enum lz_roster_problem lz_roster_sex(struct lz_arena *arena, const char *cell, int *ret_sex)
{
    const char *word = NULL;
    enum lz_roster_problem problem = lz_roster_text(arena, cell, SHOWN_CHARACTERS, &word);
    if (problem)
        return problem;
    for (size_t i = 0; i < COUNT_OF(sexes); i++)
        if (strcasecmp(word, sexes[i].word) == 0) {
            *ret_sex = sexes[i].sex;
            return LZ_ROSTER_FINE;
        }
    return LZ_ROSTER_SEX_WORD;
}

/* Whom the law lets enforce is established staff (RULES: officer); workers, contract, temporary and
 * dispatched staff are deliberately missing here: somebody must say what they are. */
static const struct {
    const char *word;
    enum lz_certificate_kind kind;
} kinds[] = {
    {"执法人员", LZ_CERTIFICATE_ENFORCEMENT},
    {"行政执法人员", LZ_CERTIFICATE_ENFORCEMENT},
    {"执法", LZ_CERTIFICATE_ENFORCEMENT},
    {"行政执法", LZ_CERTIFICATE_ENFORCEMENT},
    {"执法证", LZ_CERTIFICATE_ENFORCEMENT},
    {"行政执法证", LZ_CERTIFICATE_ENFORCEMENT},
    {"持证执法人员", LZ_CERTIFICATE_ENFORCEMENT},
    {"officer", LZ_CERTIFICATE_ENFORCEMENT},
    {"enforcement", LZ_CERTIFICATE_ENFORCEMENT},
    {"监督人员", LZ_CERTIFICATE_SUPERVISION},
    {"执法监督人员", LZ_CERTIFICATE_SUPERVISION},
    {"行政执法监督人员", LZ_CERTIFICATE_SUPERVISION},
    {"监督", LZ_CERTIFICATE_SUPERVISION},
    {"执法监督", LZ_CERTIFICATE_SUPERVISION},
    {"行政执法监督", LZ_CERTIFICATE_SUPERVISION},
    {"监督证", LZ_CERTIFICATE_SUPERVISION},
    {"执法监督证", LZ_CERTIFICATE_SUPERVISION},
    {"行政执法监督证", LZ_CERTIFICATE_SUPERVISION},
    {"supervision", LZ_CERTIFICATE_SUPERVISION},
    {"supervisor", LZ_CERTIFICATE_SUPERVISION},
    {"辅助人员", LZ_CERTIFICATE_AUXILIARY},
    {"执法辅助人员", LZ_CERTIFICATE_AUXILIARY},
    {"行政执法辅助人员", LZ_CERTIFICATE_AUXILIARY},
    {"辅助", LZ_CERTIFICATE_AUXILIARY},
    {"执法辅助", LZ_CERTIFICATE_AUXILIARY},
    {"协管员", LZ_CERTIFICATE_AUXILIARY},
    {"工作证", LZ_CERTIFICATE_AUXILIARY},
    {"辅助人员工作证", LZ_CERTIFICATE_AUXILIARY},
    {"执法辅助人员工作证", LZ_CERTIFICATE_AUXILIARY},
    {"行政执法辅助人员工作证", LZ_CERTIFICATE_AUXILIARY},
    {"auxiliary", LZ_CERTIFICATE_AUXILIARY},
};

enum lz_roster_problem lz_roster_kind(struct lz_arena *arena, const char *cell,
                                      enum lz_certificate_kind *ret_kind)
{
    const char *word = NULL;
    enum lz_roster_problem problem = lz_roster_text(arena, cell, SHOWN_CHARACTERS, &word);
    if (problem)
        return problem;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcasecmp(word, kinds[i].word) == 0) {
            *ret_kind = kinds[i].kind;
            return LZ_ROSTER_FINE;
        }
    return LZ_ROSTER_KIND_WORD;
}

/* ---- what is shown ---- */

const char *lz_roster_mask(struct lz_arena *arena, const char *id_number)
{
    char *mask = lz_arena_text(arena, id_number);
    for (size_t i = 4, size = mask ? strlen(mask) : 0; i + 4 < size; i++)
        mask[i] = '*';
    return mask;
}

const char *lz_roster_shown(struct lz_arena *arena, const char *cell, bool personal)
{
    char *clean = lz_roster_clean(arena, cell);
    if (!clean)
        return NULL;
    const char *end = clean;
    for (size_t n = 0; n < SHOWN_CHARACTERS && *end; n++)
        lz_utf8_next(&end);
    char *shown = lz_arena_copy(arena, clean, (size_t)(end - clean));
    size_t digits = 0;
    for (const char *c = clean; *c; c++)
        digits += is_digit(*c);
    lz_roster_wipe(clean);
    /* A certificate number has 11 digits, a date with its time 14; more could be a person's. */
    if (!shown || digits < (personal ? 9U : 15U))
        return shown;
    size_t seen = 0;
    for (char *c = shown; *c; c++)
        if (is_digit(*c) && ++seen > 4 && seen + 4 <= digits)
            *c = '*';
    return shown;
}
