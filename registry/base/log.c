#include "registry/base/log.h"

#include "registry/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *shown, *typed;
} levels[LZ_LOG_LEVEL_COUNT] = {
    [LZ_LOG_ERROR] = {"ERROR", "error"},
    [LZ_LOG_WARN] = {"WARN", "warn"},
    [LZ_LOG_INFO] = {"INFO", "info"},
    [LZ_LOG_DEBUG] = {"DEBUG", "debug"},
};

static const char cut_mark[] = "…\n";

struct line {
    char *text; /* LZ_LOG_LINE bytes */
    size_t size;
    bool cut;
};

void lz_log_init(struct lz_log *log, const struct lz_clock *clock)
{
    *log = (struct lz_log){.fd = STDERR_FILENO, .level = LZ_LOG_INFO, .clock = clock};
}

bool lz_log_level_parse(const char *text, enum lz_log_level *ret_level)
{
    for (unsigned i = 0; i < LZ_LOG_LEVEL_COUNT; i++)
        if (strcmp(text, levels[i].typed) == 0) {
            *ret_level = (enum lz_log_level)i;
            return true;
        }
    return false;
}

/* Adds all of it or, when the line is full, none and nothing after it. */
static void add(struct line *line, const char *text, size_t size)
{
    line->cut = line->cut || size > LZ_LOG_LINE - sizeof cut_mark - line->size;
    if (line->cut)
        return;
    memcpy(line->text + line->size, text, size);
    line->size += size;
}

/* Most of a log: printed as it is, quoted or not. */
static bool plain(char c)
{
    return c > ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* Character by character: what would break the line or the terminal becomes `?`. */
static void add_clean(struct line *line, const char *text, bool quoted)
{
    for (const char *at = text, *from = at; *at; from = at) {
        while (plain(*at))
            at++;
        if (at > from) {
            size_t size = (size_t)(at - from), room = LZ_LOG_LINE - sizeof cut_mark - line->size;
            add(line, from, size < room ? size : room);
            line->cut = line->cut || size > room;
            continue;
        }
        uint32_t code = lz_utf8_next(&at);
        char character[5] = {0};
        memcpy(character, from, (size_t)(at - from));
        if (lz_text_has_control(character) || (code == 0xFFFD && at - from == 1))
            add(line, "?", 1);
        else if (quoted && (code == '"' || code == '\\'))
            add(line, (char[]){'\\', (char)code}, 2);
        else
            add(line, from, (size_t)(at - from));
    }
}

static void add_field(struct line *line, const struct lz_log_field *field)
{
    char number[24];
    add(line, " ", 1);
    add_clean(line, field->key, false);
    add(line, "=", 1);
    if (!field->text) {
        int n = snprintf(number, sizeof number, "%lld", (long long)field->number);
        add(line, number, (size_t)n);
        return;
    }
    bool quoted = field->text[0] == '\0' || strpbrk(field->text, " \"=\\");
    if (quoted)
        add(line, "\"", 1);
    add_clean(line, field->text, quoted);
    if (quoted)
        add(line, "\"", 1);
}

/* NOLINTBEGIN(readability-non-const-parameter): `line` writes into ret_line */
size_t lz_log_line(const struct lz_log *log, enum lz_log_level level, const char *component,
                   const char *message, const struct lz_log_field *fields, size_t count,
                   char ret_line[LZ_LOG_LINE])
{
    if (!log || level > log->level)
        return 0;
    struct line line = {.text = ret_line};
    char instant[LZ_INSTANT_SIZE];
    lz_instant_format(lz_clock_now_s(log->clock), instant);
    add_clean(&line, instant, false);
    add(&line, " ", 1);
    add_clean(&line, levels[level].shown, false);
    add(&line, " ", 1);
    add_clean(&line, component, false);
    add(&line, ": ", 2);
    add_clean(&line, message, false);
    for (size_t i = 0; i < count; i++)
        add_field(&line, &fields[i]);
    const char *end = line.cut ? cut_mark : "\n";
    memcpy(line.text + line.size, end, strlen(end));
    return line.size + strlen(end);
}
/* NOLINTEND(readability-non-const-parameter) */

void lz_log_event(const struct lz_log *log, enum lz_log_level level, const char *component,
                  const char *message, const struct lz_log_field *fields, size_t count)
{
    char line[LZ_LOG_LINE];
    size_t size = lz_log_line(log, level, component, message, fields, count, line);
    if (size == 0)
        return;
    /* There is nowhere to report that the log itself cannot be written. */
    ssize_t written;
    do
        written = write(log->fd, line, size);
    while (written < 0 && errno == EINTR);
}
