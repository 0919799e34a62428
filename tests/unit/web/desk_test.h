/* Beside web_test.h: an HR of the certificates' own organ, forms, files, JSON. */
#ifndef LZ_TEST_DESK_H
#define LZ_TEST_DESK_H

#include "tests/unit/web/web_test.h"

#include <sched.h>
#include <time.h>

static const char HTML[] = "text/html,application/xhtml+xml;q=0.9";

/* Signs the role in again; HR this time for the officers' own organ. */
static inline struct role_account desk_own_hr(struct web *web)
{
    struct lz_call call = web_call(web, &lz_actor_local_admin);
    struct role_account account = {.role = LZ_ROLE_HR};
    struct lz_session session;
    char token[LZ_SESSION_TOKEN_SIZE];
    int64_t id;
    struct lz_account row = {
        .login = "own-hr", .name = "本机关人事", .role = LZ_ROLE_HR, .organ = web->organ};
    web_must(lz_account_add(&call, &row, PASSWORD, &id), &call.fault);
    call.actor = &lz_actor_nobody;
    web_must(lz_session_sign_in(&call, row.login, PASSWORD, "192.0.2.1", token, &session), &call.fault);
    snprintf(account.cookie, sizeof account.cookie, "%s=%s", web->site->cookie, token);
    memcpy(account.csrf, session.csrf, sizeof account.csrf);
    return account;
}

static inline struct answer desk_get(struct web *web, const struct role_account *who, const char *target,
                                     const char *accept)
{
    return web_ask(web, &(struct ask){.target = target, .cookie = who->cookie, .accept = accept});
}
static inline struct answer desk_post(struct web *web, const struct role_account *who, const char *target,
                                      const char *body, const char *accept)
{
    return web_ask(web, &(struct ask){.method = "POST",
                                      .target = target,
                                      .cookie = who->cookie,
                                      .csrf = who->csrf,
                                      .body = body,
                                      .accept = accept});
}
static inline struct answer desk_upload(struct web *web, const struct role_account *who, const char *target,
                                        const char *field, const char *file, const char *accept)
{
    const char *body =
        lz_arena_printf(web->own,
                        "--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"f\"\r\n"
                        "Content-Type: text/csv\r\n\r\n%s\r\n--b--\r\n",
                        field, file);
    return web_ask(web, &(struct ask){.method = "POST",
                                      .target = target,
                                      .cookie = who->cookie,
                                      .csrf = who->csrf,
                                      .type = "multipart/form-data; boundary=b",
                                      .body = body,
                                      .accept = accept});
}
static inline json_t *desk_json(const struct answer *answer, int status)
{
    if (answer->reply.status != status)
        fail_msg("answers %d, not %d: %s", answer->reply.status, status, answer->body);
    json_t *value = json_loads(answer->body, 0, NULL);
    assert_non_null(value);
    return value;
}
static inline json_t *desk_get_json(struct web *web, const struct role_account *who, const char *target)
{
    struct answer answer = desk_get(web, who, target, NULL);
    return desk_json(&answer, 200);
}
static inline const char *desk_text(const json_t *value, const char *key)
{
    return json_string_value(json_object_get(value, key));
}
static inline int64_t desk_int(const json_t *value, const char *key)
{
    return json_integer_value(json_object_get(value, key));
}
static inline bool desk_lists(const json_t *list, const char *word)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) if (strcmp(json_string_value(item), word) == 0) return true;
    return false;
}
static inline const char *desk_location(const struct answer *answer)
{
    assert_int_equal(answer->reply.status, 303);
    return lz_http_reply_header_get(&answer->reply, "Location");
}

/* Asks again until the import's thread is done with it, at most 20 s. */
static inline json_t *desk_import_settled(struct web *web, const struct role_account *who, const char *path)
{
    struct timespec now, begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (;;) {
        json_t *value = desk_get_json(web, who, path);
        const char *state = desk_text(value, "state");
        if (strcmp(state, "checking") != 0 && strcmp(state, "storing") != 0)
            return value;
        json_decref(value);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - begin.tv_sec > 20)
            fail_msg("the import of %s never settles", path);
        sched_yield();
    }
}

#endif
