#include "registry/base/mustache_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NESTING = 64, MAX_DELIMITER = 8 };
static const size_t NO_SECTION = SIZE_MAX;

/* What is wrong with a template, for the clerk or developer who edits it. */
enum problem {
    UNCLOSED_TAG,
    BAD_NAME,
    BAD_DELIMITERS,
    NOTHING_OPEN,
    CLOSES_OTHER,
    UNCLOSED_SECTION,
    TOO_DEEP
};
static const char *const problems[][LZ_LANG_COUNT] = {
    [UNCLOSED_TAG] = {"标签没有结束", "this tag is never closed"},
    [BAD_NAME] = {"标签名不能为空、含空白或多余的点",
                  "a name may not be empty, hold white space or stray dots"},
    [BAD_DELIMITERS] = {"分隔符应写作 {{=<% %>=}}", "delimiters are set like {{=<% %>=}}"},
    [NOTHING_OPEN] = {"这里没有要结束的段落", "there is no section to close here"},
    [CLOSES_OTHER] = {"结束标签与段落名不一致", "this closes another section than the one that is open"},
    [UNCLOSED_SECTION] = {"段落没有结束", "this section is never closed"},
    [TOO_DEEP] = {"段落嵌套过深", "sections are nested too deep"},
};

struct parser {
    struct lz_mustache *mustache;
    const char *text;
    size_t size;
    size_t at;             /* what lies before is done */
    struct lz_bytes open;  /* delimiters, borrowed */
    struct lz_bytes close; /* " */
    size_t section;        /* the innermost open one, or NO_SECTION */
    size_t nesting;
    struct lz_fault *fault;
};

/* One tag as it stands in the text. */
struct tag {
    char sigil; /* # ^ / > ! & { = or 0 for a plain name */
    size_t first, behind;
    struct lz_bytes body; /* between sigil and close, trimmed */
};

static lz_err malformed(const struct parser *p, size_t offset, enum problem problem)
{
    size_t line = 1;
    for (size_t i = 0; i < offset; i++)
        line += p->text[i] == '\n';
    char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
    snprintf(zh, sizeof zh, "模板第 %zu 行：%s。", line, problems[problem][LZ_ZH]);
    snprintf(en, sizeof en, "Template line %zu: %s.", line, problems[problem][LZ_EN]);
    return lz_fault_set(p->fault, LZ_MALFORMED, zh, en);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}
static bool white(char c)
{
    return blank(c) || c == '\n' || c == '\r';
}

static struct lz_bytes trimmed(const char *text, size_t size)
{
    while (size > 0 && white(text[0])) {
        text++;
        size--;
    }
    while (size > 0 && white(text[size - 1]))
        size--;
    return lz_bytes_of(text, size);
}

/* "." or dotted names without empty parts. */
static bool good_name(struct lz_bytes name)
{
    if (name.size == 1 && name.data[0] == '.')
        return true;
    bool after_dot = true;
    for (size_t i = 0; i < name.size; i++) {
        bool dot = name.data[i] == '.';
        if (name.data[i] == '\0' || white((char)name.data[i]) || (dot && after_dot))
            return false;
        after_dot = dot;
    }
    return !after_dot;
}

static lz_err add(struct parser *p, struct lz_mustache_node node)
{
    struct lz_mustache *m = p->mustache;
    if (m->count == m->room) {
        size_t room = m->room ? m->room * 2 : 32;
        struct lz_mustache_node *nodes = reallocarray(m->nodes, room, sizeof *nodes);
        if (!nodes)
            return lz_fault_set(p->fault, LZ_MEMORY, NULL, NULL);
        m->nodes = nodes;
        m->room = room;
    }
    m->nodes[m->count++] = node;
    return LZ_OK;
}

static bool begins_line(const struct parser *p, size_t at)
{
    return at == 0 || p->text[at - 1] == '\n';
}

