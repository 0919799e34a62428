#include "conformance.h"

#include "registry/credential/cose.h"
#include "registry/credential/token.h"
#include "registry/credential/token_text.h"

/* Made once with the secret 0x0101…01; must be read for ever. */
static const char golden[] =
    "d28449a201260444148c9ba1a05834a3026b3237303630303130303031041a6d55a6003a00010000"
    "860003001a0001117069e5a79ae5bf97e680a14704a1b2c3d4e5f65840b5036cac5a58fbf271144e"
    "f41f84ca14a524833cea91629a0a90d77ee5ad6692e9db451f2708d965ff8e91e49e2946cfe84d22"
    "c78aa6790234c2a5320afa8a21";

static const struct lz_token sample = {
    .number = "27060010001",
    .expires_at = 1834329600,
    .kind = LZ_TOKEN_KIND_ENFORCEMENT,
    .organ = 3,
    .list = 0,
    .idx = 70000,
    .name = "姚志怡",
    .uid = {4, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6},
    .uid_size = 7,
};

static struct lz_signing_key *golden_key(void)
{
    uint8_t secret[32];
    struct lz_signing_key *key = NULL;
    memset(secret, 1, sizeof secret);
    assert_ok(lz_signing_key_from_secret(LZ_KEY_P256, secret, &key));
    return key;
}

static void assert_same(const struct lz_token *a, const struct lz_token *b)
{
    assert_string_equal(a->number, b->number);
    assert_string_equal(a->name, b->name);
    assert_true(a->expires_at == b->expires_at && a->kind == b->kind && a->organ == b->organ);
    assert_true(a->list == b->list && a->idx == b->idx && a->uid_size == b->uid_size);
    assert_memory_equal(a->uid, b->uid, sizeof a->uid);
}

static void the_golden_token_reads_verifies_and_is_written_the_same(void **state)
{
    (void)state;
    struct lz_signing_key *key = golden_key();
    struct lz_verifying_key *verifying = NULL;
    struct lz_token token;
    struct lz_buf bytes, again;
    uint8_t kid[LZ_KID_SIZE], expected[LZ_KID_SIZE];
    from_hex(golden, &bytes);
    lz_buf_init(&again, LZ_TOKEN_CAP);
    assert_ok(lz_verifying_key_new(lz_signing_key_public(key), &verifying));
    assert_ok(lz_token_read(lz_buf_view(&bytes), &token, kid));
    assert_same(&token, &sample);
    assert_ok(lz_key_kid(lz_signing_key_public(key), expected));
    assert_memory_equal(kid, expected, sizeof kid);
    assert_ok(lz_token_verify(lz_buf_view(&bytes), verifying));
    assert_ok(lz_token_write(&sample, key, &again));
    assert_int_equal(again.size, bytes.size);
    assert_memory_equal(again.data, bytes.data, bytes.size - LZ_SIGNATURE_SIZE);
    bytes.data[40] ^= 1;
    assert_true(lz_token_verify(lz_buf_view(&bytes), verifying) != LZ_OK);
    lz_signing_key_free(&key);
    lz_verifying_key_free(&verifying);
    lz_buf_free(&bytes);
    lz_buf_free(&again);
}

static void a_compact_token_has_no_name_and_little_room(void **state)
{
    (void)state;
    struct lz_signing_key *key = golden_key();
    struct lz_token compact = sample, token;
    struct lz_buf bytes;
    uint8_t kid[LZ_KID_SIZE];
    compact.name[0] = '\0';
    lz_buf_init(&bytes, LZ_TOKEN_CAP);
    assert_ok(lz_token_write(&compact, key, &bytes));
    assert_ok(lz_token_read(lz_buf_view(&bytes), &token, kid));
    assert_same(&token, &compact);
    /* NTAG 424: 254 bytes of NDEF, 19 of them a host, besides SUN parameters (DESIGN 4) */
    assert_true(bytes.size <= 130);
    lz_signing_key_free(&key);
    lz_buf_free(&bytes);
}

