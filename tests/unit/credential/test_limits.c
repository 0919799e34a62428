/* Where credentials end: what is too long, too much, of another kind, or said twice.  Each has its error and
 * leaves what it was to fill untouched. */
#include "lz_test.h"

#include "registry/base/file.h"
#include "registry/credential/checkpoint.h"
#include "registry/credential/cose.h"
#include "registry/credential/facts.h"
#include "registry/credential/status_list.h"
#include "registry/credential/tile.h"
#include "registry/credential/token_text.h"
#include "registry/credential/trust.h"
#include "registry/credential/trust_folder.h"

#include <sys/stat.h>
#include <unistd.h>

static struct lz_signing_key *key_of(enum lz_key_kind kind)
{
    struct lz_signing_key *key = NULL;
    uint8_t secret[32];
    memset(secret, 7, sizeof secret);
    assert_ok(lz_signing_key_from_secret(kind, secret, &key));
    return key;
}

static struct lz_vkey vkey_of(const char *name, enum lz_note_algorithm algorithm,
                              const struct lz_signing_key *key)
{
    struct lz_vkey vkey;
    assert_ok(lz_vkey_make(name, algorithm, lz_signing_key_public(key), &vkey));
    return vkey;
}

/* ---- keys ---- */
static void a_secret_outside_the_curves_order_is_no_key(void **state)
{
    (void)state;
    uint8_t secret[32] = {0};
    struct lz_signing_key *key = NULL;
    assert_err(lz_signing_key_from_secret(LZ_KEY_P256, secret, &key), LZ_MALFORMED);
    memset(secret, 0xFF, sizeof secret);
    assert_err(lz_signing_key_from_secret(LZ_KEY_P256, secret, &key), LZ_MALFORMED);
    assert_null(key);
}

static void a_key_of_another_kind_says_which_it_must_be(void **state)
{
    (void)state;
    char folder[] = "/tmp/lz-limits-XXXXXX", path[64], command[160];
    struct lz_fault fault = {0};
    struct lz_signing_key *key = NULL;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/key.pem", folder);
    snprintf(command, sizeof command,
             "umask 077; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out %s", path);
    assert_int_equal(system(command), 0);
    assert_err(lz_signing_key_load(path, &key, &fault), LZ_UNSUPPORTED);
    assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), "P-256"));
    assert_null(key);
    unlink(path);
    rmdir(folder);
}

/* ---- COSE ---- */
static void an_algorithm_by_name_or_said_twice_is_not_guessed_about(void **state)
{
    (void)state;
#define HEAD(text)                                                                                           \
    {                                                                                                        \
        text, sizeof text - 1                                                                                \
    }
    static const struct {
        const char *bytes;
        size_t size;
    } heads[] = {
        HEAD("\x84\x43\xA1\x01\x26\xA1\x01\x26\x41\x00"),                 /* in both headers */
        HEAD("\x84\x48\xA1\x01\x65\x45\x53\x32\x35\x36\xA0\x41\x00"),     /* "ES256" */
        HEAD("\x84\x46\xA2\x01\x26\x02\x81\x01\xA0\x41\x00"),             /* crit */
        HEAD("\x84\x46\xA2\x01\x26\x04\x41\x07\xA1\x04\x41\x07\x41\x00"), /* kid in both */
    };
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        uint8_t bytes[128] = {0};
        struct lz_cose_sign1 sign1;
        memcpy(bytes, heads[i].bytes, heads[i].size);
        bytes[heads[i].size] = 0x58;
        bytes[heads[i].size + 1] = 64;
        assert_err(lz_cose_read(lz_bytes_of(bytes, heads[i].size + 2 + 64), 1024, &sign1), LZ_UNSUPPORTED);
    }
#undef HEAD
}

static void badges_are_signed_with_p256_only(void **state)
{
    (void)state;
    struct lz_signing_key *key = key_of(LZ_KEY_ED25519);
    struct lz_buf out;
    lz_buf_init(&out, 1024);
    assert_err(lz_cose_sign(key, NULL, lz_bytes_text("x"), &out), LZ_UNSUPPORTED);
    assert_int_equal(out.size, 0);
    lz_buf_free(&out);
    lz_signing_key_free(&key);
}

