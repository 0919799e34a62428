/* A roster into a real register: what the result says happened, or nothing did, also when the engine, memory,
 * cryptography or the disk gives out in the middle.
 *
 * Input: a byte of bits (who imports, dry run, partial, again), then the file. */
#include "tests/fuzz/register.h"

#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    lz_fuzz_register_make();
    lz_fuzz_register_ready();
    return 0;
}

static struct lz_actor actor_of(unsigned bits)
{
    static const enum lz_role ROLES[] = {LZ_ROLE_ADMIN, LZ_ROLE_BUREAU, LZ_ROLE_HR, LZ_ROLE_CLERK};
    struct lz_actor actor = {
        .account = 100 + bits % 4, .role = ROLES[bits % 4], .login = "importer", .name = "importer"};
    actor.organ = actor.role == LZ_ROLE_HR ? lz_fuzz.organ : 0;
    return actor;
}

struct counts {
    int64_t people, certificates, valid, organs, audit, log;
};

static struct counts count(void)
{
    return (struct counts){.people = lz_fuzz_ask("SELECT count(*) FROM person"),
                           .certificates = lz_fuzz_ask("SELECT count(*) FROM certificate"),
                           .valid = lz_fuzz_ask("SELECT count(*) FROM certificate WHERE state = 'valid'"),
                           .organs = lz_fuzz_ask("SELECT count(*) FROM organ"),
                           .audit = lz_fuzz_ask("SELECT count(*) FROM audit"),
                           .log = lz_fuzz_ask("SELECT count(*) FROM log_entry")};
}

static void check_sums(const struct lz_roster *roster, const struct lz_roster_result *result,
                       const struct lz_roster_options *options)
{
    lz_fuzz_need(result->created + result->changed + result->unchanged + result->refused ==
                 roster->row_count);
    lz_fuzz_need(!result->stored || !options->dry_run);
    lz_fuzz_need(!result->stored || options->partial || result->refused == 0);
}

static void store(struct lz_roster *roster, const struct lz_actor *actor,
                  const struct lz_roster_options *options)
{
    struct lz_call call = lz_fuzz_call(actor);
    struct lz_roster_result result = {0};
    const bool may = actor->role != LZ_ROLE_CLERK;
    lz_err err = lz_roster_store(&call, roster, options, &result);
    lz_fuzz_need(!err || call.fault.code != LZ_OK);
    lz_fuzz_need(err || may);
    lz_fuzz_sure(!err || !may || err == LZ_CANCELLED);
    if (err)
        return;
    check_sums(roster, &result, options);
    json_t *value = lz_roster_json(roster, &result, LZ_ZH, true);
    lz_fuzz_sure(value != NULL);
    json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_roster *roster = NULL;
    if (size < 2)
        return 0;
    const struct lz_actor actor = actor_of(data[0]);
    struct lz_roster_options options = {.dry_run = data[0] & 4, .partial = data[0] & 8};
    if (!lz_roster_read(lz_bytes_of(data + 1, size - 1), LZ_ROSTER_AUTO, &roster, NULL)) {
        store(roster, &actor, &options);
        if (data[0] & 16) { /* the decision after the preview, or the same once more */
            options.dry_run = false;
            store(roster, &actor, &options);
        }
    }
    lz_roster_free(&roster);
    lz_fuzz_calm();
    if (lz_fuzz_changed()) {
        const struct counts now = count();
        lz_fuzz_sound();
        lz_fuzz_put_back();
        const struct counts before = count();
        lz_fuzz_need(now.people >= before.people && now.certificates >= before.certificates &&
                     now.organs >= before.organs && now.audit > before.audit && now.log >= before.log);
        /* What HR files waits for somebody else's confirmation. */
        lz_fuzz_need(actor.role != LZ_ROLE_HR || now.valid == before.valid);
    }
    lz_fuzz_put_back();
    return 0;
}
