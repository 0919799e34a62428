#include "fixture.h"
#include "registry/audit.h"
#include "registry/credential/trust.h"
#include "registry/export.h"
#include "registry/restore.h"
#include "registry/verify.h"

struct scene {
    char file[128], mirror[128], target[128], place[64];
    /* revoked after the backup; untouched; its badge made after the backup; after the mirror, too; revoked
     * after the backup and never had a badge */
    const char *gone, *stays, *late, *later, *bare;
    struct lz_bytes gone_token, stays_token, late_token, later_token;
};

/* A backup, then a revocation and a badge, then a mirror of the log. */
static struct scene play(struct fixture *f)
{
    struct scene s = {.gone = fixture_valid(f),
                      .stays = fixture_valid(f),
                      .late = fixture_valid(f),
                      .later = fixture_valid(f),
                      .bare = fixture_valid(f)};
    struct lz_call call = fixture_call(f, &f->admin);
    snprintf(s.place, sizeof s.place, "/tmp/lz-restore-XXXXXX");
    assert_non_null(mkdtemp(s.place));
    snprintf(s.file, sizeof s.file, "%s/backup.db", s.place);
    snprintf(s.mirror, sizeof s.mirror, "%s/mirror", s.place);
    snprintf(s.target, sizeof s.target, "%s/restored", s.place);
    s.gone_token = fixture_token(f, s.gone);
    s.stays_token = fixture_token(f, s.stays);
    assert_ok(lz_backup(&call, s.file));
    fixture_pass(f, HOUR);
    assert_ok(fixture_change(f, &f->bureau, s.gone, LZ_CERTIFICATE_REVOKE, "gain"));
    assert_ok(fixture_change(f, &f->bureau, s.bare, LZ_CERTIFICATE_REVOKE, "gain"));
    s.late_token = fixture_token(f, s.late);
    assert_ok(lz_trust_export(&call, s.mirror));
    s.later_token = fixture_token(f, s.later);
    return s;
}

static lz_err restore(struct fixture *f, const struct scene *s, const char *mirror,
                      struct lz_restore_result *result)
{
    struct lz_fault fault = {0};
    struct lz_register_options options = fixture_options(f);
    lz_err err = lz_restore(s->file, s->target, mirror, &options, result, &fault);
    assert_int_equal(access(s->target, F_OK), err ? -1 : 0);
    if (err)
        return err;
    lz_register_close(&f->reg);
    assert_ok(lz_register_open(s->target, &options, &f->reg, &fault));
    return LZ_OK;
}

static void says(struct fixture *f, struct lz_bytes token, enum lz_verdict verdict)
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_verification v;
    assert_ok(lz_verify_token(&call, token, (struct lz_bytes){0}, &v));
    assert_string_equal(lz_verdict_name(v.verdict), lz_verdict_name(verdict));
}

static void number_says(struct fixture *f, const char *number, enum lz_verdict verdict)
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_verification v;
    assert_ok(lz_verify_number(&call, number, &v));
    assert_string_equal(lz_verdict_name(v.verdict), lz_verdict_name(verdict));
}

/* A kiosk that is in sync with what the register publishes now. */
static void counter_says(struct fixture *f, struct lz_bytes token, enum lz_verdict verdict)
{
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    struct lz_fault fault = {0};
    struct lz_trust *trust = NULL;
    struct lz_trust_answer answer;
    const char *dir = lz_arena_printf(f->arena, "%s/trust", f->dir);
    assert_ok(lz_trust_export(&call, dir));
    assert_ok(lz_trust_open(dir, NULL, &trust, &fault));
    assert_ok(lz_trust_verify(trust, token, (struct lz_bytes){0}, f->clock.ms / 1000, 600, &answer));
    lz_trust_free(&trust);
    assert_string_equal(lz_verdict_name(answer.verdict), lz_verdict_name(verdict));
}

/* The same with its signature's last byte turned. */
static struct lz_bytes spoilt(struct fixture *f, struct lz_bytes token)
{
    uint8_t *copy = lz_arena_array(f->arena, token.size, 1);
    assert_non_null(copy);
    memcpy(copy, token.data, token.size);
    copy[token.size - 1] ^= 1;
    return lz_bytes_of(copy, token.size);
}

static void sound(struct fixture *f)
{
    struct lz_call call = fixture_call(f, &f->auditor);
    int64_t count = 0;
    assert_ok(lz_log_verify(&call, &count));
}

