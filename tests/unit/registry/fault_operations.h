/* The operations of test_register_faults.c, a row each.  One more: a function that does it once on the world
 * of fault_world.h, and its row. */
#ifndef LZ_TEST_REGISTRY_FAULT_OPERATIONS_H
#define LZ_TEST_REGISTRY_FAULT_OPERATIONS_H

#include "fault_rosters.h"

#include "registry/export.h"
#include "registry/inbox.h"
#include "registry/person.h"
#include "registry/policy.h"
#include "registry/verify.h"

static const uint8_t chip_uid[7] = {4, 1, 2, 3, 4, 5, 6};

/* ---- register ---- */
static lz_err op_init(struct world *w, struct lz_call *call)
{
    char dir[WORLD_PATH], password[LZ_PASSWORD_SIZE];
    const struct lz_register_init init = {.public_url = "https://zf.yanan.example"};
    struct lz_register_options options = fixture_options(&w->f);
    world_path(dir, w->out, "new");
    return lz_register_init(dir, &init, &options, password, &call->fault);
}
static lz_err op_init_refused(struct world *w, struct lz_call *call)
{
    char password[LZ_PASSWORD_SIZE];
    struct lz_register_options options = fixture_options(&w->f);
    lz_err err = lz_register_init(w->base, &(struct lz_register_init){0}, &options, password, &call->fault);
    return err == LZ_EXISTS ? call->fault.code = LZ_OK : err ? err : LZ_INTERNAL;
}
static lz_err op_open(struct world *w, struct lz_call *call)
{
    struct lz_register *reg = NULL;
    struct lz_register_options options = fixture_options(&w->f);
    lz_err err = lz_register_open(w->f.dir, &options, &reg, &call->fault);
    lz_register_close(&reg);
    return err;
}
static lz_err op_backup(struct world *w, struct lz_call *call)
{
    char file[WORLD_PATH];
    world_path(file, w->out, "backup");
    return lz_backup(call, file);
}
static lz_err restore(struct world *w, struct lz_call *call, const char *mirror)
{
    char dir[WORLD_PATH];
    struct lz_restore_result result;
    struct lz_register_options options = fixture_options(&w->f);
    world_path(dir, w->out, "restored");
    lz_err err = lz_restore(w->backup, dir, mirror, &options, &result, &call->fault);
    if (!err)
        world_tell(w, "%lld %lld %lld %lld %lld %d; ", (long long)result.log_size, (long long)result.replayed,
                   (long long)result.mirror_as_of, (long long)result.lost_tokens,
                   (long long)result.unreconciled, result.new_log);
    return err;
}
/* Another process fetches it, whose calls do not fail here. */
static lz_err fetch(void *context, const char *vkey, const char *dir, struct lz_fault *fault)
{
    char command[2 * WORLD_PATH];
    snprintf(command, sizeof command, "cp -r %s %s", ((const struct world *)context)->mirror, dir);
    return vkey[0] && system(command) == 0 ? LZ_OK : lz_fault_set(fault, LZ_NETWORK, NULL, NULL);
}
static lz_err op_restore_fetched(struct world *w, struct lz_call *call)
{
    char dir[WORLD_PATH];
    struct lz_restore_result result;
    struct lz_register_options options = fixture_options(&w->f);
    const struct lz_restore_fetch how = {fetch, w};
    world_path(dir, w->out, "restored");
    return lz_restore_fetched(w->backup, dir, &how, &options, &result, &call->fault);
}
static lz_err op_restore(struct world *w, struct lz_call *call)
{
    return restore(w, call, w->mirror);
}
static lz_err op_restore_alone(struct world *w, struct lz_call *call)
{
    return restore(w, call, NULL);
}
static lz_err op_export(struct world *w, struct lz_call *call)
{
    char dir[WORLD_PATH];
    int64_t records;
    const struct lz_export_options options = {.id_numbers = true};
    world_path(dir, w->out, "export");
    lz_err err = lz_export(call, dir, &options, &records);
    if (!err)
        world_tell(w, "%lld records; ", (long long)records);
    return err;
}

