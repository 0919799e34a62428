#include "registry/register.h"

#include "registry/account.h"
#include "registry/audit.h"
#include "registry/base/file.h"
#include "registry/credential/note.h"
#include "registry/key_ring.h"
#include "registry/organ.h"
#include "registry/publication_cache.h"
#include "registry/statements.h"

#include <errno.h>
#include <ftw.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is named after the host (the log with up to ten digits, a status list) must fit where it is signed. */
enum { PATH_SIZE = 4096, HOST_MAX = 112 };
_Static_assert(HOST_MAX + sizeof "/log-2147483647" <= LZ_NOTE_NAME, "a log's origin is the name of its key");
_Static_assert(sizeof "https://" + HOST_MAX <= LZ_PUBLIC_URL_SIZE, "its room is the host's");

struct lz_register {
    char dir[PATH_SIZE];
    char public_url[LZ_PUBLIC_URL_SIZE];
    char log_origin[LZ_NOTE_NAME];
    const struct lz_clock *clock;
    struct lz_random *random;
    struct lz_db *db;
    struct lz_key_ring *keys;
    struct lz_publication_cache *publications;
};

struct lz_db *lz_register_db(struct lz_register *reg)
{
    return reg->db;
}
const struct lz_clock *lz_register_clock(const struct lz_register *reg)
{
    return reg->clock;
}
struct lz_random *lz_register_random(const struct lz_register *reg)
{
    return reg->random;
}
const char *lz_register_dir(const struct lz_register *reg)
{
    return reg->dir;
}
const char *lz_register_public_url(const struct lz_register *reg)
{
    return reg->public_url;
}
const char *lz_register_log_origin(const struct lz_register *reg)
{
    return reg->log_origin;
}
struct lz_key_ring *lz_register_keys(const struct lz_register *reg)
{
    return reg->keys;
}
struct lz_publication_cache *lz_register_publications(const struct lz_register *reg)
{
    return reg->publications;
}

const char *lz_register_host(const struct lz_register *reg)
{
    const char *scheme = strstr(reg->public_url, "://");
    return scheme ? scheme + 3 : reg->public_url;
}

static lz_err join(char ret_path[PATH_SIZE], const char *dir, const char *name)
{
    int n = snprintf(ret_path, PATH_SIZE, "%s/%s", dir, name);
    return n > 0 && n < PATH_SIZE ? LZ_OK : LZ_TOO_LARGE;
}

static struct lz_register *register_new(const char *dir, const struct lz_register_options *options)
{
    struct lz_register *reg = calloc(1, sizeof *reg);
    if (!reg)
        return NULL;
    reg->clock = options && options->clock ? options->clock : lz_clock_system();
    reg->random = options && options->random ? options->random : lz_random_system();
    reg->publications = lz_publication_cache_new();
    if (!reg->publications) {
        free(reg);
        return NULL;
    }
    snprintf(reg->dir, sizeof reg->dir, "%s", dir);
    return reg;
}

void lz_register_close(struct lz_register **reg)
{
    if (!reg || !*reg)
        return;
    lz_db_close(&(*reg)->db);
    lz_key_ring_free(&(*reg)->keys);
    lz_publication_cache_free(&(*reg)->publications);
    free(*reg);
    *reg = NULL;
}

static lz_err copy_setting(struct lz_call *call, const char *name, char *ret_value, size_t room)
{
    const char *value = NULL;
    lz_err err = lz_setting_get(call, name, &value);
    if (err)
        return err;
    if (strlen(value) >= room)
        return LZ_CORRUPT;
    memcpy(ret_value, value, strlen(value) + 1);
    return LZ_OK;
}

static lz_err load_settings(struct lz_register *reg, struct lz_fault *fault)
{
    struct lz_arena *arena = lz_arena_new(0);
    if (!arena)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    struct lz_call call = {.reg = reg, .actor = &lz_actor_system, .arena = arena, .origin = "open"};
    lz_err err = copy_setting(&call, "public_url", reg->public_url, sizeof reg->public_url);
    if (!err)
        err = copy_setting(&call, "log_origin", reg->log_origin, sizeof reg->log_origin);
    if (err == LZ_NOT_FOUND)
        err = LZ_CORRUPT; /* an init that was cut short */
    lz_arena_free(&arena);
    if (err)
        lz_fault_set(fault, err, NULL, NULL);
    return err;
}

lz_err lz_register_open(const char *dir, const struct lz_register_options *options,
                        struct lz_register **ret_register, struct lz_fault *fault)
{
    char path[PATH_SIZE], backup[PATH_SIZE], name[64];
    struct lz_register *reg = register_new(dir, options);
    if (!reg)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    lz_err err = join(path, dir, "register.db");
    snprintf(name, sizeof name, "register.before-migration.%lld.db", (long long)lz_clock_now_s(reg->clock));
    if (!err)
        err = join(backup, dir, name);
    struct lz_db_options db_options = {
        .mode = options && options->read_only ? LZ_DB_READ_ONLY : LZ_DB_OPEN,
        .migrate_backup = backup,
    };
    if (!err && access(path, F_OK) != 0)
        err = lz_fault_set(
            fault, LZ_NOT_FOUND, "这里没有登记库。用 --data 指明目录，或先运行 liangzheng init 目录。",
            "There is no register here. Name its folder with --data, or run `liangzheng init DIR` first.");
    if (!err)
        err = lz_db_open(path, &lz_registry_schema, &db_options, &reg->db, fault);
    if (!err)
        err = lz_key_ring_open(dir, &reg->keys, fault);
    if (!err)
        err = load_settings(reg, fault);
    if (err) {
        lz_register_close(&reg);
        return err;
    }
    *ret_register = reg;
    return LZ_OK;
}