static void with_a_mirror_nothing_comes_back_to_life(void **test)
{
    struct fixture *f = *test;
    struct scene s = play(f);
    struct lz_restore_result result;
    assert_ok(restore(f, &s, s.mirror, &result));
    assert_int_equal(result.replayed, 2);
    assert_int_equal(result.lost_tokens, 1);
    assert_int_equal(result.unreconciled, 3);
    assert_false(result.new_log);
    number_says(f, s.bare, LZ_VERDICT_UNCONFIRMED);
    says(f, s.gone_token, LZ_VERDICT_REVOKED);
    number_says(f, s.gone, LZ_VERDICT_REVOKED);
    says(f, s.stays_token, LZ_VERDICT_VALID);
    says(f, s.late_token, LZ_VERDICT_UNCONFIRMED);
    says(f, s.later_token, LZ_VERDICT_UNCONFIRMED);
    sound(f);
    counter_says(f, s.stays_token, LZ_VERDICT_VALID);
    counter_says(f, s.later_token, LZ_VERDICT_UNCONFIRMED);
    counter_says(f, spoilt(f, s.later_token), LZ_VERDICT_FORGED);
    /* The papers agree; the holder gets a new badge at another place, and the log goes on. */
    struct lz_call call = fixture_call(f, &f->bureau);
    number_says(f, s.late, LZ_VERDICT_UNCONFIRMED);
    assert_ok(lz_restore_reconcile(&call, s.late));
    says(f, fixture_token(f, s.late), LZ_VERDICT_VALID);
    sound(f);
    lz_register_discard(s.place, true);
}

static void without_a_mirror_everything_in_force_waits_for_the_papers(void **test)
{
    struct fixture *f = *test;
    struct scene s = play(f);
    struct lz_restore_result result;
    const char *vkey = NULL;
    assert_ok(restore(f, &s, NULL, &result));
    assert_true(result.new_log);
    assert_int_equal(result.unreconciled, 5);
    assert_string_equal(lz_register_log_origin(f->reg), "zf.yanan.example/log-2");
    struct lz_call call = fixture_call(f, &f->bureau);
    assert_ok(lz_log_vkey(&call, &vkey));
    const char *all[] = {s.gone, s.stays, s.late};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        number_says(f, all[i], LZ_VERDICT_UNCONFIRMED);
    says(f, s.gone_token, LZ_VERDICT_UNCONFIRMED);
    says(f, s.stays_token, LZ_VERDICT_UNCONFIRMED);
    /* Nobody here knows of it, but it was signed here: no forgery, online or at a counter. */
    says(f, s.late_token, LZ_VERDICT_UNCONFIRMED);
    counter_says(f, s.late_token, LZ_VERDICT_UNCONFIRMED);
    counter_says(f, spoilt(f, s.late_token), LZ_VERDICT_FORGED);
    sound(f);
    struct lz_call clerk = fixture_call(f, &f->clerk);
    assert_err(lz_restore_reconcile(&clerk, s.stays), LZ_FORBIDDEN);
    assert_ok(lz_restore_reconcile(&call, s.stays));
    assert_err(lz_restore_reconcile(&call, s.stays), LZ_WRONG_STATE);
    says(f, s.stays_token, LZ_VERDICT_VALID);
    number_says(f, s.stays, LZ_VERDICT_VALID);
    /* An ending needs no comparison. */
    assert_ok(fixture_change(f, &f->bureau, s.gone, LZ_CERTIFICATE_REVOKE, "gain"));
    says(f, s.gone_token, LZ_VERDICT_REVOKED);
    sound(f);
    lz_register_discard(s.place, true);
}

static void a_mirror_that_cannot_be_right_restores_nothing(void **test)
{
    struct fixture *f = *test;
    struct scene s = play(f);
    struct lz_restore_result result;
    char path[256];
    FILE *file;
    assert_err(restore(f, &s, "/tmp/lz-no-such-mirror", &result), LZ_NOT_FOUND);
    snprintf(path, sizeof path, "%s/entries", s.mirror);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 40, SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, 40, SEEK_SET), 0);
    fputc(byte ^ 1, file);
    fclose(file);
    assert_int_not_equal(restore(f, &s, s.mirror, &result), LZ_OK);
    snprintf(path, sizeof path, "%s/checkpoint", s.mirror);
    file = fopen(path, "r+b");
    assert_non_null(file);
    fputs("other.example/log", file);
    fclose(file);
    assert_int_not_equal(restore(f, &s, s.mirror, &result), LZ_OK);
    lz_register_discard(s.place, true);
}