static lz_err op_reconcile(struct world *w, struct lz_call *call)
{
    const char **numbers = NULL;
    size_t count = 0;
    lz_err err = lz_restore_open(call, &numbers, &count);
    if (!err && count != 1)
        fault_found("%zu certificates await comparison", count);
    return err ? err : lz_restore_reconcile(call, w->doubted);
}

/* ---- organs, people, policies ---- */
static lz_err op_organ_create(struct world *w, struct lz_call *call)
{
    int64_t id;
    lz_err err = lz_organ_create(call, &(struct lz_organ){.name = "延安市城管局", .region = "610600"}, &id);
    if (!err)
        world_tell(w, "organ %lld; ", (long long)id);
    return err;
}
static lz_err op_organ_list(struct world *w, struct lz_call *call)
{
    struct lz_organ *organs = NULL;
    size_t count, total;
    (void)w;
    return lz_organ_list(call, "局", 0, 20, &organs, &count, &total);
}
static lz_err op_organ_find(struct world *w, struct lz_call *call)
{
    struct lz_organ organ;
    lz_err err = lz_organ_bureau(call, &organ);
    if (!err)
        err = lz_organ_find_name(call, "黄陵县水务局", &organ);
    return err ? err : lz_organ_find(call, w->f.roads, &organ);
}
static lz_err op_person_search(struct world *w, struct lz_call *call)
{
    struct lz_person *people = NULL;
    size_t count, total;
    const struct lz_person_search search = {.text = "罗", .limit = 20};
    (void)w;
    return lz_person_search(call, &search, &people, &count, &total);
}
static lz_err op_person_by_number(struct world *w, struct lz_call *call)
{
    struct lz_person *people = NULL;
    size_t count = 0, total = 0;
    const struct lz_person_search search = {.text = w->badged, .limit = 20};
    lz_err err = lz_person_search(call, &search, &people, &count, &total);
    if (!err && count != 1)
        fault_found("%zu people have one number", count);
    return err;
}
static lz_err op_person_find(struct world *w, struct lz_call *call)
{
    struct lz_person person;
    return lz_person_find(call, w->person, &person);
}
static lz_err op_person_id_number(struct world *w, struct lz_call *call)
{
    const char *masked = NULL;
    lz_err err = lz_person_id_number(call, w->person, &masked);
    if (!err)
        world_tell(w, "%s; ", masked);
    return err;
}
static lz_err op_person_photo_put(struct world *w, struct lz_call *call)
{
    static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xD9};
    return lz_person_photo_put(call, w->person, lz_bytes_of(jpeg, sizeof jpeg));
}
static lz_err op_person_photo_get(struct world *w, struct lz_call *call)
{
    struct lz_bytes jpeg;
    return lz_person_photo_get(call, w->person, &jpeg);
}
static lz_err op_policy_set(struct world *w, struct lz_call *call)
{
    (void)w;
    return lz_policy_set(call, LZ_POLICY_UNDO_HOURS, lz_date_of(FIXTURE_NOON), 12, "test");
}
/* ---- certificates ---- */
static lz_err change(struct world *w, struct lz_call *call, const char *number,
                     enum lz_certificate_event event, const char *reason)
{
    struct lz_certificate changed;
    bool scheduled;
    const struct lz_certificate_change c = {.event = event, .reason = reason, .document = "延司〔2026〕1号"};
    lz_err err = lz_certificate_change(call, number, &c, &changed, &scheduled);
    if (!err)
        world_tell(w, "%lld %s %s %s %d; ", (long long)changed.id, changed.number,
                   lz_certificate_state_name(changed.state), changed.valid_until.text, scheduled);
    return err;
}
static lz_err op_certificate_find(struct world *w, struct lz_call *call)
{
    struct lz_certificate c;
    lz_err err = lz_certificate_find(call, w->badged, &c);
    if (!err) {
        json_t *told = lz_certificate_json(&c, FIXTURE_NOON, true);
        err = told ? LZ_OK : LZ_MEMORY;
        json_decref(told);
    }
    return err;
}
static lz_err op_certificate_issue(struct world *w, struct lz_call *call)
{
    return change(w, call, w->awaiting, LZ_CERTIFICATE_ISSUE, NULL);
}
static lz_err op_certificate_issue_many(struct world *w, struct lz_call *call)
{
    const struct lz_certificate_change c = {.event = LZ_CERTIFICATE_ISSUE};
    return lz_certificate_change_many(call, &w->awaiting, 1, &c);
}
static lz_err op_certificate_refuse(struct world *w, struct lz_call *call)
{
    return change(w, call, w->awaiting, LZ_CERTIFICATE_REFUSE, NULL);
}
static lz_err op_certificate_suspend(struct world *w, struct lz_call *call)
{
    return change(w, call, w->badged, LZ_CERTIFICATE_SUSPEND, "investigation");
}
static lz_err op_certificate_reinstate(struct world *w, struct lz_call *call)
{
    return change(w, call, w->suspended, LZ_CERTIFICATE_REINSTATE, NULL);
}
static lz_err op_certificate_revoke(struct world *w, struct lz_call *call)
{
    return change(w, call, w->badged, LZ_CERTIFICATE_REVOKE, "gain");
}
static lz_err op_certificate_cancel(struct world *w, struct lz_call *call)
{
    return change(w, call, w->badged, LZ_CERTIFICATE_CANCEL, "retirement");
}
static lz_err op_certificate_undo(struct world *w, struct lz_call *call)
{
    return change(w, call, w->cancelled, LZ_CERTIFICATE_UNDO, NULL);
}
static lz_err op_certificate_reissue(struct world *w, struct lz_call *call)
{
    return change(w, call, w->badged, LZ_CERTIFICATE_REISSUE, NULL);
}
static lz_err op_certificate_renew(struct world *w, struct lz_call *call)
{
    w->f.clock.ms = (lz_date_start_s((struct lz_date){"2029-12-01"}) + 12 * HOUR) * 1000;
    return change(w, call, w->badged, LZ_CERTIFICATE_RENEW, NULL);
}
static lz_err op_certificate_schedule(struct world *w, struct lz_call *call)
{
    const struct lz_certificate_change c = {
        .event = LZ_CERTIFICATE_CANCEL, .reason = "retirement", .effective_at = FIXTURE_NOON + 2 * DAY};
    bool scheduled;
    lz_err err = lz_certificate_change(call, w->badged, &c, NULL, &scheduled);
    if (!err)
        world_tell(w, "scheduled %d; ", scheduled);
    return err;
}
static lz_err op_certificate_unschedule(struct world *w, struct lz_call *call)
{
    return lz_certificate_unschedule(call, w->scheduled);
}
static lz_err op_certificate_due(struct world *w, struct lz_call *call)
{
    size_t done;
    w->f.clock.ms = (FIXTURE_NOON + 2 * DAY) * 1000;
    call->actor = &lz_actor_system;
    lz_err err = lz_certificate_due(call, &done);
    if (!err)
        world_tell(w, "%zu due; ", done);
    return err;
}
static lz_err op_certificate_history(struct world *w, struct lz_call *call)
{
    struct lz_certificate_history *history = NULL;
    size_t count;
    return lz_certificate_history(call, w->person, &history, &count);
}
static lz_err op_file(struct world *w, struct lz_call *call)
{
    struct lz_certificate *list = NULL;
    struct lz_badge *badges = NULL;
    size_t count;
    call->actor = &w->f.hr;
    lz_err err = lz_certificate_of_person(call, w->person, &list, &count);
    return err ? err : lz_badge_of_person(call, w->person, &badges, &count);
}
static lz_err op_inbox(struct world *w, struct lz_call *call)
{
    struct lz_inbox_row *rows = NULL;
    size_t count, total;
    (void)w;
    lz_err err = lz_inbox(call, LZ_INBOX_BADGES, 0, 20, &rows, &count, &total);
    return err ? err : lz_inbox(call, LZ_INBOX_EXPIRING, 0, 20, &rows, &count, &total);
}
static lz_err op_certificate_confirmable(struct world *w, struct lz_call *call)
{
    size_t count = 0;
    (void)w;
    return lz_certificate_confirmable(call, &count);
}