/* ---- init ---- */

static int discard_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    if (place->level > 0)
        remove(path);
    return 0;
}

void lz_register_discard(const char *dir, bool folder)
{
    enum { FOLDERS_OPEN = 8 };
    nftw(dir, discard_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    if (folder)
        rmdir(dir);
}

static lz_err check_url(const char *url, struct lz_fault *fault)
{
    size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
    size_t size = strlen(url);
    bool plain = scheme && size > scheme && size <= scheme + HOST_MAX;
    for (const char *p = url + scheme; plain && *p; p++)
        plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || strchr(".:-[]", *p);
    if (plain)
        return LZ_OK;
    return lz_fault_field(
        fault, "public-url", url,
        "应为 https://主机名（小写，不带路径，主机名至多 112 个字符），例如 https://zf.yanan.gov.cn。",
        "Give https://host in lower case without a path, the host at most 112 characters, for example "
        "https://zf.example.gov.cn.");
}

struct init_job {
    const struct lz_register_init *init;
    const char *password;
    struct lz_key_made key;
};

static lz_err first_admin(struct lz_call *call, const struct init_job *job)
{
    struct lz_account admin = {
        .login = job->init->admin_login ? job->init->admin_login : "admin",
        .name = "系统管理员",
        .role = LZ_ROLE_ADMIN,
    };
    int64_t id;
    return lz_account_add(call, &admin, job->password, &id);
}

static lz_err init_job(struct lz_call *call, void *context)
{
    struct init_job *job = context;
    struct lz_register *reg = call->reg;
    struct lz_organ bureau = {.name = job->init->organ ? job->init->organ : "司法局",
                              .kind = LZ_ORGAN_STATUTORY};
    int64_t organ = 0;
    char created[24];
    snprintf(created, sizeof created, "%lld", (long long)lz_call_now_s(call));
    lz_err err = lz_setting_put(call, "public_url", reg->public_url);
    if (!err)
        err = lz_setting_put(call, "log_origin", reg->log_origin);
    if (!err)
        err = lz_setting_put(call, "created_at", created);
    if (!err)
        err = lz_key_ring_rotate(call, &job->key);
    if (!err)
        err = lz_organ_create(call, &bureau, &organ);
    return err ? err : first_admin(call, job);
}

static lz_err fill(struct lz_register *reg, const struct lz_register_init *init, const char *password,
                   struct lz_fault *fault)
{
    const char *url = init->public_url ? init->public_url : "http://localhost:8080";
    lz_err err = check_url(url, fault);
    if (err)
        return err;
    snprintf(reg->public_url, sizeof reg->public_url, "%s", url);
    snprintf(reg->log_origin, sizeof reg->log_origin, "%s/log", lz_register_host(reg));
    struct lz_arena *arena = lz_arena_new(0);
    if (!arena)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    struct lz_call call = {.reg = reg, .actor = &lz_actor_local_admin, .arena = arena, .origin = "init"};
    struct init_job job = {.init = init, .password = password};
    err = lz_call_write(&call, init_job, &job);
    if (err && fault)
        *fault = call.fault;
    lz_arena_free(&arena);
    return err;
}

static lz_err not_free(struct lz_fault *fault)
{
    return lz_fault_set(fault, LZ_EXISTS, "目录不是空的。登记库必须建在新目录里。",
                        "The folder is not empty. A register needs a new folder.");
}

/* Of two that found the folder free at the same time one makes the folder of keys; the other goes, and wipes
 * nothing. */
static lz_err claim(const char *dir, struct lz_fault *fault)
{
    char path[PATH_SIZE];
    lz_err err = join(path, dir, "keys");
    if (err || mkdir(path, 0700) == 0)
        return err;
    return errno == EEXIST ? not_free(fault) : lz_fault_set(fault, lz_err_from_errno(errno), NULL, NULL);
}

lz_err lz_register_init(const char *dir, const struct lz_register_init *init,
                        const struct lz_register_options *options, char ret_password[LZ_PASSWORD_SIZE],
                        struct lz_fault *fault)
{
    char path[PATH_SIZE];
    bool had_folder = access(dir, F_OK) == 0;
    lz_err err = lz_folder_free(dir, fault);
    if (err)
        return err == LZ_EXISTS ? not_free(fault) : err;
    struct lz_register *reg = register_new(dir, options);
    if (!reg)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    struct lz_db_options db_options = {.mode = LZ_DB_CREATE};
    char password[LZ_PASSWORD_SIZE] = "";
    err = init->admin_password ? LZ_OK : lz_password_generate(reg->random, password);
    if (!err)
        err = lz_folder_make(dir, 0700, fault);
    if (!err)
        err = claim(dir, fault);
    const bool claimed = !err;
    if (!err)
        err = lz_key_ring_make(dir, reg->random, fault);
    if (!err)
        err = lz_key_ring_open(dir, &reg->keys, fault);
    if (!err)
        err = join(path, dir, "register.db");
    if (!err)
        err = lz_db_open(path, &lz_registry_schema, &db_options, &reg->db, fault);
    if (!err)
        err = fill(reg, init, init->admin_password ? init->admin_password : password, fault);
    lz_register_close(&reg);
    if (err && claimed)
        lz_register_discard(dir, !had_folder);
    else if (err && !had_folder)
        rmdir(dir); /* only if nobody else filled it */
    else if (!err)
        memcpy(ret_password, password, sizeof password);
    OPENSSL_cleanse(password, sizeof password);
    return err;
}