static lz_err restore_to(struct fixture *f, const struct scene *s, const char *target, const char *mirror,
                         struct lz_fault *fault)
{
    struct lz_register_options options = fixture_options(f);
    struct lz_restore_result result;
    return lz_restore(s->file, target, mirror, &options, &result, fault);
}

/* A register of its own, to fetch a mirror from that is none of ours. */
static void a_mirror_of_another_log_is_refused(void **test)
{
    struct fixture *f = *test;
    struct scene s = play(f);
    struct lz_fault fault = {0};
    void *stranger = NULL;
    fixture_setup(&stranger);
    struct lz_call call = fixture_call(stranger, &lz_actor_local_admin);
    const char *mirror = lz_arena_printf(f->arena, "%s/strange", s.place);
    assert_ok(lz_trust_export(&call, mirror));
    fixture_teardown(&stranger);
    assert_err(restore_to(f, &s, s.target, mirror, &fault), LZ_CONFLICT); /* same name, another key */
    assert_int_equal(access(s.target, F_OK), -1);
    const struct lz_register_init init = {.public_url = "https://other.example",
                                          .admin_password = ADMIN_PASSWORD};
    struct lz_register_options options = fixture_options(f);
    struct lz_register *other = NULL;
    char password[LZ_PASSWORD_SIZE];
    const char *dir = lz_arena_printf(f->arena, "%s/other", s.place);
    mirror = lz_arena_printf(f->arena, "%s/other-mirror", s.place);
    assert_ok(lz_register_init(dir, &init, &options, password, &fault));
    assert_ok(lz_register_open(dir, &options, &other, &fault));
    call.reg = other;
    call.arena = f->arena;
    assert_ok(lz_trust_export(&call, mirror));
    lz_register_close(&other);
    assert_err(restore_to(f, &s, s.target, mirror, &fault), LZ_CONFLICT);
    assert_int_equal(access(s.target, F_OK), -1);
    lz_register_discard(s.place, true);
}

/* The same log, signed by the same key, going two ways: somebody worked on in a copy. */
static void a_mirror_of_another_history_restores_nothing(void **test)
{
    struct fixture *f = *test;
    struct lz_fault fault = {0};
    const char *copy = lz_arena_printf(f->arena, "%s-copy", f->dir);
    char command[256];
    snprintf(command, sizeof command, "cp -r %s %s", f->dir, copy);
    assert_int_equal(system(command), 0);
    struct scene s = play(f);
    struct fixture other = *f;
    snprintf(other.dir, sizeof other.dir, "%s", copy);
    other.reg = NULL;
    fixture_open(&other);
    for (int i = 0; i < 12; i++)
        (void)fixture_token(&other, fixture_valid(&other));
    struct lz_call call = fixture_call(&other, &lz_actor_local_admin);
    const char *mirror = lz_arena_printf(f->arena, "%s/fork", s.place);
    assert_ok(lz_trust_export(&call, mirror));
    lz_register_close(&other.reg);
    assert_err(restore_to(f, &s, s.target, mirror, &fault), LZ_INCONSISTENT);
    assert_int_equal(access(s.target, F_OK), -1);
    lz_register_discard(copy, true);
    lz_register_discard(s.place, true);
}

static lz_err log_key_job(struct lz_call *call, void *context)
{
    struct lz_log_entry entry = {.type = LZ_ENTRY_KEY};
    entry.key.key = *(const struct lz_public_key *)context;
    return lz_log_append(call, &entry, NULL);
}

static void a_log_key_changed_since_is_said(void **test)
{
    struct fixture *f = *test;
    struct scene s = play(f);
    struct lz_fault fault = {0};
    struct lz_vkey own;
    const char *vkey = NULL;
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    assert_ok(lz_log_vkey(&call, &vkey));
    assert_ok(lz_vkey_parse(lz_bytes_text(vkey), &own));
    struct lz_public_key next = {.kind = LZ_KEY_ED25519};
    memcpy(next.x, own.key, sizeof own.key);
    assert_ok(lz_call_write(&call, log_key_job, &next));
    assert_ok(lz_trust_export(&call, s.mirror));
    assert_err(restore_to(f, &s, s.target, s.mirror, &fault), LZ_CONFLICT);
    assert_int_equal(access(s.target, F_OK), -1);
    lz_register_discard(s.place, true);
}