static lz_err op_certificate_filing(struct world *w, struct lz_call *call)
{
    const char *name = NULL;
    int64_t at = 0;
    (void)w;
    return lz_certificate_filing(call, 1, &name, &at);
}

static lz_err op_certificate_awaiting(struct world *w, struct lz_call *call)
{
    struct lz_certificate *list = NULL;
    size_t count, total;
    (void)w;
    return lz_certificate_awaiting(call, 0, 20, &list, &count, &total);
}

/* ---- badges ---- */
static lz_err op_badge_make(struct world *w, struct lz_call *call)
{
    struct lz_bytes token;
    lz_err err = lz_badge_token(call, w->plain, LZ_TOKEN_QR, (struct lz_bytes){0}, &token);
    if (!err)
        world_tell(w, "%d bytes; ", token.size > 0 && token.data != NULL);
    return err;
}
static lz_err op_badge_chip(struct world *w, struct lz_call *call)
{
    const char *url = NULL;
    return lz_badge_chip_url(call, w->badged, "NTAG216", lz_bytes_of(chip_uid, sizeof chip_uid), &url);
}
static lz_err op_badge_qr(struct world *w, struct lz_call *call)
{
    const char *url = NULL;
    return lz_badge_qr_url(call, w->plain, &url);
}
static lz_err badge_event(struct world *w, struct lz_call *call, enum lz_badge_event event)
{
    struct lz_badge badge;
    lz_err err = lz_badge_change(call, w->badge, event, &badge);
    if (!err)
        world_tell(w, "badge %lld %s %d %d; ", (long long)badge.id, lz_badge_state_name(badge.state),
                   badge.live, badge.status);
    return err;
}
static lz_err op_badge_encode(struct world *w, struct lz_call *call)
{
    return badge_event(w, call, LZ_BADGE_ENCODE);
}
/* A badge that has a chip. */
static lz_err op_badge_read(struct world *w, struct lz_call *call)
{
    struct lz_badge badge;
    struct lz_certificate c;
    lz_err err = op_badge_chip(w, call);
    if (!err)
        err = lz_certificate_find(call, w->badged, &c);
    if (!err)
        err = lz_badge_live(call, c.id, &badge);
    if (!err && (strcmp(badge.chip_type, "NTAG216") != 0 || badge.chip_uid.size != sizeof chip_uid))
        fault_found("the badge lost its chip");
    return err;
}
static lz_err op_badge_lose(struct world *w, struct lz_call *call)
{
    return badge_event(w, call, LZ_BADGE_SPOIL);
}

