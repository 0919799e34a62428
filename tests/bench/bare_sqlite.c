/* The limit of durable writes: SQLite alone, WAL, synchronous FULL, what a status change stores at least (an
 * update, a history row, a log entry, an audit row).  BATCH changes share a commit, as group commit would at
 * best.  Usage: bench_bare_sqlite FILE BATCH SECONDS. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char SCHEMA[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    "CREATE TABLE IF NOT EXISTS badge (id INTEGER PRIMARY KEY, list INTEGER, idx INTEGER, status INTEGER);"
    "CREATE TABLE IF NOT EXISTS history (id INTEGER PRIMARY KEY, badge INTEGER, at INTEGER, body TEXT);"
    "CREATE INDEX IF NOT EXISTS history_badge ON history (badge);"
    "CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY, body BLOB, hash BLOB);"
    "CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, at INTEGER, body TEXT, hash BLOB);"
    "INSERT OR IGNORE INTO badge VALUES (1, 1, 1, 0);";
static const char *const CHANGE[] = {
    "UPDATE badge SET status = 2 - status WHERE id = 1",
    "INSERT INTO history (badge, at, body) VALUES (1, 1795406400, hex(zeroblob(60)))",
    "INSERT INTO log (body, hash) VALUES (zeroblob(30), zeroblob(32))",
    "INSERT INTO audit (at, body, hash) VALUES (1795406400, hex(zeroblob(150)), zeroblob(32))",
};
enum { STEPS = sizeof CHANGE / sizeof CHANGE[0] };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *steps[STEPS];
    if (argc != 4 || sqlite3_open(argv[1], &db) || sqlite3_exec(db, SCHEMA, NULL, NULL, NULL))
        return 3;
    for (int i = 0; i < STEPS; i++)
        if (sqlite3_prepare_v2(db, CHANGE[i], -1, &steps[i], NULL))
            return 3;
    long done = 0;
    double began = now(), until = began + atof(argv[3]);
    while (now() < until) {
        int failed = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        for (int n = atoi(argv[2]); n > 0; n--, done++)
            for (int i = 0; i < STEPS; i++)
                failed |= sqlite3_step(steps[i]) != SQLITE_DONE || sqlite3_reset(steps[i]);
        if (failed || sqlite3_exec(db, "COMMIT", NULL, NULL, NULL))
            return 3;
    }
    printf("%.1f\n", (double)done / (now() - began));
    for (int i = 0; i < STEPS; i++)
        sqlite3_finalize(steps[i]);
    sqlite3_close(db);
    return 0;
}