static lz_err add_line_start(struct parser *p, size_t at)
{
    return begins_line(p, at) ? add(p, (struct lz_mustache_node){.kind = LZ_MUSTACHE_LINE}) : LZ_OK;
}

static lz_err add_text(struct parser *p, size_t from, size_t to)
{
    lz_err err = LZ_OK;
    while (!err && from < to) {
        const char *newline = memchr(p->text + from, '\n', to - from);
        size_t behind = newline ? (size_t)(newline - p->text) + 1 : to;
        err = add_line_start(p, from);
        if (!err)
            err = add(p, (struct lz_mustache_node){.kind = LZ_MUSTACHE_TEXT,
                                                   .text = lz_bytes_of(p->text + from, behind - from)});
        from = behind;
    }
    return err;
}

static size_t find(const struct parser *p, size_t from, const void *what, size_t size)
{
    const char *hit = from <= p->size ? memmem(p->text + from, p->size - from, what, size) : NULL;
    return hit ? (size_t)(hit - p->text) : SIZE_MAX;
}

/* Reads the tag whose opening delimiter stands at `first`. */
static lz_err read_tag(const struct parser *p, size_t first, struct tag *ret_tag)
{
    struct tag tag = {.first = first};
    size_t from = first + p->open.size;
    if (from < p->size && p->text[from] != '\0' && strchr("#^/>!&{=", p->text[from]))
        tag.sigil = p->text[from++];
    /* {{{name}}} and {{=a b=}} end with a character of their own before the delimiter. */
    char extra = '\0';
    if (tag.sigil == '{')
        extra = '}';
    else if (tag.sigil == '=')
        extra = '=';
    char end[MAX_DELIMITER + 1];
    size_t end_size = 0;
    if (extra)
        end[end_size++] = extra;
    memcpy(end + end_size, p->close.data, p->close.size);
    end_size += p->close.size;
    size_t behind = find(p, from, end, end_size);
    if (behind == SIZE_MAX)
        return malformed(p, first, UNCLOSED_TAG);
    tag.body = trimmed(p->text + from, behind - from);
    tag.behind = behind + end_size;
    *ret_tag = tag;
    return LZ_OK;
}

static lz_err open_section(struct parser *p, const struct tag *tag)
{
    if (p->nesting == MAX_NESTING)
        return malformed(p, tag->first, TOO_DEEP);
    lz_err err = add(
        p, (struct lz_mustache_node){.kind = tag->sigil == '#' ? LZ_MUSTACHE_SECTION : LZ_MUSTACHE_INVERTED,
                                     .text = tag->body,
                                     .end = p->section});
    if (!err) {
        p->section = p->mustache->count - 1;
        p->nesting++;
    }
    return err;
}

static lz_err close_section(struct parser *p, const struct tag *tag)
{
    if (p->section == NO_SECTION)
        return malformed(p, tag->first, NOTHING_OPEN);
    struct lz_mustache_node *section = &p->mustache->nodes[p->section];
    if (!lz_bytes_equal(section->text, tag->body))
        return malformed(p, tag->first, CLOSES_OTHER);
    p->section = section->end;
    section->end = p->mustache->count;
    p->nesting--;
    return LZ_OK;
}

/* {{=<% %>=}}: two words without white space or `=`. */
static lz_err set_delimiters(struct parser *p, const struct tag *tag)
{
    const char *body = (const char *)tag->body.data;
    size_t open = 0, gap;
    while (open < tag->body.size && !white(body[open]))
        open++;
    for (gap = open; gap < tag->body.size && white(body[gap]);)
        gap++;
    size_t close = tag->body.size - gap;
    if (open == 0 || close == 0 || open >= MAX_DELIMITER || close >= MAX_DELIMITER ||
        memchr(body, '=', tag->body.size))
        return malformed(p, tag->first, BAD_DELIMITERS);
    for (size_t i = gap; i < tag->body.size; i++)
        if (white(body[i]))
            return malformed(p, tag->first, BAD_DELIMITERS);
    p->open = lz_bytes_of(body, open);
    p->close = lz_bytes_of(body + gap, close);
    return LZ_OK;
}

