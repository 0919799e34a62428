/* Everything at once: the thread sanitizer's food, and proof that what comes out of it holds together. */
#include "fixture.h"
#include "registry/audit.h"
#include "registry/credential/note.h"
#include "registry/credential/trust.h"
#include "registry/verify.h"

#include <pthread.h>
#include <stdatomic.h>

enum { CERTIFICATES = 4, ROUNDS = 12 };

struct stress {
    struct fixture *f;
    const char *numbers[CERTIFICATES];
    struct lz_bytes tokens[CERTIFICATES];
    int64_t list; /* the status list of them all */
    struct lz_trust *trust;
    atomic_int failures; /* cmocka's asserts belong to the main thread */
    atomic_int writers;  /* still at work */
};

/* A thread's own call: an arena each, as the server has it. */
struct hand {
    struct lz_call call;
    struct lz_arena *arena;
};

static struct hand hand_new(struct stress *s, const struct lz_actor *actor)
{
    struct lz_arena *arena = lz_arena_new(0);
    return (struct hand){.call = {.reg = s->f->reg, .actor = actor, .arena = arena, .origin = "test"},
                         .arena = arena};
}

static void expect(struct stress *s, bool good, const char *what, const struct lz_call *call)
{
    if (good)
        return;
    atomic_fetch_add(&s->failures, 1);
    print_message("%s: %s\n", what, lz_fault_text(&call->fault, LZ_EN));
}

static void *suspender(void *context)
{
    struct stress *s = context;
    struct hand hand = hand_new(s, &s->f->bureau);
    for (int i = 0; i < ROUNDS * CERTIFICATES; i++) {
        const char *number = s->numbers[i % CERTIFICATES];
        const struct lz_certificate_change suspend = {.event = LZ_CERTIFICATE_SUSPEND,
                                                      .reason = "investigation"},
                                           reinstate = {.event = LZ_CERTIFICATE_REINSTATE};
        expect(s, !lz_certificate_change(&hand.call, number, &suspend, NULL, NULL), "suspend", &hand.call);
        expect(s, !lz_certificate_change(&hand.call, number, &reinstate, NULL, NULL), "reinstate",
               &hand.call);
        lz_arena_reset(hand.arena);
    }
    atomic_fetch_sub(&s->writers, 1);
    lz_arena_free(&hand.arena);
    return NULL;
}

static void *maker(void *context)
{
    struct stress *s = context;
    struct hand hand = hand_new(s, &s->f->admin);
    for (int i = 0; i < ROUNDS; i++) {
        struct lz_issuer_key key;
        struct lz_badge badge;
        struct lz_certificate c;
        struct lz_bytes token;
        const char *number = s->numbers[CERTIFICATES - 1];
        for (int k = 0; k < 4; k++) /* more keys in one process than a century needs */
            expect(s, !lz_keys_rotate(&hand.call, &key), "rotate", &hand.call);
        expect(s, !lz_certificate_find(&hand.call, number, &c), "find", &hand.call);
        expect(s,
               !lz_badge_live(&hand.call, c.id, &badge) &&
                   !lz_badge_change(&hand.call, badge.id, LZ_BADGE_SPOIL, NULL),
               "spoil", &hand.call);
        expect(s, !lz_badge_token(&hand.call, number, LZ_TOKEN_QR, (struct lz_bytes){0}, &token), "token",
               &hand.call);
        lz_arena_reset(hand.arena);
    }
    atomic_fetch_sub(&s->writers, 1);
    lz_arena_free(&hand.arena);
    return NULL;
}

static lz_err fetch(void *context, const char *path, struct lz_buf *out)
{
    struct lz_call *call = context;
    struct lz_bytes body = {0};
    lz_err err = strcmp(path, "checkpoint") == 0 ? lz_log_checkpoint(call, 30, &body)
                                                 : lz_log_tile(call, path + strlen("tile/"), &body);
    if (!err)
        lz_buf_add(out, body.data, body.size);
    return err ? err : out->err;
}

static void *follower(void *context)
{
    struct stress *s = context;
    struct hand hand = hand_new(s, &lz_actor_nobody);
    const struct lz_trust_fetch from = {.get = fetch, .context = &hand.call};
    while (atomic_load(&s->writers) > 0) {
        struct lz_fault fault = {0};
        lz_err err = lz_trust_sync(s->trust, &from, &s->f->clock.base, NULL, &fault);
        hand.call.fault = fault;
        expect(s, !err, "sync", &hand.call);
        lz_arena_reset(hand.arena);
    }
    lz_arena_free(&hand.arena);
    return NULL;
}

/* What everybody asks meanwhile: online, offline, the list, the keys. */
static void *asker(void *context)
{
    struct stress *s = context;
    struct hand hand = hand_new(s, &lz_actor_nobody);
    while (atomic_load(&s->writers) > 0) {
        struct lz_verification v;
        struct lz_trust_answer answer;
        struct lz_bytes cwt;
        json_t *keys = NULL;
        char etag[72];
        expect(s,
               !lz_verify_token(&hand.call, s->tokens[0], (struct lz_bytes){0}, &v) &&
                   (v.verdict == LZ_VERDICT_VALID || v.verdict == LZ_VERDICT_SUSPENDED),
               "verify", &hand.call);
        expect(s,
               !lz_trust_verify(s->trust, s->tokens[0], (struct lz_bytes){0}, FIXTURE_NOON, 600, &answer) &&
                   answer.verdict != LZ_VERDICT_FORGED,
               "offline", &hand.call);
        expect(s, !lz_status_list_cwt(&hand.call, s->list, &cwt, etag), "list", &hand.call);
        expect(s, !lz_keys_published(&hand.call, &keys), "keys", &hand.call);
        json_decref(keys);
        lz_arena_reset(hand.arena);
    }
    lz_arena_free(&hand.arena);
    return NULL;
}

static void many_threads_leave_one_truth(void **test)
{
    struct fixture *f = *test;
    struct stress s = {.f = f};
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    struct lz_vkey vkey;
    struct lz_fault fault = {0};
    const char *line = NULL;
    for (size_t i = 0; i < CERTIFICATES; i++) {
        s.numbers[i] = fixture_valid(f);
        s.tokens[i] = fixture_token(f, s.numbers[i]);
    }
    s.list = fixture_badge(f, s.numbers[0]).list;
    assert_ok(lz_log_vkey(&call, &line));
    assert_ok(lz_vkey_parse(lz_bytes_text(line), &vkey));
    assert_ok(lz_trust_open(NULL, &vkey, &s.trust, &fault));
    /* Synced once before anybody asks offline: an empty log knows no key. */
    const struct lz_trust_fetch from = {.get = fetch, .context = &call};
    assert_ok(lz_trust_sync(s.trust, &from, &f->clock.base, NULL, &fault));

    void *(*const bodies[])(void *) = {suspender, maker, follower, asker, asker};
    pthread_t threads[COUNT_OF(bodies)];
    atomic_store(&s.writers, 2);
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, bodies[i], &s), 0);
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&s.failures), 0);

    int64_t size = 0, events = 0;
    assert_ok(lz_log_verify(&call, &size));
    assert_ok(lz_audit_verify(&call, &events));
    assert_ok(lz_trust_sync(s.trust, &from, &f->clock.base, NULL, &fault));
    assert_int_equal(lz_trust_state(s.trust).size, size);
    lz_trust_free(&s.trust);
}

int main(void)
{
    const struct CMUnitTest tests[] = {fixture_test(many_threads_leave_one_truth)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
