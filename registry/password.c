#include "registry/password.h"

#include "registry/account.h"

#include <argon2.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <string.h>

enum { PASSES = 2, MEMORY_KIB = 19 * 1024, LANES = 1, SALT = 16, HASH = 32, AT_ONCE = 2 };

/* The gate: a counting lock.  What it guards, memory and cores, is process-wide, and so is it. */
/* lint-ok: guards a process-wide resource */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t one_left;
    int inside;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .one_left = PTHREAD_COND_INITIALIZER};

static void enter(void)
{
    pthread_mutex_lock(&gate.lock);
    while (gate.inside >= AT_ONCE)
        pthread_cond_wait(&gate.one_left, &gate.lock);
    gate.inside++;
    pthread_mutex_unlock(&gate.lock);
}

static void leave(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.inside--;
    pthread_cond_signal(&gate.one_left);
    pthread_mutex_unlock(&gate.lock);
}

lz_err lz_password_hash(struct lz_random *random, const char *password, char ret_hash[LZ_PASSWORD_HASH_SIZE])
{
    uint8_t salt[SALT];
    lz_err err = lz_random_fill(random, salt, sizeof salt);
    if (err)
        return err;
    enter();
    int rc = argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password, strlen(password), salt, sizeof salt,
                                   HASH, ret_hash, LZ_PASSWORD_HASH_SIZE);
    leave();
    return rc == ARGON2_OK ? LZ_OK : rc == ARGON2_MEMORY_ALLOCATION_ERROR ? LZ_MEMORY : LZ_CRYPTO;
}

lz_err lz_password_check(const char *hash, const char *password)
{
    /* A hash of the same cost that no password has been given: its salt and output are zero. */
    static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    enter();
    int rc = argon2id_verify(hash ? hash : nobody, password, strlen(password));
    leave();
    if (rc == ARGON2_MEMORY_ALLOCATION_ERROR)
        return LZ_MEMORY;
    return rc == ARGON2_OK && hash ? LZ_OK : LZ_UNAUTHENTICATED;
}

lz_err lz_password_generate(struct lz_random *random, char ret_password[LZ_PASSWORD_SIZE])
{
    /* No characters that look alike; 31^16 is about 79 bits. */
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    char password[LZ_PASSWORD_SIZE] = "";
    size_t at = 0;
    lz_err err = LZ_OK;
    for (int i = 0; !err && i < 16; i++) {
        uint64_t n = 0;
        err = lz_random_below(random, sizeof letters - 1, &n);
        if (i > 0 && i % 4 == 0)
            password[at++] = '-';
        password[at++] = letters[n];
    }
    if (!err)
        memcpy(ret_password, password, sizeof password);
    OPENSSL_cleanse(password, sizeof password);
    return err;
}
