#include "fixture.h"
#include "registry/account.h"

static void add_account(struct fixture *f, const char *login, enum lz_role role)
{
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    const struct lz_account account = {.login = login, .name = login, .role = role};
    int64_t id = 0;
    assert_ok(lz_account_add(&call, &account, "ten or more signs", &id));
}

static lz_err sign_in(struct fixture *f, const char *login, const char *password, const char *peer,
                      char token[LZ_SESSION_TOKEN_SIZE])
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_session session;
    return lz_session_sign_in(&call, login, password, peer, token, &session);
}

static lz_err find(struct fixture *f, const char *token)
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_session session;
    return lz_session_find(&call, token, &session);
}

static void signing_in_gives_a_session_of_that_account(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    char token[LZ_SESSION_TOKEN_SIZE];
    struct lz_session made, found;
    assert_ok(lz_session_sign_in(&call, "admin", ADMIN_PASSWORD, "192.0.2.1", token, &made));
    assert_ok(lz_session_find(&call, token, &found));
    assert_string_equal(found.actor.login, "admin");
    assert_int_equal(found.actor.role, LZ_ROLE_ADMIN);
    assert_string_equal(made.csrf, found.csrf);
    assert_string_not_equal(made.csrf, token);
    assert_ok(lz_session_sign_out(&call, token));
    assert_err(find(f, token), LZ_UNAUTHENTICATED);
}

static void wrong_passwords_and_unknown_logins_look_alike(void **test)
{
    struct fixture *f = *test;
    char token[LZ_SESSION_TOKEN_SIZE];
    assert_err(sign_in(f, "admin", "wrong", "192.0.2.1", token), LZ_UNAUTHENTICATED);
    assert_err(sign_in(f, "nobody-here", ADMIN_PASSWORD, "192.0.2.1", token), LZ_UNAUTHENTICATED);
    assert_err(find(f, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), LZ_UNAUTHENTICATED);
    assert_err(find(f, ""), LZ_UNAUTHENTICATED);
}

static void five_failures_close_a_login_for_a_quarter_of_an_hour(void **test)
{
    struct fixture *f = *test;
    char token[LZ_SESSION_TOKEN_SIZE], peer[32];
    for (unsigned i = 0; i < 5; i++) {
        snprintf(peer, sizeof peer, "192.0.2.%u", i + 1);
        assert_err(sign_in(f, "admin", "wrong", peer, token), LZ_UNAUTHENTICATED);
    }
    assert_err(sign_in(f, "admin", ADMIN_PASSWORD, "192.0.2.99", token), LZ_THROTTLED);
    fixture_pass(f, 15 * 60 + 1);
    assert_ok(sign_in(f, "admin", ADMIN_PASSWORD, "192.0.2.99", token));
}

static void twenty_failures_close_a_peer(void **test)
{
    struct fixture *f = *test;
    char token[LZ_SESSION_TOKEN_SIZE], login[32];
    for (unsigned i = 0; i < 20; i++) {
        snprintf(login, sizeof login, "guess-%u", i);
        assert_err(sign_in(f, login, "wrong", "192.0.2.1", token), LZ_UNAUTHENTICATED);
    }
    assert_err(sign_in(f, "admin", ADMIN_PASSWORD, "192.0.2.1", token), LZ_THROTTLED);
    assert_ok(sign_in(f, "admin", ADMIN_PASSWORD, "192.0.2.2", token));
}

static void the_addresses_of_one_household_are_one_peer(void **test)
{
    struct fixture *f = *test;
    char token[LZ_SESSION_TOKEN_SIZE], login[32], peer[64];
    for (unsigned i = 0; i < 20; i++) {
        snprintf(login, sizeof login, "guess-%u", i);
        snprintf(peer, sizeof peer, "2001:db8:1:2::%x", i + 1);
        assert_err(sign_in(f, login, "wrong", peer, token), LZ_UNAUTHENTICATED);
    }
    assert_err(sign_in(f, "admin", ADMIN_PASSWORD, "2001:db8:1:2:ffff::1", token), LZ_THROTTLED);
    assert_ok(sign_in(f, "admin", ADMIN_PASSWORD, "2001:db8:1:3::1", token));
}