static lz_err add_tag(struct parser *p, const struct tag *tag, bool standalone, struct lz_bytes indent)
{
    if (tag->sigil == '!')
        return LZ_OK;
    if (tag->sigil == '=')
        return set_delimiters(p, tag);
    if (!good_name(tag->body))
        return malformed(p, tag->first, BAD_NAME);
    struct lz_mustache_node node = {.kind = LZ_MUSTACHE_VALUE, .text = tag->body};
    switch (tag->sigil) {
    case '#':
    case '^':
        return open_section(p, tag);
    case '/':
        return close_section(p, tag);
    case '>':
        node.kind = LZ_MUSTACHE_PARTIAL;
        node.standalone = standalone;
        node.indent = indent;
        break;
    case '&':
    case '{':
        node.kind = LZ_MUSTACHE_RAW;
        break;
    default:
        break;
    }
    return add(p, node);
}

/* Every tag but a value, alone on its line, takes the whole line with it.  `before` gets where the blanks in
 * front of it begin, `behind` where the next line does. */
static bool alone_on_line(const struct parser *p, const struct tag *tag, size_t *before, size_t *behind)
{
    if (tag->sigil == '\0' || tag->sigil == '&' || tag->sigil == '{')
        return false;
    size_t left = tag->first, right = tag->behind;
    while (left > p->at && blank(p->text[left - 1]))
        left--;
    while (right < p->size && blank(p->text[right]))
        right++;
    if (right < p->size && p->text[right] == '\r')
        right++;
    if (!begins_line(p, left) || (right < p->size && p->text[right] != '\n'))
        return false;
    *before = left;
    *behind = right < p->size ? right + 1 : right;
    return true;
}

static lz_err parse_tag(struct parser *p, size_t first)
{
    struct tag tag = {0};
    lz_err err = read_tag(p, first, &tag);
    if (err)
        return err;
    size_t before = tag.first, behind = tag.behind;
    bool standalone = alone_on_line(p, &tag, &before, &behind);
    err = add_text(p, p->at, before);
    if (!err && !standalone)
        err = add_line_start(p, tag.first);
    if (!err)
        err = add_tag(p, &tag, standalone, lz_bytes_of(p->text + before, tag.first - before));
    p->at = behind;
    return err;
}

static lz_err parse(struct parser *p)
{
    lz_err err = LZ_OK;
    size_t first;
    while (!err && (first = find(p, p->at, p->open.data, p->open.size)) != SIZE_MAX)
        err = parse_tag(p, first);
    if (!err)
        err = add_text(p, p->at, p->size);
    if (!err && p->section != NO_SECTION) {
        const char *name = (const char *)p->mustache->nodes[p->section].text.data;
        err = malformed(p, (size_t)(name - p->text), UNCLOSED_SECTION);
    }
    return err;
}

lz_err lz_mustache_parse(struct lz_bytes text, struct lz_mustache **ret_template, struct lz_fault *fault)
{
    struct lz_mustache *mustache = calloc(1, sizeof *mustache);
    if (mustache)
        mustache->text = calloc(text.size + 1, 1);
    if (!mustache || !mustache->text) {
        lz_mustache_free(&mustache);
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    }
    if (text.size)
        memcpy(mustache->text, text.data, text.size);
    struct parser parser = {.mustache = mustache,
                            .text = mustache->text,
                            .size = text.size,
                            .open = lz_bytes_text("{{"),
                            .close = lz_bytes_text("}}"),
                            .section = NO_SECTION,
                            .fault = fault};
    lz_err err = parse(&parser);
    if (err)
        lz_mustache_free(&mustache);
    else
        *ret_template = mustache;
    return err;
}

void lz_mustache_free(struct lz_mustache **mustache)
{
    if (!mustache || !*mustache)
        return;
    free((*mustache)->nodes);
    free((*mustache)->text);
    free(*mustache);
    *mustache = NULL;
}
