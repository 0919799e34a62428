#include "conformance.h"

#include "registry/base/file.h"
#include "registry/credential/key.h"

#include <sys/stat.h>

static void key_of_hex(const char *hex_x, const char *hex_y, struct lz_public_key *ret_key)
{
    struct lz_buf x, y;
    from_hex(hex_x, &x);
    from_hex(hex_y, &y);
    *ret_key = (struct lz_public_key){.kind = LZ_KEY_P256};
    memcpy(ret_key->x, x.data, 32);
    memcpy(ret_key->y, y.data, 32);
    lz_buf_free(&x);
    lz_buf_free(&y);
}

static void the_thumbprint_is_that_of_rfc_9679(void **state)
{
    (void)state;
    struct lz_public_key key;
    uint8_t thumbprint[LZ_THUMBPRINT_SIZE];
    struct lz_buf expected;
    key_of_hex("65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d",
               "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c", &key);
    from_hex("496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec", &expected);
    assert_ok(lz_key_thumbprint(&key, thumbprint));
    assert_memory_equal(thumbprint, expected.data, sizeof thumbprint);
    lz_buf_free(&expected);
}

static void what_one_key_signs_only_its_public_half_verifies(void **state)
{
    (void)state;
    static const enum lz_key_kind kinds[] = {LZ_KEY_P256, LZ_KEY_ED25519};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct lz_signing_key *mine = NULL, *other = NULL;
        struct lz_verifying_key *mine_public = NULL, *other_public = NULL;
        uint8_t signature[LZ_SIGNATURE_SIZE];
        struct lz_bytes text = lz_bytes_text("亮证执法"), form = lz_bytes_of(signature, sizeof signature);
        assert_ok(lz_signing_key_new(kinds[i], &mine));
        assert_ok(lz_signing_key_new(kinds[i], &other));
        assert_ok(lz_verifying_key_new(lz_signing_key_public(mine), &mine_public));
        assert_ok(lz_verifying_key_new(lz_signing_key_public(other), &other_public));
        assert_ok(lz_signing_key_sign(mine, text, signature));
        assert_ok(lz_verifying_key_verify(mine_public, text, form));
        assert_err(lz_verifying_key_verify(other_public, text, form), LZ_BAD_SIGNATURE);
        assert_err(lz_verifying_key_verify(mine_public, lz_bytes_text("亮证"), form), LZ_BAD_SIGNATURE);
        assert_err(lz_verifying_key_verify(mine_public, text, lz_bytes_of(signature, 63)), LZ_BAD_SIGNATURE);
        memset(signature, 0, sizeof signature);
        assert_err(lz_verifying_key_verify(mine_public, text, form), LZ_BAD_SIGNATURE);
        lz_signing_key_free(&mine);
        lz_signing_key_free(&mine);
        lz_signing_key_free(&other);
        lz_verifying_key_free(&mine_public);
        lz_verifying_key_free(&other_public);
    }
}

static void a_key_file_is_private_and_reads_back(void **state)
{
    (void)state;
    char folder[] = "/tmp/lz-key-XXXXXX", path[64];
    struct stat status;
    struct lz_fault fault = {0};
    struct lz_signing_key *key = NULL, *read = NULL;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/issuer.pem", folder);
    assert_ok(lz_signing_key_new(LZ_KEY_P256, &key));
    assert_ok(lz_signing_key_save(key, path, &fault));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_ok(lz_signing_key_load(path, &read, &fault));
    assert_true(lz_public_key_equal(lz_signing_key_public(key), lz_signing_key_public(read)));
    lz_signing_key_free(&read);
    assert_int_equal(chmod(path, 0644), 0);
    assert_err(lz_signing_key_load(path, &read, &fault), LZ_FORBIDDEN);
    assert_err(lz_signing_key_load("pkcs11:object=nobody", &read, &fault), LZ_UNSUPPORTED);
    assert_ok(lz_file_replace(path, lz_bytes_text("no key"), 0600, &fault));
    assert_err(lz_signing_key_load(path, &read, &fault), LZ_MALFORMED);
    assert_null(read);
    lz_signing_key_free(&key);
    unlink(path);
    rmdir(folder);
}