/* Payloads in an otherwise right envelope; the reader does not look at the signature. */
static const struct {
    const char *payload;
    lz_err err;
    const char *why;
} payloads[] = {
    {"a302613104003a0001000086000000 00f6f6", LZ_OK, "the least there is"},
    {"a302613104003a0001000086000000 00f64404010203", LZ_OK, "a single-size UID"},
    {"a302613104003a0001000086000000 00f643040102", LZ_MALFORMED, "a UID of three bytes"},
    {"a302613104003a0001000086000000 0060f6", LZ_MALFORMED, "an empty name"},
    {"a302613104003a0001000086000000 006100f6", LZ_MALFORMED, "a NUL in the name"},
    {"a302613104003a0001000086000000 0061 0af6", LZ_MALFORMED, "a line end in the name"},
    {"a302613104003a0001000086030000 00f6f6", LZ_MALFORMED, "a kind that is none"},
    {"a302613104003a0001000086001b000000010000000000 00f6f6", LZ_MALFORMED, "an organ beyond 32 bits"},
    {"a302613104003a0001000085000000 00f6", LZ_MALFORMED, "five items"},
    {"a302600400 3a0001000086000000 00f6f6", LZ_MALFORMED, "an empty number"},
    {"a302612f04003a0001000086000000 00f6f6", LZ_MALFORMED, "a slash in the number"},
    {"a302613104203a0001000086000000 00f6f6", LZ_MALFORMED, "an expiry before time"},
    {"a3026131043a0001000086000000 00f6f6", LZ_MALFORMED, "no expiry"},
    {"a302613105003a0001000086000000 00f6f6", LZ_MALFORMED, "another claim"},
    {"a20261310400", LZ_MALFORMED, "no badge claim"},
    {"a302613104003a0001000086000000 00f6f600", LZ_MALFORMED, "bytes behind"},
    {"a302613104 18003a0001000086000000 00f6f6", LZ_MALFORMED, "a long integer"},
    {"a304000261313a0001000086000000 00f6f6", LZ_MALFORMED, "keys out of order"},
    {"bf02613104003a0001000086000000 00f6f6ff", LZ_MALFORMED, "an indefinite map"},
};

static void hex_of(const char *spaced, struct lz_buf *out)
{
    char hex[512];
    size_t at = 0;
    for (; *spaced != '\0'; spaced++) {
        if (*spaced != ' ') {
            hex[at++] = *spaced;
        }
    }
    hex[at] = '\0';
    from_hex(hex, out);
}

static void each_rule_of_the_payload_is_kept(void **state)
{
    (void)state;
    struct lz_signing_key *key = golden_key();
    for (size_t i = 0; i < COUNT_OF(payloads); i++) {
        struct lz_buf payload, bytes;
        struct lz_token token;
        uint8_t kid[LZ_KID_SIZE];
        hex_of(payloads[i].payload, &payload);
        lz_buf_init(&bytes, LZ_TOKEN_CAP);
        assert_ok(lz_cose_sign(key, NULL, lz_buf_view(&payload), &bytes));
        lz_err err = lz_token_read(lz_buf_view(&bytes), &token, kid);
        if (err != payloads[i].err) {
            print_error("%s\n", payloads[i].why);
        }
        assert_err(err, payloads[i].err);
        lz_buf_free(&payload);
        lz_buf_free(&bytes);
    }
    lz_signing_key_free(&key);
}

/* Envelopes around the least payload, with a signature of zeros. */
static const struct {
    const char *head;
    lz_err err;
    const char *why;
} envelopes[] = {
    {"d28449a201260444aabbccdda0", LZ_OK, "as we write it"},
    {"8449a201260444aabbccdda0", LZ_MALFORMED, "no tag"},
    {"d18449a201260444aabbccdda0", LZ_MALFORMED, "another tag"},
    {"d28449a201270444aabbccdda0", LZ_MALFORMED, "another algorithm"},
    {"d28448a201260443aabbcca0", LZ_MALFORMED, "a kid of three bytes"},
    {"d28443a10126a0", LZ_MALFORMED, "no kid"},
    {"d28443a10126a10444aabbccdd", LZ_MALFORMED, "the kid unprotected"},
    {"d28449a201260444aabbccdda10500", LZ_MALFORMED, "something unprotected"},
    {"d2844ba301260444aabbccdd0500a0", LZ_MALFORMED, "a third protected header"},
    {"d2844aa20138060444aabbccdda0", LZ_MALFORMED, "a long algorithm"},
    {"d2845809a201260444aabbccdda0", LZ_MALFORMED, "a long length"},
    {"d28449a201260444aabbccddbfff", LZ_MALFORMED, "an indefinite map"},
    {"d29f49a201260444aabbccdda0", LZ_MALFORMED, "an indefinite array"},
};

static void each_rule_of_the_envelope_is_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(envelopes); i++) {
        char hex[512], signature[129];
        struct lz_buf bytes;
        struct lz_token token;
        uint8_t kid[LZ_KID_SIZE];
        memset(signature, '0', 128);
        signature[128] = '\0';
        snprintf(hex, sizeof hex, "%s52a302613104003a000100008600000000f6f65840%s", envelopes[i].head,
                 signature);
        from_hex(hex, &bytes);
        lz_err err = lz_token_read(lz_buf_view(&bytes), &token, kid);
        if (err != envelopes[i].err) {
            print_error("%s\n", envelopes[i].why);
        }
        assert_err(err, envelopes[i].err);
        lz_buf_free(&bytes);
    }
}

