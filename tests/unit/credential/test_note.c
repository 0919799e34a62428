#include "conformance.h"

#include "registry/credential/checkpoint.h"

/* The example key of Go's golang.org/x/mod/sumdb/note, as used by C2SP: a public vector for key ids. */
static const char public_vkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char public_note[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

static void the_published_example_verifies(void **state)
{
    (void)state;
    struct lz_vkey vkey;
    struct lz_note note;
    struct lz_buf out;
    lz_buf_init(&out, LZ_VKEY_TEXT);
    assert_ok(lz_vkey_parse(lz_bytes_text(public_vkey), &vkey));
    lz_vkey_format(&vkey, &out);
    assert_buf_text(&out, public_vkey);
    assert_ok(lz_note_read(lz_bytes_text(public_note), &note));
    assert_ok(lz_note_verify(&note, &vkey, NULL));
    lz_buf_free(&out);
}

static const char *const wrong_keys[] = {
    "",
    "PeterNeumann",
    "PeterNeumann+c74f20a3",
    "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
    "PeterNeumann+c74f20a3+AxPc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
};
static const char *const wrong_notes[] = {
    "",
    "\n",
    "text\n",
    "text\n\n",
    "text\n\n— name\n",
    "text\n\n— name AAAA\n",
    "text\n\n- name AAAAAAAA\n",
    "text\n\n— name AAAAAAAA",
    "text\n\n— name AAAA AAAA\n",
    "text\t\n\n— name AAAAAAAA\n",
    "— name AAAAAAAA\n",
};

static void malformed_keys_and_notes_are_refused(void **state)
{
    (void)state;
    struct lz_vkey vkey;
    struct lz_note note;
    for (size_t i = 0; i < COUNT_OF(wrong_keys); i++) {
        assert_err(lz_vkey_parse(lz_bytes_text(wrong_keys[i]), &vkey), LZ_MALFORMED);
    }
    for (size_t i = 0; i < COUNT_OF(wrong_notes); i++) {
        assert_err(lz_note_read(lz_bytes_text(wrong_notes[i]), &note), LZ_MALFORMED);
    }
}

static void a_checkpoint_is_signed_dated_and_bound_to_its_log(void **state)
{
    (void)state;
    struct lz_signing_key *key = NULL, *other = NULL;
    struct lz_vkey vkey, foreign;
    struct lz_checkpoint checkpoint = {.origin = "zf.example/log", .size = 12345}, read;
    struct lz_buf out;
    int64_t time = 0;
    memset(checkpoint.root.bytes, 7, LZ_HASH_SIZE);
    lz_buf_init(&out, LZ_NOTE_CAP);
    assert_ok(lz_signing_key_new(LZ_KEY_ED25519, &key));
    assert_ok(lz_signing_key_new(LZ_KEY_ED25519, &other));
    assert_ok(lz_vkey_make("zf.example/log", LZ_NOTE_ED25519, lz_signing_key_public(key), &vkey));
    assert_ok(lz_vkey_make("zf.example/log", LZ_NOTE_ED25519, lz_signing_key_public(other), &foreign));
    assert_ok(lz_checkpoint_sign(&checkpoint, key, NULL, 1764000000, &out));
    assert_ok(lz_checkpoint_verify(lz_buf_view(&out), &vkey, &read, &time));
    assert_true(time == 1764000000 && read.size == 12345 && lz_hash_equal(&read.root, &checkpoint.root));
    assert_err(lz_checkpoint_verify(lz_buf_view(&out), &foreign, &read, &time), LZ_UNKNOWN_KEY);
    out.data[16] = '9'; /* another size */
    assert_err(lz_checkpoint_verify(lz_buf_view(&out), &vkey, &read, &time), LZ_BAD_SIGNATURE);
    lz_buf_free(&out);
    lz_signing_key_free(&key);
    lz_signing_key_free(&other);
}

static const char *const wrong_checkpoints[] = {
    "",
    "log\n",
    "log\n1\n",
    "log\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    "log\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    "log\n1\nAAAA\n",
    "log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    "log\x01\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    "log\x99\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    "log\n99999999999999999999\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
};

static void malformed_checkpoints_are_refused(void **state)
{
    (void)state;
    struct lz_checkpoint checkpoint;
    for (size_t i = 0; i < COUNT_OF(wrong_checkpoints); i++) {
        assert_err(lz_checkpoint_read(lz_bytes_text(wrong_checkpoints[i]), &checkpoint), LZ_MALFORMED);
    }
    assert_ok(lz_checkpoint_read(lz_bytes_text("log\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
                                 &checkpoint));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_example_verifies),
        cmocka_unit_test(malformed_keys_and_notes_are_refused),
        cmocka_unit_test(a_checkpoint_is_signed_dated_and_bound_to_its_log),
        cmocka_unit_test(malformed_checkpoints_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
