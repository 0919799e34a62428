/* A register in a temporary folder with four certificates and an account of each role, and requests to it
 * without a socket. */
#ifndef LZ_TEST_WEB_H
#define LZ_TEST_WEB_H

#include "tests/unit/lz_test.h"

#include "registry/account.h"
#include "registry/badge.h"
#include "registry/base/encoding.h"
#include "registry/organ.h"
#include "registry/person.h"
#include "registry/roster.h"
#include "web/dispatch.h"
#include "web/http/exchange.h"

#include <ftw.h>
#include <unistd.h>

#define OFFICER "27060010001"
#define AUXILIARY "27060010002"
#define EXPIRED "27060010003"
#define PASSWORD "correct horse battery"

static const char ROSTER[] =
    "姓名,性别,身份证号,工作单位,职务,执法证号,执法类别,执法区域,发证日期,有效期至,人员类别\n"
    "姚志怡,男,610600199007209075,延安市示范局,科员," OFFICER
    ",交通运输,延安市,2023-02-16,2028-02-16,执法人员\n"
    "朱秀娜,女,610602199011079608,延安市示范局,," AUXILIARY
    ",交通运输,延安市,2023-02-16,2028-02-16,辅助人员\n";

struct role_account {
    enum lz_role role;
    char cookie[LZ_SESSION_TOKEN_SIZE + 32];
    char csrf[LZ_CSRF_SIZE];
};

struct web {
    char dir[64];
    struct lz_clock_fixed clock;
    struct lz_register *reg;
    struct lz_site *site;
    struct lz_arena *arena; /* of the last request */
    struct lz_arena *own;
    int64_t organ, foreign; /* the officer's organ; another one */
    struct role_account accounts[LZ_ROLE_COUNT];
    const char *token; /* base64url of the officer's QR token */
};

struct ask {
    const char *method, *target; /* "/path?query" */
    const char *cookie, *accept, *type, *body, *csrf, *origin, *match;
};
struct answer {
    struct lz_http_reply reply;
    const char *body; /* NUL-terminated, of the web's arena until the next request */
};

static inline struct lz_call web_call(struct web *web, const struct lz_actor *actor)
{
    return (struct lz_call){.reg = web->reg, .actor = actor, .arena = web->own, .origin = "test"};
}

static inline void web_must(lz_err err, const struct lz_fault *fault)
{
    if (err)
        fail_msg("%s: %s", lz_err_name(err), lz_fault_text(fault, LZ_EN));
}

static inline void web_add_header(struct lz_http_header *headers, size_t *count, const char *name,
                                  const char *value)
{
    if (value)
        headers[(*count)++] = (struct lz_http_header){name, value};
}

static inline struct answer web_ask(struct web *web, const struct ask *ask)
{
    struct lz_http_server_options options = {0};
    struct lz_http_header headers[8];
    struct lz_http_request request = {.arena = web->arena};
    size_t count = 0;
    int status = 0;
    lz_arena_reset(web->arena);
    web_add_header(headers, &count, "Host", "zf.example");
    web_add_header(headers, &count, "Accept", ask->accept);
    web_add_header(headers, &count, "Cookie", ask->cookie);
    web_add_header(headers, &count, "Content-Type",
                   ask->type   ? ask->type
                   : ask->body ? "application/x-www-form-urlencoded"
                               : NULL);
    web_add_header(headers, &count, "X-CSRF-Token", ask->csrf);
    web_add_header(headers, &count, "Origin", ask->origin);
    web_add_header(headers, &count, "If-None-Match", ask->match);
    char *path = lz_arena_text(web->arena, ask->target);
    char *query = strchr(path, '?');
    if (query)
        *query++ = '\0';
    struct lz_http_head head = {.method = ask->method ? ask->method : "GET",
                                .path = path,
                                .query = query,
                                .peer = "203.0.113.7",
                                .headers = headers,
                                .header_count = count};
    request.body = lz_bytes_text(ask->body ? ask->body : "");
    struct lz_bytes body = request.body;
    assert_ok(lz_http_request_parse(&options, &head, &request, &status));
    request.body = body;
    struct answer answer = {.reply = {.arena = web->arena}};
    lz_buf_init(&answer.reply.scratch, 8 << 20);
    lz_dispatch(web->site, &request, &answer.reply);
    assert_false(answer.reply.failed);
    answer.body = lz_arena_copy(web->own, (const char *)answer.reply.body.data, answer.reply.body.size);
    lz_buf_free(&answer.reply.scratch);
    return answer;
}

