/* Whole requests to the whole site, by everybody: never a broken answer, never an error without a fault, and
 * never a personal number to who is not signed in.
 *
 * Input: who asks (one of the roles, or nobody), bits (page or JSON, body's type, with CSRF token), then
 * "METHOD target", a line end, the body. */
#include "registry/account.h"
#include "registry/base/encoding.h"
#include "tests/fuzz/register.h"
#include "web/dispatch.h"
#include "web/http/exchange.h"

static struct lz_site *site;
static struct {
    char cookie[LZ_SESSION_TOKEN_SIZE + 32];
    char csrf[LZ_CSRF_SIZE];
} accounts[LZ_ROLE_COUNT];

static void sign_in(enum lz_role role)
{
    static const char PASSWORD[] = "correct horse battery";
    struct lz_call call = lz_fuzz_call(&lz_actor_local_admin);
    struct lz_session session;
    char token[LZ_SESSION_TOKEN_SIZE];
    int64_t id;
    const struct lz_account account = {.login = lz_role_name(role),
                                       .name = "测试",
                                       .role = role,
                                       .organ = role == LZ_ROLE_HR ? lz_fuzz.organ : 0};
    if (role != LZ_ROLE_ADMIN)
        lz_fuzz_need(!lz_account_add(&call, &account, PASSWORD, &id));
    call.actor = &lz_actor_nobody;
    lz_fuzz_need(!lz_session_sign_in(&call, account.login, PASSWORD, "192.0.2.1", token, &session));
    snprintf(accounts[role].cookie, sizeof accounts[role].cookie, "%s=%s", site->cookie, token);
    memcpy(accounts[role].csrf, session.csrf, sizeof session.csrf);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    struct lz_fault fault = {0};
    lz_fuzz_register_make();
    const struct lz_site_options options = {.reg = lz_fuzz.reg, .share = LZ_SOURCE_DIR "/web"};
    lz_fuzz_need(!lz_site_open(&options, &site, &fault));
    for (unsigned role = LZ_ROLE_ADMIN; role <= LZ_ROLE_AUDITOR; role++)
        sign_in((enum lz_role)role);
    lz_fuzz_register_ready();
    return 0;
}

static bool names_officer(struct lz_bytes bytes)
{
    return bytes.size && memmem(bytes.data, bytes.size, LZ_FUZZ_OFFICER_ID, strlen(LZ_FUZZ_OFFICER_ID));
}

static void check_reply(const struct lz_http_request *request, struct lz_http_reply *reply, bool stranger)
{
    struct lz_buf out;
    lz_fuzz_sure(!reply->failed && reply->status >= 200 && (reply->status < 500 || reply->status == 501));
    if (stranger && reply->body.size)
        lz_fuzz_need(!names_officer(reply->body));
    lz_buf_init(&out, 16 << 20);
    if (!reply->stream)
        lz_http_reply_write(request, reply, true, 1, &out);
    lz_fuzz_sure(!out.err);
    lz_buf_free(&out);
    lz_fuzz_calm();
    if (!reply->failed && reply->content_type && strstr(reply->content_type, "json")) {
        json_t *value = json_loadb((const char *)reply->body.data, reply->body.size, 0, NULL);
        lz_fuzz_need(value != NULL);
        json_decref(value);
    }
}

static void ask(struct lz_http_head *head, struct lz_bytes body, bool stranger)
{
    const struct lz_http_server_options options = {0};
    struct lz_http_request request = {.arena = lz_arena_new(8 << 20)};
    struct lz_http_reply reply = {.arena = request.arena};
    int status = 0;
    if (!request.arena)
        return;
    lz_buf_init(&reply.scratch, 8 << 20);
    lz_err err = lz_http_request_parse(&options, head, &request, &status);
    request.body = body;
    if (err)
        lz_dispatch_refused(site, &request, status, err, &reply);
    else
        lz_dispatch(site, &request, &reply);
    check_reply(&request, &reply, stranger);
    if (reply.stream_done)
        reply.stream_done(reply.stream_context);
    lz_buf_free(&reply.scratch);
    lz_arena_free(&request.arena);
}

/* An import's check runs on a thread of its own: no two runs would be alike (fuzz_register.c has its parser).
 */
static bool is_threaded(const char *path)
{
    return strstr(path, "import") != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const TYPES[] = {"application/x-www-form-urlencoded", "application/json",
                                        "multipart/form-data; boundary=b", NULL};
    char line[2048], *path, *query;
    const uint8_t *end = size > 2 ? memchr(data + 2, '\n', size - 2) : NULL;
    const size_t length = end ? (size_t)(end - data) - 2 : 0;
    if (!length || length >= sizeof line)
        return 0;
    memcpy(line, data + 2, length);
    line[length] = '\0';
    path = strchr(line, ' ');
    if (!path || strlen(line) != length)
        return 0;
    *path++ = '\0';
    query = strchr(path, '?');
    if (query)
        *query++ = '\0';
    const unsigned role = data[0] % (LZ_ROLE_AUDITOR + 1);
    struct lz_http_header headers[6] = {{"Host", "zf.example"},
                                        {"Accept", data[1] & 1 ? "text/html" : "application/json"},
                                        {"Accept-Language", data[1] & 2 ? "en" : "zh"}};
    struct lz_http_head head = {.method = line,
                                .path = path,
                                .query = query,
                                .peer = "203.0.113.7",
                                .headers = headers,
                                .header_count = 3};
    if (role)
        headers[head.header_count++] = (struct lz_http_header){"Cookie", accounts[role].cookie};
    if (role && !(data[1] & 4))
        headers[head.header_count++] = (struct lz_http_header){"X-CSRF-Token", accounts[role].csrf};
    if (TYPES[data[1] >> 4 & 3])
        headers[head.header_count++] = (struct lz_http_header){"Content-Type", TYPES[data[1] >> 4 & 3]};
    /* Who brings the number along may get it back, in a link to the other language. */
    const bool stranger = role == LZ_ROLE_NOBODY && !names_officer(lz_bytes_of(data, size));
    if (!is_threaded(path))
        ask(&head, lz_bytes_of(end + 1, size - length - 3), stranger);
    lz_fuzz_calm();
    if (lz_fuzz_changed()) {
        lz_fuzz_sound();
    }
    lz_fuzz_put_back();
    return 0;
}
