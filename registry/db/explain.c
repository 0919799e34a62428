/* For the test of all statements: does the plan read a whole table? */
#include "registry/db/connection.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A word of SQL text: an identifier, or one punctuation character. */
struct word {
    const char *at;
    size_t size;
};

static bool in_identifier(char c)
{
    return isalnum((unsigned char)c) || c == '_' || ((unsigned char)c & 0x80);
}

static struct word next_word(const char **at)
{
    const char *p = *at + strspn(*at, " \t\r\n");
    struct word w = {p, 0};
    if (*p == '\'') {
        const char *end = strchr(p + 1, '\'');
        w.size = end ? (size_t)(end - p) + 1 : strlen(p);
    } else if (in_identifier(*p)) {
        while (in_identifier(p[w.size]))
            w.size++;
    } else if (*p) {
        w.size = 1;
    }
    *at = p + w.size;
    return w;
}

static bool word_is(struct word w, const char *text, size_t size)
{
    return w.size == size && strncasecmp(w.at, text, size) == 0;
}

static bool is_table(struct lz_sql *sql, struct word name)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(
        sql->handle, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?1)", -1,
        &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(stmt, 1, name.at, (int)name.size, SQLITE_TRANSIENT);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    return rc == SQLITE_ROW;
}

/* The plan names a source by its alias: `FROM organ o` and `JOIN organ AS o` give "o". */
static bool is_alias_of_table(struct lz_sql *sql, const char *text, struct word alias)
{
    struct word before = {text, 0};
    for (const char *at = text; *at;) {
        struct word w = next_word(&at);
        if (w.size == 0)
            break;
        if (word_is(w, "as", 2))
            continue;
        if (word_is(w, alias.at, alias.size) && before.size > 0 && is_table(sql, before))
            return true;
        before = w;
    }
    return false;
}

/* Walking an index in order is meant (ORDER BY … LIMIT); reading all of a covering one is a scan in disguise.
 */
static bool row_scans(struct lz_sql *sql, const char *text, const char *detail)
{
    static const char scan[] = "SCAN ";
    if (strncmp(detail, scan, sizeof scan - 1) != 0)
        return false;
    const char *at = detail + sizeof scan - 1;
    struct word name = next_word(&at);
    if (strstr(at, "VIRTUAL TABLE"))
        return false;
    if (strstr(at, "USING INDEX"))
        return false;
    return name.size > 0 && (is_table(sql, name) || is_alias_of_table(sql, text, name));
}

static bool has_word(const char *text, const char *word)
{
    for (const char *at = text; *at;) {
        struct word w = next_word(&at);
        if (word_is(w, word, strlen(word)))
            return true;
    }
    return false;
}

/* `FROM audit ORDER BY seq DESC LIMIT 1` is a "SCAN", too, but stops at its limit: rows come in the order of
 * the key (no sorting), and no condition makes it pass rows over. */
static bool stops_at_its_limit(const char *text, const char *plan)
{
    return has_word(text, "limit") && has_word(text, "order") && !has_word(text, "where") &&
           !has_word(text, "join") && !has_word(text, "group") && !has_word(text, "distinct") &&
           !strstr(plan, "TEMP B-TREE");
}

lz_err lz_sql_explain_scan(struct lz_sql *sql, size_t statement, bool *ret_scans, struct lz_buf *ret_plan)
{
    if (!sql || statement >= sql->schema->statement_count)
        return LZ_INTERNAL;
    const char *text = sql->schema->statements[statement].text;
    sqlite3_stmt *stmt = NULL;
    bool scans = false;
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", text);
    if (!explain)
        return LZ_MEMORY;
    int rc = sqlite3_prepare_v2(sql->handle, explain, -1, &stmt, NULL);
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(stmt);
        if (rc != SQLITE_ROW)
            break;
        const char *detail = (const char *)sqlite3_column_text(stmt, 3);
        lz_buf_text(ret_plan, detail ? detail : "");
        lz_buf_byte(ret_plan, '\n');
        scans = scans || (detail && row_scans(sql, text, detail));
    }
    lz_err err = rc == SQLITE_DONE ? ret_plan->err : lz_sql_fail(sql, rc);
    sqlite3_finalize(stmt);
    sqlite3_free(explain);
    if (err == LZ_OK)
        *ret_scans = scans && !stops_at_its_limit(text, (const char *)ret_plan->data);
    return err;
}