/* ---- accounts and sessions ---- */
static lz_err op_account_add(struct world *w, struct lz_call *call)
{
    int64_t id;
    lz_err err =
        lz_account_add(call, &(struct lz_account){.login = "li", .name = "李四", .role = LZ_ROLE_AUDITOR},
                       "0123456789ab", &id);
    if (!err)
        world_tell(w, "account %lld; ", (long long)id);
    return err;
}
static lz_err op_account_password(struct world *w, struct lz_call *call)
{
    (void)w;
    return lz_account_password(call, "zhang", "another password");
}
static lz_err op_account_disable(struct world *w, struct lz_call *call)
{
    (void)w;
    return lz_account_disable(call, "zhang", true);
}
static lz_err op_account_list(struct world *w, struct lz_call *call)
{
    struct lz_account *list = NULL;
    size_t count;
    (void)w;
    return lz_account_list(call, &list, &count);
}
static lz_err op_account_actor(struct world *w, struct lz_call *call)
{
    struct lz_actor actor;
    (void)w;
    return lz_account_actor(call, "zhang", &actor);
}
static lz_err op_sign_in(struct world *w, struct lz_call *call)
{
    char token[LZ_SESSION_TOKEN_SIZE];
    struct lz_session session;
    call->actor = &lz_actor_nobody;
    lz_err err = lz_session_sign_in(call, "zhang", "0123456789ab", "192.0.2.9", token, &session);
    if (!err)
        world_tell(w, "%s %s %s until %lld; ", session.actor.login, token, session.csrf,
                   (long long)session.expires_at);
    return err;
}
static lz_err op_session_find(struct world *w, struct lz_call *call)
{
    struct lz_session session;
    call->actor = &lz_actor_nobody;
    return lz_session_find(call, w->session, &session);
}
static lz_err op_sign_out(struct world *w, struct lz_call *call)
{
    call->actor = &lz_actor_nobody;
    return lz_session_sign_out(call, w->session);
}