static void what_is_no_backup_and_no_place_is_refused(void **test)
{
    struct fixture *f = *test;
    struct scene s = play(f);
    struct lz_fault fault = {0};
    static char deep[5000];
    memset(deep, 'd', sizeof deep - 1);
    assert_err(restore_to(f, &s, deep, NULL, &fault), LZ_TOO_LARGE);
    const char *wal = lz_arena_printf(f->arena, "%s-wal", s.file);
    FILE *written = fopen(wal, "w");
    assert_non_null(written);
    fclose(written);
    assert_err(restore_to(f, &s, s.target, NULL, &fault), LZ_CONFLICT);
    assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), "backup"));
    assert_int_equal(access(s.target, F_OK), -1);
    assert_int_equal(unlink(wal), 0);
    /* The next log's name is the last one's, counted on: a name that nobody gave cannot be. */
    const char *odd = lz_arena_printf(f->arena,
                                      "sqlite3 %s \"UPDATE setting SET value = 'zf.yanan.example/book' "
                                      "WHERE name = 'log_origin'\"",
                                      s.file);
    assert_int_equal(system(odd), 0);
    assert_err(restore_to(f, &s, s.target, NULL, &fault), LZ_CORRUPT);
    assert_int_equal(access(s.target, F_OK), -1);
    lz_register_discard(s.place, true);
}

static void a_mirror_older_than_the_backup_is_refused(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &f->admin);
    char mirror[] = "/tmp/lz-mirror-XXXXXX";
    assert_non_null(mkdtemp(mirror));
    assert_ok(lz_trust_export(&call, mirror));
    struct scene s = play(f);
    struct lz_restore_result result;
    assert_err(restore(f, &s, mirror, &result), LZ_STALE);
    lz_register_discard(mirror, true);
    lz_register_discard(s.place, true);
}

static void a_key_that_came_after_the_backup_is_replaced(void **test)
{
    struct fixture *f = *test;
    struct scene s = play(f);
    struct lz_call call = fixture_call(f, &f->admin);
    struct lz_issuer_key key, *keys = NULL;
    size_t count = 0;
    struct lz_restore_result result;
    fixture_pass(f, 10);
    assert_ok(lz_keys_rotate(&call, &key));
    assert_ok(lz_trust_export(&call, s.mirror));
    assert_ok(restore(f, &s, s.mirror, &result));
    call = fixture_call(f, &f->admin);
    assert_ok(lz_keys_list(&call, &keys, &count));
    assert_int_equal(count, 3);
    size_t current = 0;
    for (size_t i = 0; i < count; i++)
        current += keys[i].until == 0;
    assert_int_equal(current, 1);
    call = fixture_call(f, &f->bureau);
    assert_ok(lz_restore_reconcile(&call, s.late));
    says(f, fixture_token(f, s.late), LZ_VERDICT_VALID);
    sound(f);
    lz_register_discard(s.place, true);
}

/* The issuer's key as it is now; whoever took it keeps it. */
static struct lz_signing_key *stolen(struct fixture *f)
{
    struct lz_call call = fixture_call(f, &f->admin);
    struct lz_issuer_key *keys = NULL;
    struct lz_signing_key *key = NULL;
    size_t count = 0;
    assert_ok(lz_keys_list(&call, &keys, &count));
    assert_int_equal(count, 1);
    const uint8_t *kid = keys[0].kid;
    const char *path = lz_arena_printf(f->arena, "%s/keys/issuer-%02x%02x%02x%02x.pem", f->dir, kid[0],
                                       kid[1], kid[2], kid[3]);
    assert_ok(lz_signing_key_load(path, &key, &call.fault));
    return key;
}

/* A token of somebody who has no certificate. */
static struct lz_bytes minted(struct fixture *f, const struct lz_signing_key *key)
{
    const struct lz_token token = {.number = "27990000001",
                                   .expires_at = f->clock.ms / 1000 + 400 * DAY,
                                   .organ = 1,
                                   .list = 1,
                                   .idx = 77};
    struct lz_buf out;
    lz_buf_init(&out, 4096);
    assert_ok(lz_token_write(&token, key, &out));
    uint8_t *copy = lz_arena_array(f->arena, out.size, 1);
    assert_non_null(copy);
    memcpy(copy, out.data, out.size);
    const struct lz_bytes bytes = lz_bytes_of(copy, out.size);
    lz_buf_free(&out);
    return bytes;
}

