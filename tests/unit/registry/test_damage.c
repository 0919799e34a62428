/* Rows that no program of ours would write: whoever reads one says that the register is damaged, and nobody
 * makes a guess of it. */
#include "fixture.h"
#include "registry/account.h"
#include "registry/audit.h"
#include "registry/inbox.h"
#include "registry/person.h"
#include "registry/publish.h"
#include "registry/verify.h"

struct world {
    struct fixture *f;
    const char *number;
    int64_t person, certificate;
    struct lz_bytes token;
};

static lz_err read_person(struct world *w, struct lz_call *call)
{
    struct lz_person person;
    return lz_person_find(call, w->person, &person);
}

static lz_err search_people(struct world *w, struct lz_call *call)
{
    struct lz_person *people = NULL;
    size_t count = 0, total = 0;
    (void)w;
    return lz_person_search(call, &(struct lz_person_search){.text = "罗", .limit = 10}, &people, &count,
                            &total);
}

static lz_err read_id_number(struct world *w, struct lz_call *call)
{
    const char *masked = NULL;
    return lz_person_id_number(call, w->person, &masked);
}

static lz_err read_certificate(struct world *w, struct lz_call *call)
{
    struct lz_certificate c;
    return lz_certificate_find(call, w->number, &c);
}

static lz_err read_history(struct world *w, struct lz_call *call)
{
    struct lz_certificate_history *history = NULL;
    size_t count = 0;
    return lz_certificate_history(call, w->person, &history, &count);
}

static lz_err read_badge(struct world *w, struct lz_call *call)
{
    struct lz_badge badge;
    return lz_badge_live(call, w->certificate, &badge);
}

static lz_err inbox(struct world *w, struct lz_call *call)
{
    struct lz_inbox_row *rows = NULL;
    size_t count = 0, total = 0;
    (void)w;
    return lz_inbox(call, LZ_INBOX_BADGES, 0, 10, &rows, &count, &total);
}

static lz_err read_organ(struct world *w, struct lz_call *call)
{
    struct lz_organ organ;
    return lz_organ_find(call, w->f->water, &organ);
}

static lz_err verify_number(struct world *w, struct lz_call *call)
{
    struct lz_verification v;
    return lz_verify_number(call, w->number, &v);
}

static lz_err verify_token(struct world *w, struct lz_call *call)
{
    struct lz_verification v;
    return lz_verify_token(call, w->token, (struct lz_bytes){0}, &v);
}

static lz_err suspend(struct world *w, struct lz_call *call)
{
    const struct lz_certificate_change change = {.event = LZ_CERTIFICATE_SUSPEND, .reason = "investigation"};
    return lz_certificate_change(call, w->number, &change, NULL, NULL);
}

static lz_err import_row(struct lz_call *call, const char *number)
{
    char csv[1024], id[24];
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    fixture_id(1, id);
    snprintf(csv, sizeof csv,
             "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别\n"
             "罗秀宝,%s,黄陵县水务局,%s,水务,2026-03-01,2031-02-28,执法人员\n",
             id, number);
    assert_ok(lz_roster_read(lz_bytes_text(csv), LZ_ROSTER_AUTO, &roster, NULL));
    lz_err err = lz_roster_store(call, roster, &(struct lz_roster_options){0}, &result);
    lz_roster_free(&roster);
    return err;
}
/* Another row of the same person and number: it is compared with what is there. */
static lz_err import_again(struct world *w, struct lz_call *call)
{
    return import_row(call, w->number);
}
/* A second certificate of the same person: the first is looked at for being of the same kind. */
static lz_err import_another(struct world *w, struct lz_call *call)
{
    (void)w;
    return import_row(call, "610699009999");
}

static lz_err checkpoint(struct world *w, struct lz_call *call)
{
    struct lz_bytes note;
    (void)w;
    return lz_log_checkpoint(call, 0, &note);
}

static lz_err read_entries(struct world *w, struct lz_call *call)
{
    int64_t size = 0;
    char path[64];
    struct lz_bytes tile;
    (void)w;
    assert_ok(lz_log_size(call, &size));
    snprintf(path, sizeof path, "entries/000.p/%lld", (long long)size);
    return lz_log_tile(call, path, &tile);
}

