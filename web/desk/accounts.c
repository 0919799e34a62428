/* Who may sign in: for administrators. */
#include "registry/account.h"

#include "registry/base/json_write.h"
#include "web/desk/desk.h"
#include "web/desk/parts.h"

#include <openssl/crypto.h>
#include <string.h>

static json_t *account_json(const struct lz_account *a)
{
    return json_pack("{s:I, s:s, s:s, s:s, s:I, s:s?, s:b, s:o, s:o}", "id", (json_int_t)a->id, "login",
                     a->login, "name", a->name, "role", lz_role_name(a->role), "organ_id",
                     (json_int_t)a->organ, "organ", a->organ_name, "disabled", a->disabled, "created_at",
                     lz_desk_instant(a->created_at), "last_sign_in_at", lz_desk_instant(a->last_sign_in_at));
}

lz_err lz_desk_accounts(struct lz_visit *visit)
{
    struct lz_account *accounts = NULL;
    size_t count = 0;
    lz_err err = lz_account_list(visit->call, &accounts, &count);
    if (err)
        return err;
    json_t *list = json_array();
    for (size_t i = 0; list && i < count; i++)
        lz_json_append(&list, account_json(&accounts[i]));
    return lz_visit_answer(visit, json_pack("{s:o}", "accounts", list));
}

static const char *role_word(struct lz_visit *visit, const json_t *account)
{
    enum lz_role role;
    const char *name = lz_desk_text(account, "role");
    return lz_role_parse(name, &role) ? name : lz_role_word(role, visit->lang);
}

static json_t *account_row(struct lz_visit *visit, const json_t *a)
{
    bool disabled = lz_desk_true(a, "disabled");
    const char *login = lz_desk_text(a, "login");
    bool self = strcmp(login, visit->call->actor->login) == 0;
    const char *last = lz_desk_text(a, "last_sign_in_at"), *organ = lz_desk_text(a, "organ");
    const char *base = lz_arena_printf(visit->call->arena, "/desk/accounts/%s", login);
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s, s:s}", "login", login, "name", lz_desk_text(a, "name"),
        "role", role_word(visit, a), "organ", organ ? organ : lz_visit_say(visit, "desk.accounts.all_organs"),
        "last", last ? lz_view_instant(visit, last) : lz_visit_say(visit, "desk.accounts.never"), "disabled",
        disabled, "self", self, "base", base ? base : "", "class", disabled ? "muted" : "");
}

json_t *lz_desk_accounts_view(struct lz_visit *visit, const json_t *value)
{
    json_t *rows = json_array(), *a;
    size_t i;
    json_array_foreach(json_object_get(value, "accounts"), i, a) lz_view_append(&rows, account_row(visit, a));
    return json_pack("{s:s, s:o, s:b}", "caption",
                     lz_desk_say(visit, "desk.accounts.count", "count",
                                 lz_desk_number(visit, (json_int_t)json_array_size(rows)), NULL),
                     "rows", rows, "admin", visit->call->actor->role == LZ_ROLE_ADMIN);
}

lz_err lz_desk_account_form(struct lz_visit *visit)
{
    json_t *organs = NULL;
    lz_err err = lz_desk_organ_choice(visit, &organs);
    return err ? err : lz_visit_answer(visit, json_pack("{s:o}", "organs", organs));
}