/* ---- what the world is told ---- */
static lz_err op_keys_rotate(struct world *w, struct lz_call *call)
{
    struct lz_issuer_key key;
    lz_err err = lz_keys_rotate(call, &key);
    if (!err)
        world_tell(w, "from %lld until %lld; ", (long long)key.from, (long long)key.until);
    return err;
}
static lz_err op_keys_list(struct world *w, struct lz_call *call)
{
    struct lz_issuer_key *keys = NULL;
    size_t count;
    (void)w;
    return lz_keys_list(call, &keys, &count);
}
static lz_err op_keys_published(struct world *w, struct lz_call *call)
{
    json_t *value = NULL;
    (void)w;
    lz_err err = lz_keys_published(call, &value);
    json_decref(value);
    return err;
}
static lz_err op_checkpoint(struct world *w, struct lz_call *call)
{
    struct lz_bytes note;
    (void)w;
    return lz_log_checkpoint(call, 30, &note);
}
static lz_err op_tile(struct world *w, struct lz_call *call)
{
    struct lz_bytes tile;
    (void)w;
    lz_err err = lz_log_tile(call, "entries/000.p/3", &tile);
    return err ? err : lz_log_tile(call, "0/000.p/3", &tile);
}
static lz_err op_status_list(struct world *w, struct lz_call *call)
{
    struct lz_bytes cwt;
    char etag[72];
    (void)w;
    return lz_status_list_cwt(call, 1, &cwt, etag);
}
static lz_err op_anchor(struct world *w, struct lz_call *call)
{
    bool done;
    lz_err err = lz_log_anchor(call, &done);
    if (!err)
        world_tell(w, "anchored %d; ", done);
    return err;
}
static lz_err op_trust_export(struct world *w, struct lz_call *call)
{
    char dir[WORLD_PATH];
    world_path(dir, w->out, "trust");
    return lz_trust_export(call, dir);
}
static lz_err op_log_verify(struct world *w, struct lz_call *call)
{
    int64_t size;
    (void)w;
    return lz_log_verify(call, &size);
}
static lz_err op_audit_list(struct world *w, struct lz_call *call)
{
    struct lz_audit_event *list = NULL;
    size_t count, total;
    int64_t size;
    (void)w;
    lz_err err = lz_audit_list(call, NULL, 0, 0, 5, &list, &count, &total);
    return err ? err : lz_audit_verify(call, &size);
}
static lz_err op_check(struct world *w, struct lz_call *call)
{
    return lz_db_check(lz_register_db(w->f.reg), &call->fault);
}