static void an_idle_session_ends_and_a_used_one_lives_for_a_day_of_work(void **test)
{
    struct fixture *f = *test;
    char idle[LZ_SESSION_TOKEN_SIZE], used[LZ_SESSION_TOKEN_SIZE];
    assert_ok(sign_in(f, "admin", ADMIN_PASSWORD, "192.0.2.1", idle));
    assert_ok(sign_in(f, "admin", ADMIN_PASSWORD, "192.0.2.1", used));
    for (unsigned i = 0; i < 9; i++) {
        fixture_pass(f, 50 * 60);
        assert_ok(find(f, used));
    }
    assert_err(find(f, idle), LZ_UNAUTHENTICATED);
    fixture_pass(f, 50 * 60); /* eight hours are over */
    assert_err(find(f, used), LZ_UNAUTHENTICATED);
}

static void disabling_an_account_ends_its_sessions(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    char token[LZ_SESSION_TOKEN_SIZE];
    struct lz_actor actor;
    add_account(f, "hr", LZ_ROLE_HR);
    assert_ok(sign_in(f, "hr", "ten or more signs", "192.0.2.1", token));
    assert_ok(lz_account_disable(&call, "hr", true));
    assert_err(find(f, token), LZ_UNAUTHENTICATED);
    assert_err(sign_in(f, "hr", "ten or more signs", "192.0.2.1", token), LZ_UNAUTHENTICATED);
    assert_err(lz_account_actor(&call, "hr", &actor), LZ_FORBIDDEN);
    assert_ok(lz_account_disable(&call, "hr", false));
    assert_ok(sign_in(f, "hr", "ten or more signs", "192.0.2.1", token));
}

static void a_new_password_ends_sessions_and_the_old_password(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    char token[LZ_SESSION_TOKEN_SIZE];
    add_account(f, "clerk", LZ_ROLE_CLERK);
    assert_ok(sign_in(f, "clerk", "ten or more signs", "192.0.2.1", token));
    assert_ok(lz_account_password(&call, "clerk", "another long one"));
    assert_err(find(f, token), LZ_UNAUTHENTICATED);
    assert_err(sign_in(f, "clerk", "ten or more signs", "192.0.2.1", token), LZ_UNAUTHENTICATED);
    assert_ok(sign_in(f, "clerk", "another long one", "192.0.2.1", token));
}

static void accounts_are_the_admins(void **test)
{
    struct fixture *f = *test;
    struct lz_account account = {.login = "x", .name = "x", .role = LZ_ROLE_HR}, *list = NULL;
    int64_t id = 0;
    size_t count = 0;
    const struct lz_actor *others[] = {&f->bureau, &f->hr, &f->clerk, &f->trainer, &lz_actor_nobody};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct lz_call call = fixture_call(f, others[i]);
        assert_err(lz_account_add(&call, &account, "ten or more signs", &id), LZ_FORBIDDEN);
        assert_err(lz_account_list(&call, &list, &count), LZ_FORBIDDEN);
    }
    struct lz_call call = fixture_call(f, &f->admin);
    assert_err(lz_account_add(&call, &account, "short", &id), LZ_INVALID);
    assert_ok(lz_account_add(&call, &account, "ten or more signs", &id));
    assert_err(lz_account_add(&call, &account, "ten or more signs", &id), LZ_EXISTS);
}

static void the_last_administrator_stays(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    const struct lz_account second = {.login = "second", .name = "second", .role = LZ_ROLE_ADMIN};
    int64_t id = 0;
    assert_err(lz_account_disable(&call, "admin", true), LZ_WRONG_STATE);
    assert_ok(lz_account_add(&call, &second, ADMIN_PASSWORD, &id));
    assert_ok(lz_account_disable(&call, "admin", true));
    assert_err(lz_account_disable(&call, "second", true), LZ_WRONG_STATE);
    assert_ok(lz_account_disable(&call, "admin", true)); /* again: already so */
    assert_ok(lz_account_disable(&call, "admin", false));
    assert_ok(lz_account_disable(&call, "second", true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(signing_in_gives_a_session_of_that_account),
        fixture_test(wrong_passwords_and_unknown_logins_look_alike),
        fixture_test(five_failures_close_a_login_for_a_quarter_of_an_hour),
        fixture_test(twenty_failures_close_a_peer),
        fixture_test(the_addresses_of_one_household_are_one_peer),
        fixture_test(an_idle_session_ends_and_a_used_one_lives_for_a_day_of_work),
        fixture_test(disabling_an_account_ends_its_sessions),
        fixture_test(a_new_password_ends_sessions_and_the_old_password),
        fixture_test(accounts_are_the_admins),
        fixture_test(the_last_administrator_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