json_t *lz_desk_account_form_view(struct lz_visit *visit, const json_t *value)
{
    json_t *roles = json_array();
    lz_view_append(&roles, lz_desk_option("", lz_visit_say(visit, "desk.accounts.choose_role")));
    for (unsigned i = 0; roles && i < LZ_ROLE_COUNT; i++)
        if (LZ_ROLES(i) & LZ_ROLES_STAFF)
            lz_view_append(&roles, lz_desk_option(lz_role_name((enum lz_role)i),
                                                  lz_role_word((enum lz_role)i, visit->lang)));
    json_t *organs =
        lz_desk_organ_options(visit, json_object_get(value, "organs"), "desk.accounts.all_organs");
    return json_pack(
        "{s:[o, o, o, o]}", "fields",
        lz_view_field(visit, &(struct lz_view_field){.name = "login",
                                                     .label = "desk.col.login",
                                                     .hint = "desk.accounts.login_hint",
                                                     .autocomplete = "off",
                                                     .required = true}),
        lz_view_field(visit,
                      &(struct lz_view_field){
                          .name = "name", .label = "desk.col.name", .autocomplete = "off", .required = true}),
        lz_view_field(visit,
                      &(struct lz_view_field){
                          .name = "role", .label = "desk.col.role", .required = true, .options = roles}),
        lz_view_field(visit, &(struct lz_view_field){.name = "organ",
                                                     .label = "desk.accounts.organ",
                                                     .hint = "desk.accounts.organ_hint",
                                                     .options = organs}));
}

/* A password that was made here is shown in this one answer and kept nowhere. */
static lz_err answer_secret(struct lz_visit *visit, const char *login, const char *password)
{
    return lz_visit_answer(visit, json_pack("{s:s, s:s}", "login", login, "password", password));
}

json_t *lz_desk_secret_view(struct lz_visit *visit, const json_t *value)
{
    (void)visit;
    return json_pack("{s:s, s:s}", "login", lz_desk_text(value, "login"), "password",
                     lz_desk_text(value, "password"));
}

lz_err lz_desk_account_add(struct lz_visit *visit)
{
    struct lz_account account = {
        .login = lz_visit_text(visit, "login"),
        .name = lz_visit_text(visit, "name"),
        .organ = lz_visit_int(visit, "organ"),
    };
    int64_t id = 0;
    if (lz_role_parse(lz_visit_text(visit, "role"), &account.role))
        return lz_visit_refuse_field(visit, "role", "desk.accounts.choose_role");
    char password[LZ_PASSWORD_SIZE] = "";
    lz_err err = lz_password_generate(lz_register_random(visit->call->reg), password);
    if (!err)
        err = lz_account_add(visit->call, &account, password, &id);
    if (err == LZ_EXISTS)
        err = lz_visit_refuse_field(visit, "login", "desk.accounts.exists");
    if (!err)
        visit->status = 201;
    if (!err)
        err = answer_secret(visit, account.login, password);
    OPENSSL_cleanse(password, sizeof password);
    return err;
}

/* ---- one account: ask, then do ---- */

lz_err lz_desk_account_ask(struct lz_visit *visit)
{
    struct lz_account *accounts = NULL;
    size_t count = 0;
    const char *login = lz_visit_text(visit, "login");
    lz_err err = lz_account_list(visit->call, &accounts, &count);
    for (size_t i = 0; !err && i < count; i++)
        if (strcmp(accounts[i].login, login) == 0)
            return lz_visit_answer(visit, json_pack("{s:o, s:s}", "account", account_json(&accounts[i]),
                                                    "change", lz_visit_text(visit, "change")));
    return err ? err : lz_fault_set(&visit->call->fault, LZ_NOT_FOUND, NULL, NULL);
}

json_t *lz_desk_account_ask_view(struct lz_visit *visit, const json_t *value)
{
    const json_t *a = json_object_get(value, "account");
    const char *change = lz_desk_text(value, "change"), *login = lz_desk_text(a, "login");
    struct lz_arena *arena = visit->call->arena;
    const char *title = lz_arena_printf(arena, "desk.accounts.%s_title", change);
    const char *text = lz_arena_printf(arena, "desk.accounts.%s_text", change);
    const char *button = lz_arena_printf(arena, "desk.accounts.%s_button", change);
    const char *action = lz_arena_printf(arena, "/desk/accounts/%s/%s", login, change);
    if (!title || !text || !button || !action)
        return NULL;
    return json_pack("{s:{s:s, s:s, s:b, s:s, s:s, s:s, s:[], s:b, s:[o, o, o]}}", "confirm", "title",
                     lz_visit_say(visit, title), "text", lz_visit_say(visit, text), "danger",
                     strcmp(change, "disable") == 0, "action", action, "button", lz_visit_say(visit, button),
                     "back", "/desk/accounts", "hidden", "fields", 0, "summary",
                     lz_view_row(lz_visit_say(visit, "desk.col.login"), login, NULL),
                     lz_view_row(lz_visit_say(visit, "desk.col.name"), lz_desk_text(a, "name"), NULL),
                     lz_view_row(lz_visit_say(visit, "desk.col.role"), role_word(visit, a), NULL));
}

