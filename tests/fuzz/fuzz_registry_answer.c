/* What the registry, or whoever answers in its place, tells a counter about a tapped badge: it may take good
 * away, never give it.  And the address and Host checks of the counter's own page. */
#include "tests/fuzz/faults.h"
#include "web/kiosk/enrich.h"
#include "web/kiosk/guard.h"

#include <string.h>

static const struct lz_verdict_info *verdict_of(const json_t *value)
{
    enum lz_verdict verdict = LZ_VERDICT_COUNT;
    const char *name = json_string_value(json_object_get(value, "verdict"));
    lz_fuzz_need(name && !lz_verdict_parse(name, &verdict));
    return lz_verdict_info(verdict);
}

static json_t *offline_value(enum lz_verdict verdict)
{
    json_t *value = lz_judge_value(verdict, NULL, 1795406400);
    if (value && json_object_set_new(
                     value, "certificate",
                     json_pack("{s:s, s:s, s:s}", "number", "27060010001", "name", "N", "status", "valid")))
        lz_fuzz_sure(false);
    return value;
}

static void check_answer(const json_t *answer, enum lz_verdict offline)
{
    struct lz_judgement judgement = {.value = offline_value(offline), .verdict = offline, .by_token = true};
    json_t *details = NULL, *merged = judgement.value ? lz_enrich_merge(&judgement, answer, &details) : NULL;
    lz_fuzz_sure(merged != NULL);
    if (merged)
        lz_fuzz_sure(verdict_of(merged)->precedence >= lz_verdict_info(offline)->precedence);
    if (merged && verdict_of(merged)->good)
        lz_fuzz_need(lz_verdict_info(offline)->good);
    lz_fuzz_need(!details || json_is_object(details));
    json_decref(details);
    json_decref(merged);
    json_decref(judgement.value);
}

static void check_host(const char *text)
{
    char host[LZ_LISTEN_HOST];
    uint16_t port;
    struct lz_fault fault = {0};
    const bool local = lz_kiosk_host_is_local(text);
    lz_fuzz_need(!local || strncasecmp(text, "localhost", 9) == 0 || strncmp(text, "127.", 4) == 0 ||
                 text[0] == '[');
    if (!lz_kiosk_listen_parse(text, host, &port, &fault))
        lz_fuzz_need(memchr(host, '\0', sizeof host) && fault.code == LZ_OK);
    else
        lz_fuzz_need(fault.code != LZ_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *answer = json_loadb((const char *)data, size, 0, NULL);
    enum lz_verdict verdict = LZ_VERDICT_COUNT;
    json_t *clean = lz_judge_clean(answer, &verdict);
    lz_fuzz_need(!clean || (unsigned)verdict < LZ_VERDICT_COUNT);
    if (answer)
        for (unsigned i = 0; i < LZ_VERDICT_COUNT; i++)
            check_answer(answer, (enum lz_verdict)i);
    (void)lz_photo_type(lz_bytes_of(data, size));
    if (size < 256) {
        char text[256];
        memcpy(text, data, size);
        text[size] = '\0';
        check_host(text);
    }
    json_decref(clean);
    json_decref(answer);
    return 0;
}
