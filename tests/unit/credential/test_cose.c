#include "conformance.h"

#include "registry/credential/cose.h"

static void coordinate(const json_t *key, const char *name, uint8_t ret_bytes[32])
{
    char hex_name[8];
    struct lz_buf bytes;
    snprintf(hex_name, sizeof hex_name, "%s_hex", name);
    const char *hex = json_string_value(json_object_get(key, hex_name));
    if (hex != NULL) {
        from_hex(hex, &bytes);
    } else {
        lz_buf_init(&bytes, 64);
        assert_ok(lz_base64url_decode(lz_bytes_text(json_string_value(json_object_get(key, name))), &bytes));
    }
    assert_int_equal(bytes.size, 32);
    memcpy(ret_bytes, bytes.data, 32);
    lz_buf_free(&bytes);
}

/* Reads and verifies one example; LZ_OK when the signature holds. */
static lz_err try_example(const json_t *example)
{
    const json_t *input = json_object_get(example, "input");
    const json_t *sign0 = json_object_get(input, "sign0");
    const json_t *key = json_object_get(sign0, "key");
    const char *external_hex = json_string_value(json_object_get(sign0, "external"));
    struct lz_public_key public_key = {.kind = LZ_KEY_P256};
    struct lz_verifying_key *verifying = NULL;
    struct lz_cose_sign1 sign1;
    struct lz_buf bytes, external;
    coordinate(key, "x", public_key.x);
    coordinate(key, "y", public_key.y);
    assert_ok(lz_verifying_key_new(&public_key, &verifying));
    from_hex(json_string_value(json_object_get(json_object_get(example, "output"), "cbor")), &bytes);
    from_hex(external_hex != NULL ? external_hex : "", &external);
    lz_err err = lz_cose_read(lz_buf_view(&bytes), 4096, &sign1);
    if (err == LZ_OK) {
        err = lz_cose_verify(&sign1, lz_buf_view(&external), verifying);
    }
    lz_verifying_key_free(&verifying);
    lz_buf_free(&bytes);
    lz_buf_free(&external);
    return err;
}

static void the_working_groups_examples_hold_or_fail_as_they_say(void **state)
{
    (void)state;
    char folder[4096], path[4400];
    size_t tried = 0;
    conformance_path("cose/sign1-tests", folder);
    DIR *list = opendir(folder);
    assert_non_null(list);
    for (struct dirent *item; (item = readdir(list)) != NULL;) {
        if (strstr(item->d_name, ".json") == NULL) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", folder, item->d_name);
        json_t *example = conformance_json(path);
        bool fails = json_is_true(json_object_get(example, "fail"));
        lz_err err = try_example(example);
        if ((err != LZ_OK) != fails) {
            print_error("%s: %s\n", item->d_name, lz_err_name(err));
        }
        assert_int_equal(err != LZ_OK, fails);
        json_decref(example);
        tried++;
    }
    closedir(list);
    assert_true(tried >= 9);
}

static void the_signed_cwt_of_rfc_8392_a_3_verifies(void **state)
{
    (void)state;
    char path[4096];
    conformance_path("cose/CWT/A_3.json", path);
    json_t *example = conformance_json(path);
    assert_ok(try_example(example));
    json_decref(example);
}

static void what_we_sign_reads_back_with_our_headers(void **state)
{
    (void)state;
    struct lz_signing_key *key = NULL;
    struct lz_verifying_key *verifying = NULL;
    struct lz_cose_sign1 sign1;
    struct lz_buf out;
    uint8_t kid[LZ_KID_SIZE];
    lz_buf_init(&out, 1024);
    assert_ok(lz_signing_key_new(LZ_KEY_P256, &key));
    assert_ok(lz_verifying_key_new(lz_signing_key_public(key), &verifying));
    assert_ok(lz_key_kid(lz_signing_key_public(key), kid));
    assert_ok(lz_cose_sign(key, "text/plain", lz_bytes_text("payload"), &out));
    assert_ok(lz_cose_read(lz_buf_view(&out), 1024, &sign1));
    assert_true(sign1.tagged && sign1.alg_protected && sign1.alg == LZ_COSE_ALG_ES256);
    assert_int_equal(sign1.unprotected_count, 0);
    assert_true(lz_bytes_equal(sign1.kid, lz_bytes_of(kid, sizeof kid)));
    assert_true(lz_bytes_equal(sign1.typ, lz_bytes_text("text/plain")));
    assert_ok(lz_cose_verify(&sign1, (struct lz_bytes){0}, verifying));
    assert_err(lz_cose_verify(&sign1, lz_bytes_text("aad"), verifying), LZ_BAD_SIGNATURE);
    lz_signing_key_free(&key);
    lz_verifying_key_free(&verifying);
    lz_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_working_groups_examples_hold_or_fail_as_they_say),
        cmocka_unit_test(the_signed_cwt_of_rfc_8392_a_3_verifies),
        cmocka_unit_test(what_we_sign_reads_back_with_our_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