static lz_err new_password(struct lz_visit *visit, const char *login)
{
    char password[LZ_PASSWORD_SIZE] = "";
    lz_err err = lz_password_generate(lz_register_random(visit->call->reg), password);
    if (!err)
        err = lz_account_password(visit->call, login, password);
    if (!err)
        err = answer_secret(visit, login, password);
    OPENSSL_cleanse(password, sizeof password);
    return err;
}

lz_err lz_desk_account_do(struct lz_visit *visit)
{
    const char *change = lz_visit_text(visit, "change"), *login = lz_visit_text(visit, "login");
    if (strcmp(change, "password") == 0)
        return new_password(visit, login);
    bool disable = strcmp(change, "disable") == 0;
    lz_err err = lz_account_disable(visit->call, login, disable);
    return err ? err
               : lz_visit_done(visit, disable ? "account_disabled" : "account_enabled", "/desk/accounts");
}

/* ---- one's own password ---- */

lz_err lz_desk_password_form(struct lz_visit *visit)
{
    return lz_visit_answer(visit, json_pack("{s:s}", "login", visit->call->actor->login));
}

json_t *lz_desk_password_view(struct lz_visit *visit, const json_t *value)
{
    (void)value;
    return json_pack("{s:[o, o, o]}", "fields",
                     lz_view_field(visit, &(struct lz_view_field){.name = "current",
                                                                  .label = "desk.password.current",
                                                                  .type = "password",
                                                                  .autocomplete = "current-password",
                                                                  .required = true}),
                     lz_view_field(visit, &(struct lz_view_field){.name = "password",
                                                                  .label = "desk.password.new",
                                                                  .hint = "desk.password.hint",
                                                                  .type = "password",
                                                                  .autocomplete = "new-password",
                                                                  .required = true}),
                     lz_view_field(visit, &(struct lz_view_field){.name = "again",
                                                                  .label = "desk.password.again",
                                                                  .type = "password",
                                                                  .autocomplete = "new-password",
                                                                  .required = true}));
}

/* Signing in anew proves that whoever sits here knows the password, under the same brake against guessing. */
static lz_err check_current(struct lz_visit *visit)
{
    char token[LZ_SESSION_TOKEN_SIZE];
    struct lz_session session;
    lz_err err = lz_session_sign_in(visit->call, visit->call->actor->login, lz_visit_text(visit, "current"),
                                    visit->request->peer, token, &session);
    if (!err)
        err = lz_session_sign_out(visit->call, token);
    OPENSSL_cleanse(token, sizeof token);
    OPENSSL_cleanse(&session, sizeof session);
    if (err != LZ_UNAUTHENTICATED)
        return err;
    visit->call->fault = (struct lz_fault){0};
    return lz_visit_refuse_field(visit, "current", "desk.password.wrong");
}

lz_err lz_desk_password_set(struct lz_visit *visit)
{
    const char *password = lz_visit_text(visit, "password");
    if (strcmp(password, lz_visit_text(visit, "again")) != 0)
        return lz_visit_refuse_field(visit, "again", "desk.password.differ");
    lz_err err = check_current(visit);
    if (!err)
        err = lz_account_password(visit->call, visit->call->actor->login, password);
    return err ? err : lz_visit_done(visit, "password", "/sign-in");
}
