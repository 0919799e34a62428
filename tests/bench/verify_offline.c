/* The offline verifier on one core: tokens met for the first time (signature checked), met again (signature
 * remembered), and the same number of bare ES256 verifications.  Usage: bench_verify_offline TRUST < tokens.
 * Prints "cold warm bare" a second. */
#include "registry/base/encoding.h"
#include "registry/credential/trust.h"

#include <limits.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TOKENS = 2000, LINE = 1024 };

struct token {
    uint8_t bytes[LZ_TOKEN_CAP];
    size_t size;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t read_tokens(struct token *tokens)
{
    char line[LINE];
    size_t count = 0;
    while (count < TOKENS && fgets(line, sizeof line, stdin)) {
        struct lz_buf buf;
        line[strcspn(line, "\n")] = '\0';
        lz_buf_init(&buf, LZ_TOKEN_CAP);
        if (!lz_base64url_decode(lz_bytes_text(line), &buf)) {
            memcpy(tokens[count].bytes, buf.data, buf.size);
            tokens[count++].size = buf.size;
        }
        lz_buf_free(&buf);
    }
    return count;
}

static double verify_all(const struct lz_trust *trust, const struct token *tokens, size_t count)
{
    struct lz_trust_answer answer;
    int64_t now_s = lz_clock_now_s(lz_clock_system());
    double began = now();
    for (size_t i = 0; i < count; i++)
        if (lz_trust_verify(trust, lz_bytes_of(tokens[i].bytes, tokens[i].size), (struct lz_bytes){0}, now_s,
                            INT_MAX, &answer) ||
            answer.signature != LZ_SIGNATURE_GOOD)
            return 0;
    return (double)count / (now() - began);
}

/* OpenSSL alone, one key, one message of a token's size, context kept. */
static double bare(size_t count)
{
    uint8_t message[200] = {0}, signature[80];
    size_t size = sizeof signature;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    int ok = key && md && EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
             EVP_DigestSign(md, signature, &size, message, sizeof message) == 1;
    double began = now();
    for (size_t i = 0; ok && i < count; i++)
        ok = EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
             EVP_DigestVerify(md, signature, size, message, sizeof message) == 1;
    double rate = ok ? (double)count / (now() - began) : 0;
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    return rate;
}

int main(int argc, char **argv)
{
    struct token tokens[TOKENS];
    struct lz_trust *trust = NULL;
    struct lz_fault fault = {0};
    size_t count = read_tokens(tokens);
    if (argc != 2 || !count || lz_trust_open(argv[1], NULL, &trust, &fault))
        return 3;
    double cold = verify_all(trust, tokens, count), warm = verify_all(trust, tokens, count);
    printf("%.1f %.1f %.1f\n", cold, warm, bare(count));
    lz_trust_free(&trust);
    return cold > 0 && warm > 0 ? 0 : 3;
}