/* Whatever it signed stands in the log before its end does: a restore has lost nothing of it. */
static void a_key_that_had_ended_before_the_backup_forges_as_ever(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &f->admin);
    struct lz_signing_key *key = stolen(f);
    struct lz_issuer_key next;
    struct lz_restore_result result;
    fixture_pass(f, HOUR);
    assert_ok(lz_keys_rotate(&call, &next));
    fixture_pass(f, HOUR);
    struct scene s = play(f);
    says(f, minted(f, key), LZ_VERDICT_FORGED);
    for (int i = 0; i < 2; i++) {
        assert_ok(restore(f, &s, i ? NULL : s.mirror, &result));
        says(f, s.later_token, LZ_VERDICT_UNCONFIRMED);
        says(f, minted(f, key), LZ_VERDICT_FORGED);
        counter_says(f, s.later_token, LZ_VERDICT_UNCONFIRMED);
        counter_says(f, minted(f, key), LZ_VERDICT_FORGED);
        lz_register_close(&f->reg);
        lz_register_discard(s.target, true);
    }
    struct lz_register_options options = fixture_options(f);
    assert_ok(lz_register_open(f->dir, &options, &f->reg, &call.fault));
    lz_signing_key_free(&key);
    lz_register_discard(s.place, true);
}

/* The new machine's clock may lie before all that the log tells. */
static void a_restore_by_a_slow_clock_calls_nothing_forged(void **test)
{
    struct fixture *f = *test;
    struct scene s = play(f);
    struct lz_restore_result result;
    fixture_pass(f, -3 * HOUR);
    assert_ok(restore(f, &s, NULL, &result));
    fixture_pass(f, 4 * HOUR);
    counter_says(f, s.late_token, LZ_VERDICT_UNCONFIRMED);
    says(f, s.late_token, LZ_VERDICT_UNCONFIRMED);
    lz_register_discard(s.place, true);
}

/* The log tells nothing of what is scheduled. */
static void a_reinstatement_that_was_taken_back_does_not_come_true(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    const struct lz_bytes token = fixture_token(f, number);
    struct lz_call call = fixture_call(f, &f->bureau);
    const struct lz_certificate_change back = {.event = LZ_CERTIFICATE_REINSTATE,
                                               .effective_at = f->clock.ms / 1000 + 5 * HOUR};
    struct lz_certificate c = {0};
    struct lz_certificate_history *history = NULL;
    struct lz_restore_result result;
    bool scheduled = false;
    size_t count = 0, done = 0;
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    assert_ok(lz_certificate_change(&call, number, &back, &c, &scheduled));
    assert_true(scheduled);
    struct scene s = play(f);
    assert_ok(lz_certificate_history(&call, c.person, &history, &count));
    assert_int_equal(history[0].event, LZ_CERTIFICATE_REINSTATE);
    assert_ok(lz_certificate_unschedule(&call, history[0].id));
    assert_ok(restore(f, &s, s.mirror, &result));
    fixture_pass(f, 6 * HOUR);
    call = fixture_call(f, &lz_actor_local_admin);
    assert_ok(lz_certificate_due(&call, &done));
    says(f, token, LZ_VERDICT_SUSPENDED);
    number_says(f, number, LZ_VERDICT_SUSPENDED);
    counter_says(f, token, LZ_VERDICT_SUSPENDED);
    sound(f);
    lz_register_discard(s.place, true);
}

/* The machine's clock is right now, but ran a year ahead when the backup was made: the restore goes through,
 * and what was recorded is accepted in the restored register, where alone it can be. */
