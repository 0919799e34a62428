/* A register on disk: one folder holding the database, the keys and liangzheng.ini.
 *
 *   register.db              everything but the keys
 *   keys/issuer-<kid>.pem    ES256, signs badge tokens and status lists (0600)
 *   keys/log.pem             Ed25519, signs checkpoints (0600)
 *   keys/secret              64 bytes: AES-256-GCM key for personal numbers, HMAC key for their index (0600)
 *   liangzheng.ini           how this machine serves it (web/serve_settings.h); may be missing, not in
 * backups
 */
#ifndef LZ_REGISTRY_REGISTER_H
#define LZ_REGISTRY_REGISTER_H

#include "registry/base/arena.h"
#include "registry/base/clock.h"
#include "registry/base/random.h"
#include "registry/db/sql.h"
#include "registry/role.h"

struct lz_register; /* shared by all threads */

struct lz_register_options {
    const struct lz_clock *clock; /* NULL: the system's */
    struct lz_random *random;     /* NULL: the system's */
    bool read_only;
};

struct lz_register_init {
    const char *organ; /* the first organ's name, a bureau; NULL: 司法局 */
    /* "https://host" without a trailing slash, the host (with a port) at most 112 characters; fixed for ever;
     * NULL: http://localhost:8080 */
    const char *public_url;
    const char *admin_login;    /* NULL: "admin" */
    const char *admin_password; /* NULL: generated */
};

enum { LZ_PASSWORD_SIZE = 32 };
/* Makes `dir` (must be missing or empty: LZ_EXISTS): keys, schema, log with the first key entry, first organ,
 * first admin.  `ret_password` receives the generated password ("" when one was given); the caller wipes it.
 * After a failure nothing of it is left. */
LZ_MUST lz_err lz_register_init(const char *dir, const struct lz_register_init *init,
                                const struct lz_register_options *options,
                                char ret_password[LZ_PASSWORD_SIZE], struct lz_fault *fault);
/* Takes back what init (or a restore) has just made in a folder that was empty: all that lies in it and, with
 * `folder`, the folder itself. */
void lz_register_discard(const char *dir, bool folder);
/* Opens `dir`; an older schema is migrated after a backup beside the database.  LZ_NOT_FOUND, LZ_NEWER,
 * LZ_CORRUPT. */
LZ_MUST lz_err lz_register_open(const char *dir, const struct lz_register_options *options,
                                struct lz_register **ret_register, struct lz_fault *fault);
void lz_register_close(struct lz_register **reg); /* wipes the keys */

struct lz_db *lz_register_db(struct lz_register *reg);
const struct lz_clock *lz_register_clock(const struct lz_register *reg);
struct lz_random *lz_register_random(const struct lz_register *reg);
const char *lz_register_dir(const struct lz_register *reg);
enum { LZ_PUBLIC_URL_SIZE = 128 };                                 /* room for any, with its NUL */
const char *lz_register_public_url(const struct lz_register *reg); /* "https://host[:port]" */
const char *lz_register_host(const struct lz_register *reg);       /* "host[:port]" */
const char *
lz_register_log_origin(const struct lz_register *reg); /* "host/log", first line of every checkpoint */

/* ---- who asks ---- */
enum { LZ_LOGIN_SIZE = 64 };
struct lz_actor {
    int64_t account; /* 0: nobody, the local admin or the system */
    enum lz_role role;
    int64_t organ; /* its scope: this organ and all below; 0: all */
    char login[LZ_LOGIN_SIZE];
    char name[96];
};
extern const struct lz_actor lz_actor_nobody;
extern const struct lz_actor lz_actor_local_admin; /* the command line */
extern const struct lz_actor lz_actor_system;      /* the timer */

/* ---- one call into the register: who, memory, and the story of a failure ----
 * Zero-initialise, set reg, actor, arena.  One thread at a time.  Results of calls live in the arena. */
struct lz_call {
    struct lz_register *reg;
    const struct lz_actor *actor;
    struct lz_arena *arena;
    const char *origin; /* where it came from, for the audit: "cli", "web", "timer"; static text */
    struct lz_sql *
        sql; /* inside lz_call_write: the writing connection; else NULL, and reads take the thread's reader */
    /* A restore's: what it writes continues the register's time though the clock says earlier.  It makes
     * nothing true that was not, and only a register that stands can have its clock accepted. */
    bool any_clock;
    struct lz_fault fault; /* set when a call returned an error */
};

int64_t lz_call_now_s(const struct lz_call *call);
/* The connection to read from: the running write's, else this thread's reader.  NULL with call->fault. */
struct lz_sql *lz_call_sql(struct lz_call *call);
/* Runs `job` in one durable write transaction (nested: inside the running one).  See lz_db_write for what a
 * job may do. */
typedef lz_err (*lz_call_job)(struct lz_call *call, void *context);
LZ_MUST lz_err lz_call_write(struct lz_call *call, lz_call_job job, void *context);
/* LZ_MEMORY with its sentence; for arena results that are NULL. */
static inline lz_err lz_call_memory(struct lz_call *call)
{
    return lz_fault_set(&call->fault, LZ_MEMORY, NULL, NULL);
}
/* The next `count` ids of a sequence ("person", …); the first is returned.  Only inside lz_call_write. */
LZ_MUST lz_err lz_call_ids(struct lz_call *call, const char *sequence, int64_t count, int64_t *ret_first);

/* Settings fixed at init or kept by the register itself. */
LZ_MUST lz_err lz_setting_get(struct lz_call *call, const char *name,
                              const char **ret_value);                                    /* LZ_NOT_FOUND */
LZ_MUST lz_err lz_setting_put(struct lz_call *call, const char *name, const char *value); /* inside a write */

#endif