/* ---- facts ---- */
static void more_records_than_slots_count_are_refused_at_once(void **state)
{
    (void)state;
    struct lz_facts *facts = NULL;
    assert_ok(lz_facts_new(&facts));
    const struct lz_facts_need needs[] = {
        {.issues = UINT32_MAX}, {.statuses = UINT32_MAX}, {.keys = UINT32_MAX}, {.organs = UINT32_MAX}};
    for (size_t i = 0; i < COUNT_OF(needs); i++) {
        assert_err(lz_facts_reserve(facts, &needs[i]), LZ_TOO_LARGE);
    }
    assert_ok(lz_facts_reserve(facts, &(struct lz_facts_need){.issues = 1}));
    lz_facts_free(&facts);
}

/* ---- notes and checkpoints ---- */
static void a_note_has_its_size_and_its_signatures_end(void **state)
{
    (void)state;
    struct lz_note note;
    struct lz_buf long_note;
    lz_buf_init(&long_note, 2 * LZ_NOTE_CAP);
    for (int i = 0; i <= LZ_NOTE_CAP / 8; i++) {
        lz_buf_text(&long_note, "seven..\n");
    }
    assert_err(lz_note_read(lz_buf_view(&long_note), &note), LZ_TOO_LARGE);
    lz_buf_reset(&long_note);
    lz_buf_text(&long_note, "text\n\n");
    for (int i = 0; i <= LZ_NOTE_SIGNATURES; i++) {
        lz_buf_text(&long_note, "\xE2\x80\x94 name AAAAAAAA\n");
    }
    assert_err(lz_note_read(lz_buf_view(&long_note), &note), LZ_MALFORMED);
    lz_buf_free(&long_note);
}

static void a_line_of_the_key_that_is_no_signature_of_it_is_a_bad_one(void **state)
{
    (void)state;
    struct lz_signing_key *key = key_of(LZ_KEY_ED25519);
    const struct lz_vkey plain = vkey_of("a.example", LZ_NOTE_ED25519, key),
                         dated = vkey_of("a.example", LZ_NOTE_COSIGNATURE, key);
    struct lz_note note;
    struct lz_buf lines;
    lz_buf_init(&lines, 1024);
    assert_ok(lz_note_sign(lz_bytes_text("text\n"), "a.example", LZ_NOTE_COSIGNATURE, key, 5, &lines));
    struct lz_buf whole;
    lz_buf_init(&whole, 2048);
    lz_buf_text(&whole, "text\n\n");
    lz_buf_add(&whole, lines.data, lines.size);
    assert_ok(lz_note_read(lz_buf_view(&whole), &note));
    assert_ok(lz_note_verify(&note, &dated, NULL));
    /* A time beyond 63 bits. */
    struct lz_note late = note;
    late.lines[0].signature[0] = 0xFF;
    assert_err(lz_note_verify(&late, &dated, NULL), LZ_BAD_SIGNATURE);
    /* A signature as long as the other algorithm's. */
    struct lz_note other = note;
    memcpy(other.lines[0].id, plain.id, sizeof plain.id);
    assert_err(lz_note_verify(&other, &plain, NULL), LZ_BAD_SIGNATURE);
    static const struct {
        const char *text;
        int64_t time;
    } unsignable[] = {{"", 0}, {"no end", 0}, {"text\n", -1}};
    lz_buf_reset(&lines);
    for (size_t i = 0; i < COUNT_OF(unsignable); i++) {
        assert_err(lz_note_sign(lz_bytes_text(unsignable[i].text), "a.example", LZ_NOTE_ED25519, key,
                                unsignable[i].time, &lines),
                   LZ_INVALID);
    }
    assert_int_equal(lines.size, 0);
    lz_buf_free(&lines);
    lz_buf_free(&whole);
    lz_signing_key_free(&key);
}

static void a_checkpoint_of_another_log_is_none_though_the_key_signed_it(void **state)
{
    (void)state;
    struct lz_signing_key *key = key_of(LZ_KEY_ED25519);
    const struct lz_vkey vkey = vkey_of("a.example", LZ_NOTE_ED25519, key);
    struct lz_checkpoint checkpoint = {.origin = "b.example", .size = 1}, read;
    struct lz_buf text, note;
    int64_t time = 0;
    lz_buf_init(&text, 1024);
    lz_buf_init(&note, 4096);
    lz_checkpoint_write(&checkpoint, &text);
    lz_buf_add(&note, text.data, text.size);
    lz_buf_byte(&note, '\n');
    assert_ok(lz_note_sign(lz_buf_view(&text), "a.example", LZ_NOTE_ED25519, key, 0, &note));
    assert_ok(lz_note_sign(lz_buf_view(&text), "a.example", LZ_NOTE_COSIGNATURE, key, 5, &note));
    assert_err(lz_checkpoint_verify(lz_buf_view(&note), &vkey, &read, &time), LZ_UNKNOWN_KEY);
    lz_buf_free(&text);
    lz_buf_free(&note);
    lz_signing_key_free(&key);
}