static void a_backup_of_a_clock_that_ran_ahead_is_restored(struct fixture *f, bool mirrored)
{
    const char *number = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->bureau);
    struct lz_restore_result result;
    bool scheduled = false;
    int64_t newest = 0;
    (void)fixture_token(f, number);
    fixture_pass(f, 365 * DAY);
    const struct lz_certificate_change back = {.event = LZ_CERTIFICATE_REINSTATE,
                                               .effective_at = f->clock.ms / 1000 + DAY};
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    assert_ok(lz_certificate_change(&call, number, &back, NULL, &scheduled));
    assert_true(scheduled);
    struct scene s = play(f);
    fixture_pass(f, -365 * DAY);
    assert_ok(restore(f, &s, mirrored ? s.mirror : NULL, &result));
    sound(f);
    says(f, s.gone_token, mirrored ? LZ_VERDICT_REVOKED : LZ_VERDICT_UNCONFIRMED);
    number_says(f, number, mirrored ? LZ_VERDICT_SUSPENDED : LZ_VERDICT_UNCONFIRMED);
    assert_err(fixture_change(f, &f->bureau, s.stays, LZ_CERTIFICATE_SUSPEND, "discipline"), LZ_CLOCK);
    call = fixture_call(f, &lz_actor_local_admin);
    assert_ok(lz_audit_accept_clock(&call, &newest));
    assert_ok(fixture_change(f, &f->bureau, s.stays, LZ_CERTIFICATE_SUSPEND, "discipline"));
    says(f, s.stays_token, mirrored ? LZ_VERDICT_SUSPENDED : LZ_VERDICT_UNCONFIRMED);
    sound(f);
    lz_register_discard(s.place, true);
}
static void a_backup_of_a_clock_that_ran_ahead_is_restored_with_a_mirror(void **test)
{
    a_backup_of_a_clock_that_ran_ahead_is_restored(*test, true);
}
static void a_backup_of_a_clock_that_ran_ahead_is_restored_without_one(void **test)
{
    a_backup_of_a_clock_that_ran_ahead_is_restored(*test, false);
}

static void a_backup_needs_its_keys_and_a_new_name(void **test)
{
    struct fixture *f = *test;
    struct scene s = play(f);
    struct lz_call call = fixture_call(f, &f->admin), clerk = fixture_call(f, &f->clerk);
    struct lz_restore_result result;
    char keys[160];
    assert_err(lz_backup(&call, s.file), LZ_EXISTS);
    assert_err(lz_backup(&clerk, "/tmp/lz-never"), LZ_FORBIDDEN);
    snprintf(keys, sizeof keys, "%s.keys", s.file);
    lz_register_discard(keys, true);
    assert_err(restore(f, &s, s.mirror, &result), LZ_NOT_FOUND);
    lz_register_discard(s.place, true);
}

static void an_export_holds_everything_but_secrets(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &f->admin);
    char dir[64] = "/tmp/lz-export-XXXXXX", command[256], id[24];
    int64_t records = 0;
    fixture_token(f, fixture_valid(f));
    fixture_id(f->people, id);
    assert_non_null(mkdtemp(dir));
    assert_ok(lz_export(&call, dir, &(struct lz_export_options){0}, &records));
    assert_true(records > 5);
    snprintf(command, sizeof command, "grep -rq -e %s -e argon2 -e 'PRIVATE KEY' %s", id, dir);
    assert_int_not_equal(system(command), 0);
    assert_err(lz_export(&call, dir, &(struct lz_export_options){0}, &records), LZ_EXISTS);
    lz_register_discard(dir, true);
    assert_ok(lz_export(&call, dir, &(struct lz_export_options){.id_numbers = true}, &records));
    assert_int_equal(system(command), 0);
    lz_register_discard(dir, true);
    struct lz_call bureau = fixture_call(f, &f->bureau);
    assert_err(lz_export(&bureau, dir, &(struct lz_export_options){0}, &records), LZ_FORBIDDEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(with_a_mirror_nothing_comes_back_to_life),
        fixture_test(without_a_mirror_everything_in_force_waits_for_the_papers),
        fixture_test(a_mirror_that_cannot_be_right_restores_nothing),
        fixture_test(a_mirror_of_another_log_is_refused),
        fixture_test(a_mirror_of_another_history_restores_nothing),
        fixture_test(a_log_key_changed_since_is_said),
        fixture_test(what_is_no_backup_and_no_place_is_refused),
        fixture_test(a_mirror_older_than_the_backup_is_refused),
        fixture_test(a_key_that_came_after_the_backup_is_replaced),
        fixture_test(a_key_that_had_ended_before_the_backup_forges_as_ever),
        fixture_test(a_restore_by_a_slow_clock_calls_nothing_forged),
        fixture_test(a_reinstatement_that_was_taken_back_does_not_come_true),
        fixture_test(a_backup_of_a_clock_that_ran_ahead_is_restored_with_a_mirror),
        fixture_test(a_backup_of_a_clock_that_ran_ahead_is_restored_without_one),
        fixture_test(a_backup_needs_its_keys_and_a_new_name),
        fixture_test(an_export_holds_everything_but_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