/* What the fuzzer made of a good file: one bit of the private half is another. */
static void a_key_file_whose_halves_are_no_pair_is_refused(void **state)
{
    (void)state;
    static const char damaged[] = "-----BEGIN PRIVATE KEY-----\n"
                                  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQxL4tYPON6tGoTif\n"
                                  "60gPOu6/DVKHImdGLiGUqzFOEiqhRANCAARcszrcFEpnGmmoIXcByB+/fpS63CDI\n"
                                  "1g5qRfI/TqmRpPSUdmP8xJnSYvqv638IFcI2wq0MmbyNg1xg0j59F1nm\n"
                                  "-----END PRIVATE KEY-----\n";
    char folder[] = "/tmp/lz-key-XXXXXX", path[64];
    struct lz_fault fault = {0};
    struct lz_signing_key *read = NULL;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/issuer.pem", folder);
    assert_ok(lz_file_replace(path, lz_bytes_text(damaged), 0600, &fault));
    assert_err(lz_signing_key_load(path, &read, &fault), LZ_CORRUPT);
    assert_err(fault.code, LZ_CORRUPT);
    assert_null(read);
    unlink(path);
    rmdir(folder);
}

static void a_cose_key_reads_back_and_foreign_ones_are_refused(void **state)
{
    (void)state;
    static const enum lz_key_kind kinds[] = {LZ_KEY_P256, LZ_KEY_ED25519};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct lz_signing_key *key = NULL;
        struct lz_public_key read;
        struct lz_buf out;
        lz_buf_init(&out, 256);
        assert_ok(lz_signing_key_new(kinds[i], &key));
        lz_cose_key_write(lz_signing_key_public(key), &out);
        assert_ok(lz_cose_key_read(lz_buf_view(&out), &read));
        assert_true(lz_public_key_equal(&read, lz_signing_key_public(key)));
        assert_err(lz_cose_key_read(lz_bytes_of(out.data, out.size - 1), &read), LZ_MALFORMED);
        out.data[2] = 4; /* another kind of key */
        assert_err(lz_cose_key_read(lz_buf_view(&out), &read), LZ_MALFORMED);
        out.data[2] = kinds[i] == LZ_KEY_P256 ? 2 : 1;
        out.data[out.size - 1] ^= 1; /* off the curve, for P-256 */
        if (kinds[i] == LZ_KEY_P256) {
            assert_err(lz_cose_key_read(lz_buf_view(&out), &read), LZ_MALFORMED);
        }
        lz_signing_key_free(&key);
        lz_buf_free(&out);
    }
}

static void a_jwk_is_json_with_both_coordinates(void **state)
{
    (void)state;
    struct lz_signing_key *key = NULL;
    struct lz_buf out;
    lz_buf_init(&out, 512);
    assert_ok(lz_signing_key_new(LZ_KEY_P256, &key));
    assert_ok(lz_jwk_write(lz_signing_key_public(key), &out));
    json_t *jwk = json_loadb((const char *)out.data, out.size, 0, NULL);
    assert_non_null(jwk);
    assert_string_equal(json_string_value(json_object_get(jwk, "crv")), "P-256");
    assert_int_equal(json_string_length(json_object_get(jwk, "y")), 43);
    json_decref(jwk);
    lz_signing_key_free(&key);
    lz_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_thumbprint_is_that_of_rfc_9679),
        cmocka_unit_test(what_one_key_signs_only_its_public_half_verifies),
        cmocka_unit_test(a_key_file_is_private_and_reads_back),
        cmocka_unit_test(a_key_file_whose_halves_are_no_pair_is_refused),
        cmocka_unit_test(a_cose_key_reads_back_and_foreign_ones_are_refused),
        cmocka_unit_test(a_jwk_is_json_with_both_coordinates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