/* ---- status lists ---- */
static void a_status_list_token_of_another_form_key_or_subject_is_refused(void **state)
{
    (void)state;
    struct lz_signing_key *key = key_of(LZ_KEY_P256), *other = NULL;
    struct lz_verifying_key *own = NULL, *foreign = NULL;
    struct lz_status_list list, read;
    struct lz_status_claims claims = {.subject = "https://zf.example/status/1", .issued_at = 5}, told;
    struct lz_buf cwt, badge;
    char subject[300];
    memset(subject, 's', sizeof subject - 1);
    subject[sizeof subject - 1] = '\0';
    lz_buf_init(&cwt, LZ_STATUS_LIST_CWT_CAP);
    lz_buf_init(&badge, 4096);
    assert_ok(lz_signing_key_new(LZ_KEY_P256, &other));
    assert_ok(lz_verifying_key_new(lz_signing_key_public(key), &own));
    assert_ok(lz_verifying_key_new(lz_signing_key_public(other), &foreign));
    assert_ok(lz_status_list_init(&list, 2, 64));
    const char *const subjects[] = {NULL, "", subject};
    for (size_t i = 0; i < COUNT_OF(subjects); i++) {
        struct lz_status_claims wrong = {.subject = subjects[i], .issued_at = 5};
        assert_err(lz_status_cwt_write(&list, &wrong, key, &cwt), LZ_INVALID);
    }
    assert_int_equal(cwt.size, 0);
    assert_ok(lz_status_cwt_write(&list, &claims, key, &cwt));
    assert_ok(lz_status_cwt_read(lz_buf_view(&cwt), own, &read, &told));
    lz_status_list_free(&read);
    assert_err(lz_status_cwt_read(lz_buf_view(&cwt), foreign, &read, &told), LZ_UNKNOWN_KEY);
    assert_ok(lz_cose_sign(key, NULL, lz_bytes_text("\xA0"), &badge)); /* signed, but of no list's type */
    assert_err(lz_status_cwt_read(lz_buf_view(&badge), own, &read, &told), LZ_MALFORMED);
    assert_err(lz_status_list_inflate(lz_bytes_text("x"), 3, &read), LZ_MALFORMED);
    assert_err(lz_status_list_inflate(lz_bytes_of(cwt.data, (size_t)LZ_STATUS_LIST_CWT_CAP + 1), 2, &read),
               LZ_TOO_LARGE);
    lz_status_list_free(&list);
    lz_buf_free(&cwt);
    lz_buf_free(&badge);
    lz_verifying_key_free(&own);
    lz_verifying_key_free(&foreign);
    lz_signing_key_free(&key);
    lz_signing_key_free(&other);
}

/* What no writer of ours makes: its own signature holds. */
static void a_subject_with_an_end_inside_is_refused(void **state)
{
    (void)state;
    struct lz_signing_key *key = key_of(LZ_KEY_P256);
    struct lz_verifying_key *own = NULL;
    struct lz_status_list list, read;
    struct lz_status_claims claims = {.subject = "https://zf.example/status/1", .issued_at = 5}, told;
    struct lz_cose_sign1 sign1;
    struct lz_buf cwt, again;
    uint8_t payload[512];
    lz_buf_init(&cwt, 4096);
    lz_buf_init(&again, 4096);
    assert_ok(lz_verifying_key_new(lz_signing_key_public(key), &own));
    assert_ok(lz_status_list_init(&list, 2, 64));
    assert_ok(lz_status_cwt_write(&list, &claims, key, &cwt));
    assert_ok(lz_cose_read(lz_buf_view(&cwt), 4096, &sign1));
    assert_true(sign1.payload.size <= sizeof payload);
    memcpy(payload, sign1.payload.data, sign1.payload.size);
    uint8_t *at = memmem(payload, sign1.payload.size, "/status/1", 9);
    assert_non_null(at);
    *at = '\0';
    assert_ok(lz_cose_sign(key, LZ_STATUS_LIST_TYPE, lz_bytes_of(payload, sign1.payload.size), &again));
    assert_err(lz_status_cwt_read(lz_buf_view(&again), own, &read, &told), LZ_MALFORMED);
    lz_status_list_free(&list);
    lz_buf_free(&cwt);
    lz_buf_free(&again);
    lz_verifying_key_free(&own);
    lz_signing_key_free(&key);
}

