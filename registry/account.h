/* Staff accounts and their sessions. */
#ifndef LZ_REGISTRY_ACCOUNT_H
#define LZ_REGISTRY_ACCOUNT_H

#include "registry/register.h"

struct lz_account {
    int64_t id;
    const char *login, *name;
    enum lz_role role;
    int64_t organ; /* 0: all */
    const char *organ_name;
    bool disabled;
    int64_t created_at, last_sign_in_at; /* 0: never */
};

LZ_MUST lz_err lz_account_list(struct lz_call *call, struct lz_account **ret_list,
                               size_t *ret_count); /* roles: admin, auditor */
/* Passwords: 10 to 128 characters.  LZ_EXISTS, LZ_INVALID.  Role: admin. */
LZ_MUST lz_err lz_account_add(struct lz_call *call, const struct lz_account *account, const char *password,
                              int64_t *ret_id);
LZ_MUST lz_err lz_account_password(struct lz_call *call, const char *login,
                                   const char *password); /* ends its sessions */
LZ_MUST lz_err lz_account_disable(struct lz_call *call, const char *login,
                                  bool disabled); /* ends its sessions */
/* The account as an actor, for `--as USER`; LZ_NOT_FOUND, LZ_FORBIDDEN when disabled. */
LZ_MUST lz_err lz_account_actor(struct lz_call *call, const char *login, struct lz_actor *ret_actor);
/* A readable random password (about 80 bits). */
LZ_MUST lz_err lz_password_generate(struct lz_random *random, char ret_password[LZ_PASSWORD_SIZE]);

/* Sessions: the cookie carries 32 random bytes in base64url; the database only their SHA-256. */
enum { LZ_SESSION_TOKEN_SIZE = 48, LZ_CSRF_SIZE = 48 };
struct lz_session {
    struct lz_actor actor;
    char csrf[LZ_CSRF_SIZE];
    int64_t expires_at;
};
/* argon2id (19 MiB, t=2, p=1; at most two at a time in the process), same work for unknown logins.
 * LZ_UNAUTHENTICATED; LZ_THROTTLED after 5 failures per login or 20 per peer within 15 minutes.  `peer`: the
 * client's address (counted by lz_address_asker). */
LZ_MUST lz_err lz_session_sign_in(struct lz_call *call, const char *login, const char *password,
                                  const char *peer, char ret_token[LZ_SESSION_TOKEN_SIZE],
                                  struct lz_session *ret_session);
/* The session behind a cookie; LZ_UNAUTHENTICATED when there is none, it idled out, or the account is
 * disabled. */
LZ_MUST lz_err lz_session_find(struct lz_call *call, const char *token, struct lz_session *ret_session);
LZ_MUST lz_err lz_session_sign_out(struct lz_call *call, const char *token);

#endif