static void what_breaks_a_rule_is_not_written(void **state)
{
    (void)state;
    struct lz_signing_key *key = golden_key();
    struct lz_buf out;
    lz_buf_init(&out, LZ_TOKEN_CAP);
    struct lz_token token = sample;
    token.number[0] = '\0';
    assert_err(lz_token_write(&token, key, &out), LZ_INVALID);
    token = sample;
    token.uid_size = 5;
    assert_err(lz_token_write(&token, key, &out), LZ_INVALID);
    token = sample;
    token.name[0] = '\n';
    assert_err(lz_token_write(&token, key, &out), LZ_INVALID);
    token = sample;
    token.expires_at = -1;
    assert_err(lz_token_write(&token, key, &out), LZ_INVALID);
    assert_int_equal(out.size, 0);
    lz_signing_key_free(&key);
    lz_buf_free(&out);
}

static void every_spelling_of_a_token_comes_back_as_its_bytes(void **state)
{
    (void)state;
    struct lz_buf bytes, forms[5];
    from_hex(golden, &bytes);
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        lz_buf_init(&forms[i], 2048);
    }
    lz_token_url_qr("https://zf.yanan.example/", lz_buf_view(&bytes), &forms[0]);
    lz_token_url_nfc("https://zf.yanan.example", lz_buf_view(&bytes), &forms[1]);
    lz_base32_encode(lz_buf_view(&bytes), &forms[2]);
    lz_base64url_encode(lz_buf_view(&bytes), &forms[3]);
    assert_memory_equal(forms[0].data, "HTTPS://ZF.YANAN.EXAMPLE/V/", 27);
    assert_memory_equal(forms[1].data, "https://zf.yanan.example/v/", 27);
    lz_buf_printf(&forms[4], " %s?e=00FF&c=AA11\n", (const char *)forms[1].data);
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        struct lz_token_text text;
        assert_ok(lz_token_text_parse(lz_buf_view(&forms[i]), &text));
        assert_int_equal(text.kind, LZ_TOKEN_TEXT_TOKEN);
        assert_true(lz_bytes_equal(lz_bytes_of(text.token, text.token_size), lz_buf_view(&bytes)));
        assert_string_equal(text.query, i == 4 ? "e=00FF&c=AA11" : "");
    }
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        lz_buf_free(&forms[i]);
    }
    lz_buf_free(&bytes);
}

static const struct {
    const char *text;
    const char *number; /* NULL: refused */
} texts[] = {
    {"27060010001", "27060010001"},
    {" 27060010001\n", "27060010001"},
    {"FZ-0001", "FZ-0001"},
    {" 2706 0010\xe3\x80\x80"
     "001 ",
     "27060010001"},
    {"2706\t001", NULL},
    {"no number", NULL},
    {"https://zf.example/c/27060010001", "27060010001"},
    {"HTTPS://ZF.EXAMPLE/C/27060010001?x=1", "27060010001"},
    {"https://zf.example/v/27060010001", NULL},
    {"https://zf.example/v/", NULL},
    {"https://zf.example/x/27060010001", NULL},
    {"https://zf.example/", NULL},
    {"/c/", NULL},
    {"", NULL},
    {"   ", NULL},
    {"证件号", NULL},
    {"0123456789012345678901234567890123456789", NULL},
    {"?/", NULL},
};

static void numbers_and_nonsense_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct lz_token_text text;
        lz_err err = lz_token_text_parse(lz_bytes_text(texts[i].text), &text);
        assert_err(err, texts[i].number != NULL ? LZ_OK : LZ_MALFORMED);
        if (err == LZ_OK) {
            assert_int_equal(text.kind, LZ_TOKEN_TEXT_NUMBER);
            assert_string_equal(text.number, texts[i].number);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_token_reads_verifies_and_is_written_the_same),
        cmocka_unit_test(a_compact_token_has_no_name_and_little_room),
        cmocka_unit_test(each_rule_of_the_payload_is_kept),
        cmocka_unit_test(each_rule_of_the_envelope_is_kept),
        cmocka_unit_test(what_breaks_a_rule_is_not_written),
        cmocka_unit_test(every_spelling_of_a_token_comes_back_as_its_bytes),
        cmocka_unit_test(numbers_and_nonsense_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