static lz_err verify_log(struct world *w, struct lz_call *call)
{
    int64_t size = 0;
    (void)w;
    return lz_log_verify(call, &size);
}

static lz_err new_badge(struct world *w, struct lz_call *call)
{
    struct lz_bytes token;
    const char *number = fixture_valid(w->f);
    return lz_badge_token(call, number, LZ_TOKEN_QR, (struct lz_bytes){0}, &token);
}

static lz_err open_again(struct world *w, struct lz_call *call)
{
    struct lz_register *reg = NULL;
    struct lz_register_options options = fixture_options(w->f);
    lz_err err = lz_register_open(w->f->dir, &options, &reg, &call->fault);
    lz_register_close(&reg);
    return err;
}

static const struct {
    const char *damage; /* SQL, or a command that starts with ! and runs in the register's folder */
    lz_err (*reads[4])(struct world *w, struct lz_call *call);
} CASES[] = {
    {"UPDATE person SET state = 'asleep'", {read_person, search_people}},
    {"UPDATE person SET id_number = x'00'", {read_id_number}},
    {"UPDATE person SET id_number = zeroblob(200)", {read_id_number}},
    {"UPDATE certificate SET valid_until = '2030-02-30'",
     {read_person, read_certificate, inbox, verify_number}},
    {"UPDATE certificate SET issued_on = '1 March'", {read_certificate, import_again, verify_token}},
    {"UPDATE certificate SET valid_until = '2030-02-30'", {import_again, suspend}},
    {"UPDATE certificate SET kind = 'royal'", {read_certificate, import_another, inbox, verify_number}},
    {"UPDATE certificate SET state = 'splendid'", {read_certificate, verify_number, verify_token, suspend}},
    {"UPDATE certificate_event SET event = 'crown'", {read_history}},
    {"UPDATE certificate_event SET event = 'crown', scheduled = 1, effective_at = 0",
     {verify_number, verify_token}},
    {"UPDATE badge SET state = 'folded'", {read_badge, verify_token}},
    {"UPDATE organ SET kind = 'secret'", {read_organ}},
    {"UPDATE log_state SET frontier = x'00'", {checkpoint, suspend}},
    {"UPDATE log_state SET frontier = zeroblob(length(frontier))", {verify_log}},
    {"UPDATE log_state SET frontier = zeroblob(length(frontier) + 1)", {checkpoint, suspend}},
    {"DELETE FROM log_entry WHERE position = 1", {read_entries, verify_log}},
    {"UPDATE audit SET hash = x'00'", {suspend}},
    {"UPDATE issuer_key SET until_at = 1", {new_badge}},
    {"UPDATE setting SET value = printf('%.*c', 5000, 'x') WHERE name = 'log_origin'", {open_again}},
    {"!truncate -s 5 keys/secret", {open_again}},
};

static void damage(struct fixture *f, const char *how)
{
    char command[1024];
    if (*how == '!') {
        snprintf(command, sizeof command, "cd %s && %s", f->dir, how + 1);
        assert_int_equal(system(command), 0);
        return;
    }
    snprintf(command, sizeof command, "PRAGMA ignore_check_constraints = 1; %s", how);
    fixture_tamper(f, command);
}

static void a_row_that_makes_no_sense_is_damage_and_no_guess(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        void *state = NULL;
        fixture_setup(&state);
        struct world w = {.f = state};
        w.number = fixture_valid(w.f);
        struct lz_certificate c = fixture_find(w.f, w.number);
        w.certificate = c.id;
        w.person = c.person;
        w.token = fixture_token(w.f, w.number);
        damage(w.f, CASES[i].damage);
        for (size_t k = 0; k < COUNT_OF(CASES[i].reads) && CASES[i].reads[k]; k++) {
            struct lz_call call = fixture_call(w.f, &lz_actor_local_admin);
            lz_err err = CASES[i].reads[k](&w, &call);
            if (err != LZ_CORRUPT)
                print_message("%s, reader %zu\n", CASES[i].damage, k);
            assert_err(err, LZ_CORRUPT);
            assert_true(lz_fault_text(&call.fault, LZ_ZH)[0] != '\0');
        }
        fixture_teardown(&state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_row_that_makes_no_sense_is_damage_and_no_guess)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
