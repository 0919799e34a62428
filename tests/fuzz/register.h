/* A real register for harnesses: one officer, one auxiliary, two organs, a badge; put back between runs by
 * copying the database over the changed one, which SQLite does while the register stays open. */
#ifndef LZ_FUZZ_REGISTER_H
#define LZ_FUZZ_REGISTER_H

#include "registry/audit.h"
#include "registry/badge.h"
#include "registry/credential/token.h"
#include "registry/organ.h"
#include "registry/publish.h"
#include "registry/roster.h"
#include "tests/fuzz/folder.h"

#include <sqlite3.h>

#define LZ_FUZZ_OFFICER "27060010001"
#define LZ_FUZZ_AUXILIARY "27060010002"
#define LZ_FUZZ_OFFICER_ID "610600199007209075" /* synthetic: no such area */
enum { LZ_FUZZ_NOON = 1795406400 };

static const char LZ_FUZZ_ROSTER[] =
    "姓名,性别,身份证号,工作单位,职务,执法证号,执法类别,执法区域,发证日期,有效期至,人员类别\n"
    "姚志怡,男," LZ_FUZZ_OFFICER_ID ",延安市示范局,科员," LZ_FUZZ_OFFICER
    ",交通运输,延安市,2023-02-16,2028-02-16,执法人员\n"
    "朱秀娜,女,610602199011079608,延安市示范局,," LZ_FUZZ_AUXILIARY
    ",交通运输,延安市,2023-02-16,2028-02-16,辅助人员\n";

static struct lz_fuzz_register {
    char dir[LZ_FUZZ_PATH];
    struct lz_clock_fixed clock;
    struct lz_register *reg;
    struct lz_arena *arena; /* of one run */
    sqlite3 *first, *live;  /* the database as it was, in memory; beside the register's connections */
    int version;            /* of `live`: another connection's commit changes it */
    int64_t organ, foreign;
    struct lz_bytes token; /* the officer's */
} lz_fuzz;

static inline struct lz_call lz_fuzz_call(const struct lz_actor *actor)
{
    return (struct lz_call){.reg = lz_fuzz.reg, .actor = actor, .arena = lz_fuzz.arena, .origin = "fuzz"};
}

static inline int64_t lz_fuzz_ask(const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    lz_fuzz_need(sqlite3_prepare_v2(lz_fuzz.live, sql, -1, &stmt, NULL) == SQLITE_OK &&
                 sqlite3_step(stmt) == SQLITE_ROW);
    const int64_t value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

static inline void lz_fuzz_copy(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    lz_fuzz_need(backup && sqlite3_backup_step(backup, -1) == SQLITE_DONE);
    lz_fuzz_need(sqlite3_backup_finish(backup) == SQLITE_OK);
}

/* Has anything been committed since the last reset? */
static inline bool lz_fuzz_changed(void)
{
    return lz_fuzz_ask("PRAGMA data_version") != lz_fuzz.version;
}

/* Ends a run: nothing fails any more, and the register is as it was. */
static inline void lz_fuzz_put_back(void)
{
    lz_fuzz_calm();
    if (lz_fuzz_changed()) {
        lz_fuzz_copy(lz_fuzz.first, lz_fuzz.live);
        lz_fuzz.version = (int)lz_fuzz_ask("PRAGMA data_version");
    }
    lz_arena_reset(lz_fuzz.arena);
}

/* What holds whatever happened: both chains, and no certificate that counts without a person. */
static inline void lz_fuzz_sound(void)
{
    int64_t count = 0;
    const struct lz_actor auditor = {.role = LZ_ROLE_AUDITOR, .login = "auditor"};
    struct lz_call call = lz_fuzz_call(&auditor);
    lz_fuzz_need(!lz_log_verify(&call, &count));
    lz_fuzz_need(!lz_audit_verify(&call, &count));
    lz_fuzz_need(lz_fuzz_ask("SELECT count(*) FROM certificate c LEFT JOIN person p ON p.id = c.person_id "
                             "WHERE p.id IS NULL") == 0);
}

static inline void lz_fuzz_close(void)
{
    lz_fuzz_calm();
    sqlite3_close(lz_fuzz.live);
    sqlite3_close(lz_fuzz.first);
    lz_register_close(&lz_fuzz.reg);
    lz_arena_free(&lz_fuzz.arena);
}

static inline void lz_fuzz_people(void)
{
    struct lz_call call = lz_fuzz_call(&lz_actor_local_admin);
    struct lz_roster *roster = NULL;
    struct lz_roster_options options = {0};
    struct lz_roster_result result;
    struct lz_organ organ, other = {.name = "延安市另一局", .kind = LZ_ORGAN_STATUTORY};
    struct lz_bytes token;
    lz_fuzz_need(!lz_roster_read(lz_bytes_text(LZ_FUZZ_ROSTER), LZ_ROSTER_UTF8, &roster, NULL) &&
                 !lz_roster_store(&call, roster, &options, &result) && result.created == 2);
    lz_roster_free(&roster);
    lz_fuzz_need(!lz_organ_find_name(&call, "延安市示范局", &organ) &&
                 !lz_organ_create(&call, &other, &lz_fuzz.foreign) &&
                 !lz_badge_token(&call, LZ_FUZZ_OFFICER, LZ_TOKEN_QR, (struct lz_bytes){0}, &token));
    lz_fuzz.organ = organ.id;
    static uint8_t kept[LZ_TOKEN_CAP];
    memcpy(kept, token.data, token.size);
    lz_fuzz.token = lz_bytes_of(kept, token.size);
}

/* Once; then whatever else the harness wants in its register, then lz_fuzz_register_ready. */
static inline void lz_fuzz_register_make(void)
{
    struct lz_fault fault = {0};
    char password[LZ_PASSWORD_SIZE];
    const struct lz_register_init init = {.public_url = "https://zf.example",
                                          .admin_password = "correct horse battery"};
    const struct lz_register_options options = {.clock = &lz_fuzz.clock.base};
    lz_fuzz_folder_make();
    atexit(lz_fuzz_close);
    lz_clock_fixed_init(&lz_fuzz.clock, LZ_FUZZ_NOON);
    lz_fuzz.arena = lz_arena_new(0);
    lz_fuzz_path(lz_fuzz.dir, "register");
    lz_fuzz_need(lz_fuzz.arena && !lz_register_init(lz_fuzz.dir, &init, &options, password, &fault) &&
                 !lz_register_open(lz_fuzz.dir, &options, &lz_fuzz.reg, &fault));
    lz_fuzz_people();
}

static inline void lz_fuzz_register_ready(void)
{
    char path[LZ_FUZZ_PATH + 16];
    snprintf(path, sizeof path, "%s/register.db", lz_fuzz.dir);
    lz_fuzz_need(sqlite3_open(path, &lz_fuzz.live) == SQLITE_OK &&
                 sqlite3_open(":memory:", &lz_fuzz.first) == SQLITE_OK);
    lz_fuzz_copy(lz_fuzz.live, lz_fuzz.first);
    lz_fuzz.version = (int)lz_fuzz_ask("PRAGMA data_version");
    lz_arena_reset(lz_fuzz.arena);
}

#endif
