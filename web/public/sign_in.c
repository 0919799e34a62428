/* Staff come in and leave. */
#include "web/public/public.h"

#include "web/http/cookie.h"
#include "web/view.h"

#include <openssl/crypto.h>
#include <string.h>

static const char *next_of(const struct lz_visit *visit)
{
    const char *next = lz_visit_text(visit, "next");
    return lz_path_is_local(next) ? next : "/desk";
}

lz_err lz_public_sign_in_form(struct lz_visit *visit)
{
    if (visit->session && visit->request->method != LZ_HTTP_POST)
        visit->see_other = next_of(visit);
    return lz_visit_answer(
        visit, json_pack("{s:b, s:s}", "signed_in", visit->session != NULL, "next", next_of(visit)));
}

json_t *lz_public_sign_in_view(struct lz_visit *visit, const json_t *value)
{
    json_t *login = lz_view_field(
        visit, &(struct lz_view_field){
                   .name = "login", .label = "sign_in.login", .autocomplete = "username", .required = true});
    json_t *password = lz_view_field(visit, &(struct lz_view_field){.name = "password",
                                                                    .label = "sign_in.password",
                                                                    .type = "password",
                                                                    .autocomplete = "current-password",
                                                                    .required = true});
    return json_pack("{s:O, s:[o, o]}", "next", json_object_get(value, "next"), "fields", login, password);
}

static lz_err set_session_cookie(struct lz_visit *visit, const char *token, int64_t max_age_s)
{
    struct lz_cookie cookie = {
        .name = visit->site->cookie, .value = token, .max_age_s = max_age_s, .secure = visit->site->secure};
    return lz_cookie_set(visit->reply, &cookie);
}

static json_t *session_json(const struct lz_session *session)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:s}", "login", session->actor.login, "name", session->actor.name,
                     "role", lz_role_name(session->actor.role), "organ", (json_int_t)session->actor.organ,
                     "csrf", session->csrf);
}

/* A sign-in always makes a new session: one planted in the browser beforehand is never promoted. */
lz_err lz_public_sign_in(struct lz_visit *visit)
{
    char token[LZ_SESSION_TOKEN_SIZE] = "";
    struct lz_session session = {0};
    lz_err err = lz_session_sign_in(visit->call, lz_visit_text(visit, "login"),
                                    lz_visit_text(visit, "password"), visit->request->peer, token, &session);
    if (!err)
        err = set_session_cookie(visit, token, 0);
    OPENSSL_cleanse(token, sizeof token);
    if (!err) {
        visit->see_other = next_of(visit);
        err = lz_visit_answer(visit, session_json(&session));
    }
    OPENSSL_cleanse(&session, sizeof session);
    return err;
}

lz_err lz_public_sign_out(struct lz_visit *visit)
{
    lz_err err = lz_session_sign_out(visit->call, visit->session_token);
    if (!err)
        err = set_session_cookie(visit, "", -1);
    visit->see_other = "/";
    return err;
}