/* ---- trees and tiles ---- */
static lz_err no_hash(void *context, unsigned level, uint64_t index, struct lz_hash *ret_hash)
{
    (void)context;
    (void)level;
    (void)index;
    *ret_hash = (struct lz_hash){0};
    return LZ_OK;
}

static void a_tree_has_its_size(void **state)
{
    (void)state;
    struct lz_tlog_frontier full = {.size = LZ_TLOG_SIZE_MAX}, read;
    const struct lz_tlog_source source = {no_hash, NULL};
    const struct lz_hash leaf = {0};
    struct lz_tlog_proof proof;
    assert_err(lz_tlog_append(&full, &leaf, NULL, NULL), LZ_TOO_LARGE);
    assert_true(full.size == LZ_TLOG_SIZE_MAX);
    assert_err(lz_tlog_frontier_read(&source, LZ_TLOG_SIZE_MAX + 1, &read), LZ_TOO_LARGE);
    assert_ok(lz_tlog_frontier_read(&source, LZ_TLOG_SIZE_MAX, &read));
    assert_err(lz_tlog_consistency_make(&source, 0, 5, &proof), LZ_INVALID);
    assert_err(lz_tlog_consistency_make(&source, 6, 5, &proof), LZ_INVALID);
    assert_err(lz_tlog_consistency_make(&source, 1, LZ_TLOG_SIZE_MAX + 1, &proof), LZ_INVALID);
    /* the deepest there are */
    assert_ok(lz_tlog_inclusion_make(&source, 0, LZ_TLOG_SIZE_MAX, &proof));
    assert_int_equal(proof.count, 62);
    assert_ok(lz_tlog_consistency_make(&source, LZ_TLOG_SIZE_MAX - 1, LZ_TLOG_SIZE_MAX, &proof));
    assert_true(proof.count <= 63);
}

static lz_err short_tile(void *context, const struct lz_tile *tile, struct lz_buf *out)
{
    (void)context;
    lz_buf_add(out, (const uint8_t[LZ_HASH_SIZE]){0}, (size_t)(tile->width > 1 ? LZ_HASH_SIZE : 1));
    return LZ_OK;
}

static void a_tile_that_is_short_or_not_there_gives_no_hash(void **state)
{
    (void)state;
    struct lz_tile_source tiles = {.read = short_tile, .size = 3};
    const struct lz_tlog_source source = lz_tile_source(&tiles);
    struct lz_hash hash;
    assert_err(source.read(source.context, 0, 3, &hash), LZ_NOT_FOUND);
    assert_err(source.read(source.context, 64, 0, &hash), LZ_NOT_FOUND);
    assert_err(source.read(source.context, 0, 2, &hash), LZ_MALFORMED);
    struct lz_tile tile;
    static const char *const paths[] = {"tile/0",      "tile/entries",
                                        "tile/0x/000", "tile/0/x00/000",
                                        "tile/0/x001", "tile/0/x999/x999/x999/x999/x999/x999/x999/999"};
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        assert_err(lz_tile_parse(lz_bytes_text(paths[i]), &tile), LZ_MALFORMED);
    }
}

static void an_entry_has_its_size_and_a_bundle_its_ends(void **state)
{
    (void)state;
    static const uint8_t big[LZ_ENTRY_MAX + 1];
    struct lz_buf out;
    struct lz_bytes rest, entry;
    lz_buf_init(&out, 4096);
    assert_err(lz_bundle_add(&out, lz_bytes_of(big, sizeof big)), LZ_TOO_LARGE);
    assert_int_equal(out.size, 0);
    assert_ok(lz_bundle_add(&out, lz_bytes_text("abc")));
    rest = lz_buf_view(&out);
    assert_ok(lz_bundle_next(&rest, &entry));
    assert_err(lz_bundle_next(&rest, &entry), LZ_NOT_FOUND);
    for (size_t size = 1; size < out.size; size++) {
        rest = lz_bytes_of(out.data, size);
        assert_err(lz_bundle_next(&rest, &entry), LZ_MALFORMED);
    }
    lz_buf_free(&out);
}

static void a_text_longer_than_any_token_is_not_read(void **state)
{
    (void)state;
    char text[2000];
    struct lz_token_text parsed;
    memset(text, 'A', sizeof text);
    assert_err(lz_token_text_parse(lz_bytes_of(text, sizeof text), &parsed), LZ_TOO_LARGE);
    assert_err(lz_token_text_parse(lz_bytes_text(" \n"), &parsed), LZ_MALFORMED);
}

