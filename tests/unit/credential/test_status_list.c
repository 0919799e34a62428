#include "conformance.h"

#include "registry/credential/status_list.h"

/* Examples of draft-ietf-oauth-status-list: element values, packed bytes, compressed bytes. */
static void check_vector(unsigned bits, const uint8_t *values, size_t count, const char *raw,
                         const char *packed)
{
    struct lz_status_list list, read;
    struct lz_buf out, expected_raw, expected;
    lz_buf_init(&out, 1024);
    from_hex(raw, &expected_raw);
    from_hex(packed, &expected);
    assert_ok(lz_status_list_init(&list, bits, count));
    for (size_t i = 0; i < count; i++) {
        assert_ok(lz_status_list_set(&list, i, values[i]));
    }
    assert_true(lz_bytes_equal(lz_bytes_of(list.data, list.size), lz_buf_view(&expected_raw)));
    assert_ok(lz_status_list_deflate(&list, &out));
    assert_true(lz_bytes_equal(lz_buf_view(&out), lz_buf_view(&expected)));
    assert_ok(lz_status_list_inflate(lz_buf_view(&out), bits, &read));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(lz_status_list_get(&read, i), values[i]);
    }
    lz_status_list_free(&list);
    lz_status_list_free(&read);
    lz_buf_free(&out);
    lz_buf_free(&expected_raw);
    lz_buf_free(&expected);
}

static void the_drafts_examples_come_out_byte_for_byte(void **state)
{
    (void)state;
    static const uint8_t one[] = {1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1};
    static const uint8_t two[] = {1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3};
    check_vector(1, one, sizeof one, "b9a3", "78dadbb918000217015d");
    check_vector(2, two, sizeof two, "c944f9", "78da3be9f2130003df0207");
}

static void a_value_is_set_without_touching_its_neighbours(void **state)
{
    (void)state;
    struct lz_status_list list;
    assert_ok(lz_status_list_init(&list, 2, 8));
    for (size_t i = 0; i < 8; i++) {
        assert_ok(lz_status_list_set(&list, i, 3));
    }
    assert_ok(lz_status_list_set(&list, 3, 1));
    assert_int_equal(lz_status_list_get(&list, 2), 3);
    assert_int_equal(lz_status_list_get(&list, 3), 1);
    assert_int_equal(lz_status_list_get(&list, 4), 3);
    assert_int_equal(lz_status_list_get(&list, 800), 0);
    assert_err(lz_status_list_set(&list, 800, 1), LZ_INVALID);
    assert_err(lz_status_list_set(&list, 0, 4), LZ_INVALID);
    lz_status_list_free(&list);
    assert_err(lz_status_list_init(&list, 3, 8), LZ_INVALID);
    assert_err(lz_status_list_init(&list, 2, SIZE_MAX / 2), LZ_TOO_LARGE);
}

static void a_bomb_is_stopped_at_the_cap(void **state)
{
    (void)state;
    struct lz_status_list list, read = {0};
    struct lz_buf out;
    lz_buf_init(&out, LZ_STATUS_LIST_CAP);
    /* One byte more than the cap: forged by hand, since init would refuse. */
    list = (struct lz_status_list){.bits = 8, .size = LZ_STATUS_LIST_CAP + 1};
    list.data = calloc(list.size, 1);
    assert_non_null(list.data);
    assert_ok(lz_status_list_deflate(&list, &out));
    assert_err(lz_status_list_inflate(lz_buf_view(&out), 2, &read), LZ_TOO_LARGE);
    assert_err(lz_status_list_inflate(lz_bytes_text("not zlib"), 2, &read), LZ_MALFORMED);
    lz_status_list_free(&list);
    lz_buf_free(&out);
}

static void a_signed_list_reads_back_and_a_changed_one_does_not(void **state)
{
    (void)state;
    struct lz_signing_key *key = NULL;
    struct lz_verifying_key *verifying = NULL;
    struct lz_status_list list, read = {0};
    struct lz_status_claims claims = {.subject = "https://zf.example/status/0",
                                      .issued_at = 1764000000,
                                      .ttl = 300,
                                      .tree_size = 77},
                            read_claims;
    struct lz_buf out;
    lz_buf_init(&out, LZ_STATUS_LIST_CWT_CAP);
    assert_ok(lz_signing_key_new(LZ_KEY_P256, &key));
    assert_ok(lz_verifying_key_new(lz_signing_key_public(key), &verifying));
    assert_ok(lz_status_list_init(&list, 2, 4096));
    assert_ok(lz_status_list_set(&list, 4000, LZ_STATUS_REVOKED));
    assert_ok(lz_status_cwt_write(&list, &claims, key, &out));
    assert_ok(lz_status_cwt_read(lz_buf_view(&out), verifying, &read, &read_claims));
    assert_int_equal(lz_status_list_get(&read, 4000), LZ_STATUS_REVOKED);
    assert_string_equal(read_claims.subject, claims.subject);
    assert_true(read_claims.tree_size == 77 && read_claims.ttl == 300 && read_claims.expires_at == 0);
    lz_status_list_free(&read);
    out.data[out.size - 1] ^= 1;
    assert_err(lz_status_cwt_read(lz_buf_view(&out), verifying, &read, &read_claims), LZ_BAD_SIGNATURE);
    lz_status_list_free(&list);
    lz_signing_key_free(&key);
    lz_verifying_key_free(&verifying);
    lz_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_drafts_examples_come_out_byte_for_byte),
        cmocka_unit_test(a_value_is_set_without_touching_its_neighbours),
        cmocka_unit_test(a_bomb_is_stopped_at_the_cap),
        cmocka_unit_test(a_signed_list_reads_back_and_a_changed_one_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