/* ---- the question everything is for: an answer is right, or there is none ---- */
static lz_err answered(lz_err err, const struct lz_verification *v, enum lz_verdict expected)
{
    if (!err && v->verdict != expected)
        fault_found("the verdict was %d, not %d", v->verdict, expected);
    if (!err) {
        json_t *told = lz_verification_json(v, FIXTURE_NOON);
        err = told ? LZ_OK : LZ_MEMORY;
        json_decref(told);
    }
    return err;
}
static lz_err op_verify_token(struct world *w, struct lz_call *call)
{
    struct lz_verification v;
    call->actor = &lz_actor_nobody;
    return answered(lz_verify_token(call, w->token, (struct lz_bytes){0}, &v), &v, LZ_VERDICT_VALID);
}
static lz_err op_verify_forged(struct world *w, struct lz_call *call)
{
    struct lz_verification v;
    uint8_t forged[sizeof w->token_bytes];
    call->actor = &lz_actor_nobody;
    memcpy(forged, w->token.data, w->token.size);
    forged[w->token.size - 1] ^= 1;
    return answered(lz_verify_token(call, lz_bytes_of(forged, w->token.size), (struct lz_bytes){0}, &v), &v,
                    LZ_VERDICT_FORGED);
}
static lz_err op_verify_cancelled(struct world *w, struct lz_call *call)
{
    struct lz_verification v;
    call->actor = &lz_actor_nobody;
    return answered(lz_verify_number(call, w->cancelled, &v), &v, LZ_VERDICT_CANCELLED);
}
static lz_err op_verify_suspended(struct world *w, struct lz_call *call)
{
    struct lz_verification v;
    call->actor = &lz_actor_nobody;
    return answered(lz_verify_text(call, w->suspended, &v), &v, LZ_VERDICT_SUSPENDED);
}
/* What was scheduled counts from its hour, though nobody has carried it out yet. */
static lz_err op_verify_overdue(struct world *w, struct lz_call *call)
{
    struct lz_verification v;
    call->actor = &lz_actor_nobody;
    w->f.clock.ms = (FIXTURE_NOON + 2 * DAY) * 1000;
    return answered(lz_verify_number(call, w->plain, &v), &v, LZ_VERDICT_SUSPENDED);
}

static lz_err op_verify_doubted(struct world *w, struct lz_call *call)
{
    struct lz_verification v;
    call->actor = &lz_actor_nobody;
    return answered(lz_verify_number(call, w->doubted, &v), &v, LZ_VERDICT_UNCONFIRMED);
}
static lz_err op_verify_photo(struct world *w, struct lz_call *call)
{
    struct lz_verification v;
    struct lz_bytes jpeg;
    call->actor = &lz_actor_nobody;
    lz_err err = lz_verify_token(call, w->token, (struct lz_bytes){0}, &v);
    return err ? err : lz_verification_photo(call, &v, &jpeg);
}