static inline struct answer web_get(struct web *web, const char *target)
{
    return web_ask(web, &(struct ask){.target = target});
}

static inline void web_account(struct web *web, enum lz_role role)
{
    struct lz_call call = web_call(web, &lz_actor_local_admin);
    struct role_account *account = &web->accounts[role];
    struct lz_session session;
    char token[LZ_SESSION_TOKEN_SIZE];
    int64_t id;
    /* HR belongs to another organ than the certificates, so that scope can be seen to hold. */
    struct lz_account row = {.login = lz_role_name(role),
                             .name = "测试",
                             .role = role,
                             .organ = role == LZ_ROLE_HR ? web->foreign : 0};
    if (role != LZ_ROLE_ADMIN) /* there is one from the beginning */
        web_must(lz_account_add(&call, &row, PASSWORD, &id), &call.fault);
    call.actor = &lz_actor_nobody;
    web_must(lz_session_sign_in(&call, row.login, PASSWORD, "192.0.2.1", token, &session), &call.fault);
    account->role = role;
    snprintf(account->cookie, sizeof account->cookie, "%s=%s", web->site->cookie, token);
    memcpy(account->csrf, session.csrf, sizeof account->csrf);
}

static inline void web_people(struct web *web)
{
    struct lz_call call = web_call(web, &lz_actor_local_admin);
    struct lz_fault fault = {0};
    struct lz_roster *roster = NULL;
    struct lz_roster_options options = {0};
    struct lz_roster_result result;
    struct lz_organ organ, other = {.name = "延安市另一局", .kind = LZ_ORGAN_STATUTORY};
    struct lz_bytes token;
    struct lz_buf text;
    web_must(lz_roster_read(lz_bytes_text(ROSTER), LZ_ROSTER_UTF8, &roster, &fault), &fault);
    web_must(lz_roster_store(&call, roster, &options, &result), &call.fault);
    assert_int_equal(result.created, 2);
    lz_roster_free(&roster);
    web_must(lz_organ_find_name(&call, "延安市示范局", &organ), &call.fault);
    web->organ = organ.id;
    web_must(lz_organ_create(&call, &other, &web->foreign), &call.fault);
    web_must(lz_badge_token(&call, OFFICER, LZ_TOKEN_QR, (struct lz_bytes){0}, &token), &call.fault);
    lz_buf_init(&text, 1024);
    lz_base64url_encode(token, &text);
    web->token = lz_arena_text(web->own, (const char *)text.data);
    lz_buf_free(&text);
}

static inline int web_set_up(void **state)
{
    struct web *web = calloc(1, sizeof *web);
    struct lz_fault fault = {0};
    char password[LZ_PASSWORD_SIZE], reg[80];
    assert_non_null(web);
    snprintf(web->dir, sizeof web->dir, "%s", "/tmp/lz-web-XXXXXX");
    assert_non_null(mkdtemp(web->dir));
    snprintf(reg, sizeof reg, "%s/reg", web->dir);
    lz_clock_fixed_init(&web->clock, 1795420800); /* 2026-11-23 */
    struct lz_register_options options = {.clock = &web->clock.base};
    struct lz_register_init init = {.public_url = "https://zf.example", .admin_password = PASSWORD};
    web->arena = lz_arena_new(0);
    web->own = lz_arena_new(0);
    web_must(lz_register_init(reg, &init, &options, password, &fault), &fault);
    web_must(lz_register_open(reg, &options, &web->reg, &fault), &fault);
    struct lz_site_options site = {
        .reg = web->reg, .share = LZ_SOURCE_DIR "/web", .lookups_per_minute = 1000};
    web_must(lz_site_open(&site, &web->site, &fault), &fault);
    web_people(web);
    for (unsigned i = 0; i < LZ_ROLE_COUNT; i++)
        if (LZ_ROLES(i) & LZ_ROLES_STAFF)
            web_account(web, (enum lz_role)i);
    *state = web;
    return 0;
}

static inline int web_remove(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline int web_tear_down(void **state)
{
    struct web *web = *state;
    lz_site_close(&web->site);
    lz_register_close(&web->reg);
    lz_arena_free(&web->arena);
    lz_arena_free(&web->own);
    nftw(web->dir, web_remove, 16, FTW_DEPTH | FTW_PHYS);
    free(web);
    return 0;
}

#endif