/* ---- folders of offline data ---- */
static void a_folder_is_read_as_it_was_opened(void **state)
{
    (void)state;
    static const uint8_t big[LZ_ENTRY_MAX + 1];
    static char deep[5000];
    char folder[] = "/tmp/lz-limits-XXXXXX", dir[64], path[96];
    struct lz_signing_key *key = key_of(LZ_KEY_ED25519);
    const struct lz_vkey vkey = vkey_of("a.example", LZ_NOTE_ED25519, key),
                         dated = vkey_of("a.example", LZ_NOTE_COSIGNATURE, key);
    struct lz_trust_writer *writer = NULL;
    struct lz_trust_folder *read = NULL;
    struct lz_trust *trust = NULL;
    struct lz_fault fault = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(dir, sizeof dir, "%s/trust", folder);
    memset(deep, 'd', sizeof deep - 1);
    assert_err(lz_trust_writer_new(deep, &vkey, &writer, &fault), LZ_INVALID);
    assert_err(lz_trust_folder_open(deep, true, &read, &fault), LZ_INVALID);
    assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), "too long"));
    assert_err(lz_trust_open(NULL, NULL, &trust, &fault), LZ_INVALID);
    assert_err(lz_trust_open(NULL, &dated, &trust, &fault), LZ_INVALID);

    assert_ok(lz_trust_writer_new(dir, &vkey, &writer, &fault));
    assert_err(lz_trust_writer_add(writer, lz_bytes_of(big, sizeof big)), LZ_TOO_LARGE);
    const struct lz_log_entry anchor = {.type = LZ_ENTRY_ANCHOR, .time = 5};
    struct lz_buf entry;
    lz_buf_init(&entry, LZ_ENTRY_MAX);
    assert_ok(lz_log_entry_write(&anchor, &entry));
    assert_ok(lz_trust_writer_add(writer, lz_buf_view(&entry)));
    lz_buf_free(&entry);
    /* The checkpoint is signed, but covers another entry. */
    struct lz_checkpoint checkpoint = {.origin = "a.example", .size = 1};
    struct lz_buf note;
    lz_buf_init(&note, LZ_NOTE_CAP);
    assert_ok(lz_checkpoint_sign(&checkpoint, key, NULL, 5, &note));
    assert_ok(lz_trust_writer_finish(&writer, lz_buf_view(&note), &fault));
    assert_err(lz_trust_open(dir, NULL, &trust, &fault), LZ_CORRUPT);
    assert_null(trust);
    assert_ok(lz_trust_folder_open(dir, false, &read, &fault));
    assert_err(lz_trust_folder_put(read, "highest", lz_bytes_text("5\n"), &fault), LZ_READ_ONLY);
    assert_err(lz_trust_folder_extend(read, lz_bytes_text(""), lz_buf_view(&note), &fault), LZ_READ_ONLY);
    lz_trust_folder_free(&read);
    /* What the disk does not give is no damage. */
    snprintf(path, sizeof path, "%s/entries", dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    fault = (struct lz_fault){0};
    assert_err(lz_trust_open(dir, NULL, &trust, &fault), LZ_IO);
    assert_null(trust);
    lz_buf_free(&note);
    lz_signing_key_free(&key);
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_outside_the_curves_order_is_no_key),
        cmocka_unit_test(a_key_of_another_kind_says_which_it_must_be),
        cmocka_unit_test(an_algorithm_by_name_or_said_twice_is_not_guessed_about),
        cmocka_unit_test(badges_are_signed_with_p256_only),
        cmocka_unit_test(more_records_than_slots_count_are_refused_at_once),
        cmocka_unit_test(a_note_has_its_size_and_its_signatures_end),
        cmocka_unit_test(a_line_of_the_key_that_is_no_signature_of_it_is_a_bad_one),
        cmocka_unit_test(a_checkpoint_of_another_log_is_none_though_the_key_signed_it),
        cmocka_unit_test(a_status_list_token_of_another_form_key_or_subject_is_refused),
        cmocka_unit_test(a_subject_with_an_end_inside_is_refused),
        cmocka_unit_test(a_tree_has_its_size),
        cmocka_unit_test(a_tile_that_is_short_or_not_there_gives_no_hash),
        cmocka_unit_test(an_entry_has_its_size_and_a_bundle_its_ends),
        cmocka_unit_test(a_text_longer_than_any_token_is_not_read),
        cmocka_unit_test(a_folder_is_read_as_it_was_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