static const struct operation operations[] = {
    {"register open", op_open, OP_READS | OP_CLOSED, LZ_OK},
    {"register init", op_init, OP_CLOSED, LZ_OK},
    {"init refused", op_init_refused, OP_CLOSED | OP_READS, LZ_OK},
    {"backup", op_backup, OP_AUDITS, LZ_OK},
    {"restore", op_restore, OP_CLOSED, LZ_OK},
    {"restore with a mirror fetched", op_restore_fetched, OP_CLOSED, LZ_OK},
    {"restore without a mirror", op_restore_alone, OP_CLOSED, LZ_OK},
    {"export", op_export, OP_AUDITS, LZ_OK},
    {"check", op_check, OP_READS, LZ_OK},
    {"organ create", op_organ_create, 0, LZ_OK},
    {"reconcile", op_reconcile, 0, LZ_OK},
    {"organ find", op_organ_find, OP_READS, LZ_OK},
    {"organ list", op_organ_list, OP_READS, LZ_OK},
    {"person find", op_person_find, OP_READS, LZ_OK},
    {"person search", op_person_search, OP_READS, LZ_OK},
    {"person search by number", op_person_by_number, OP_READS, LZ_OK},
    {"person ID number", op_person_id_number, 0, LZ_OK},
    {"person photo put", op_person_photo_put, 0, LZ_OK},
    {"person photo get", op_person_photo_get, OP_READS, LZ_OK},
    {"policy set", op_policy_set, 0, LZ_OK},
    {"roster import", op_roster_import, 0, LZ_OK},
    {"roster preview", op_roster_preview, OP_READS, LZ_OK},
    {"roster differences", op_roster_differences, OP_READS, LZ_OK},
    {"certificate find", op_certificate_find, OP_READS, LZ_OK},
    {"certificate issue", op_certificate_issue, 0, LZ_OK},
    {"certificate issue many", op_certificate_issue_many, 0, LZ_OK},
    {"certificate refuse", op_certificate_refuse, 0, LZ_OK},
    {"certificate suspend", op_certificate_suspend, 0, LZ_OK},
    {"certificate reinstate", op_certificate_reinstate, 0, LZ_OK},
    {"certificate revoke", op_certificate_revoke, 0, LZ_OK},
    {"certificate cancel", op_certificate_cancel, 0, LZ_OK},
    {"certificate undo", op_certificate_undo, 0, LZ_OK},
    {"certificate reissue", op_certificate_reissue, 0, LZ_OK},
    {"certificate renew", op_certificate_renew, 0, LZ_OK},
    {"certificate schedule", op_certificate_schedule, 0, LZ_OK},
    {"certificate unschedule", op_certificate_unschedule, 0, LZ_OK},
    {"certificate due", op_certificate_due, OP_PARTS, LZ_OK},
    {"certificate history", op_certificate_history, OP_READS, LZ_OK},
    {"certificates awaiting", op_certificate_awaiting, OP_READS, LZ_OK},
    {"certificates to confirm", op_certificate_confirmable, OP_READS, LZ_OK},
    {"who filed", op_certificate_filing, OP_READS, LZ_OK},
    {"a person's file", op_file, OP_READS, LZ_OK},
    {"inbox", op_inbox, OP_READS, LZ_OK},
    {"badge make", op_badge_make, 0, LZ_OK},
    {"badge chip", op_badge_chip, OP_KEEPS, LZ_OK},
    {"badge with its chip", op_badge_read, OP_KEEPS, LZ_OK},
    {"badge QR", op_badge_qr, OP_KEEPS, LZ_OK},
    {"badge encode", op_badge_encode, 0, LZ_OK},
    {"badge spoil", op_badge_lose, 0, LZ_OK},
    {"account add", op_account_add, 0, LZ_OK},
    {"account password", op_account_password, 0, LZ_OK},
    {"account disable", op_account_disable, 0, LZ_OK},
    {"account list", op_account_list, OP_READS, LZ_OK},
    {"account actor", op_account_actor, OP_READS, LZ_OK},
    {"sign in", op_sign_in, 0, LZ_OK},
    {"session find", op_session_find, OP_READS, LZ_OK},
    {"sign out", op_sign_out, 0, LZ_OK},
    {"keys rotate", op_keys_rotate, 0, LZ_OK},
    {"keys list", op_keys_list, OP_READS, LZ_OK},
    {"keys published", op_keys_published, OP_READS, LZ_OK},
    {"checkpoint", op_checkpoint, OP_READS, LZ_OK},
    {"tile", op_tile, OP_READS, LZ_OK},
    {"status list", op_status_list, OP_READS, LZ_OK},
    {"anchor", op_anchor, 0, LZ_OK},
    {"trust export", op_trust_export, 0, LZ_OK},
    {"log verify", op_log_verify, OP_READS, LZ_OK},
    {"audit list and verify", op_audit_list, OP_READS, LZ_OK},
    {"verify a token", op_verify_token, OP_READS, LZ_OK},
    {"verify a forged token", op_verify_forged, OP_READS, LZ_OK},
    {"verify a photo", op_verify_photo, OP_READS, LZ_OK},
    {"verify a doubted number", op_verify_doubted, OP_READS, LZ_OK},
    {"verify a cancelled number", op_verify_cancelled, OP_READS, LZ_OK},
    {"verify a suspended number", op_verify_suspended, OP_READS, LZ_OK},
    {"verify an overdue number", op_verify_overdue, OP_READS, LZ_OK},
};

#endif
