/* A chip that answers anything: whoever made it, the reader's side stays bounded, and what it says was
 * written can be read again.
 *
 * Input: 'd', a chip's memory (cut or filled up), for the virtual chip of type size % 3; else a script of
 * answers, each a length and so many bytes: first what selecting tells (UID, ATQA, SAK), then what the
 * commands get. */
#include "nfc/tap.h"
#include "tests/fuzz/faults.h"
#include "tests/unit/nfc/fake_reader.h"

static const char URI[] = "https://zf.example/v/0oRHogEmBEQ";

static int64_t still(const struct lz_clock *clock)
{
    (void)clock;
    return 1000;
}
static const struct lz_clock CLOCK = {.now_ms = still, .monotonic_us = still};

/* ---- a script ---- */

struct script_reader {
    struct lz_reader base;
    struct lz_bytes rest;
    unsigned calls;
};

static struct lz_bytes next(struct script_reader *script)
{
    struct lz_bytes answer = {0};
    if (script->rest.size > 0 && script->calls++ < 2000) {
        size_t size = script->rest.data[0];
        size = size < script->rest.size - 1 ? size : script->rest.size - 1;
        answer = lz_bytes_of(script->rest.data + 1, size);
        script->rest = lz_bytes_of(answer.data + size, script->rest.size - size - 1);
    }
    return answer;
}

static lz_err script_open(struct lz_reader *reader, int budget_ms, struct lz_fault *fault)
{
    (void)reader;
    (void)budget_ms;
    (void)fault;
    return LZ_OK;
}

static lz_err script_select(struct lz_reader *reader, int budget_ms, struct lz_tag_id *ret_id)
{
    static const size_t SIZES[] = {4, 7, 10};
    struct lz_tag_id id = {.atqa = {0, 0x44}};
    const struct lz_bytes answer = next((struct script_reader *)reader);
    (void)budget_ms;
    if (answer.size < 2)
        return answer.size ? LZ_DEVICE : LZ_NOT_FOUND;
    id.uid_size = SIZES[answer.data[0] % 3];
    id.sak = answer.data[1];
    for (size_t i = 2; i < answer.size && i - 2 < id.uid_size; i++)
        id.uid[i - 2] = answer.data[i];
    *ret_id = id;
    return LZ_OK;
}

static lz_err script_exchange(struct lz_reader *reader, struct lz_bytes command, int budget_ms,
                              uint8_t *ret_reply, size_t room, size_t *ret_size)
{
    const struct lz_bytes answer = next((struct script_reader *)reader);
    (void)budget_ms;
    lz_fuzz_need(command.size > 0);
    if (answer.size == 0)
        return LZ_TAG_GONE;
    *ret_size = answer.size < room ? answer.size : room;
    memcpy(ret_reply, answer.data, *ret_size);
    return LZ_OK;
}

static lz_err script_send(struct lz_reader *reader, struct lz_bytes command, int budget_ms)
{
    (void)command;
    (void)budget_ms;
    return next((struct script_reader *)reader).size ? LZ_OK : LZ_TAG_GONE;
}

static void script_close(struct lz_reader *reader)
{
    (void)reader;
}

static const struct lz_reader_ops SCRIPT = {.open = script_open,
                                            .select = script_select,
                                            .exchange = script_exchange,
                                            .send = script_send,
                                            .close = script_close,
                                            .free = fake_free};

/* ---- what is done with either ---- */

static void on_tap(void *context, const struct lz_tap_event *event)
{
    size_t *taps = context;
    lz_fuzz_need(event->kind != LZ_TAP_TAP || (event->uid && !event->uri) ||
                 strlen(event->uri) <= LZ_NDEF_URI_MAX);
    *taps += event->kind == LZ_TAP_TAP;
}

static void tap(struct lz_reader *reader)
{
    struct lz_tap counter = {0};
    size_t taps = 0;
    lz_tap_init(&counter, reader, &CLOCK, on_tap, &taps);
    for (int i = 0; i < 8; i++)
        lz_fuzz_need(lz_tap_step(&counter) >= 0);
    lz_tap_close(&counter);
    lz_fuzz_need(taps <= 8);
}

static bool reads(struct lz_tag *tag, struct lz_buf *uri)
{
    lz_buf_init(uri, LZ_NDEF_URI_MAX);
    return !lz_tag_read_uri(tag, uri);
}

static void write_and_read(struct lz_reader *reader, bool honest)
{
    struct lz_tag tag;
    struct lz_buf uri;
    struct lz_fault fault = {0};
    const struct lz_tag_plan plan = {.uri = URI};
    size_t size = 0;
    if (lz_tag_open(reader, &CLOCK, 100000, &tag))
        return;
    (void)reads(&tag, &uri);
    lz_buf_free(&uri);
    lz_err err = lz_tag_write_uri(&tag, &plan, &size, &fault);
    lz_fuzz_need(!err || honest || size == 0 || size <= LZ_NDEF_AREA_MAX);
    if (!err && honest) {
        lz_fuzz_sure(!lz_tag_again(&tag));
        const bool good = reads(&tag, &uri);
        lz_fuzz_sure(good && uri.size == strlen(URI) && memcmp(uri.data, URI, uri.size) == 0);
        lz_buf_free(&uri);
    }
    (void)!lz_tag_wipe(&tag, NULL, &fault);
}

static void with_memory(struct lz_bytes memory)
{
    static const uint8_t uid[7] = {0x04, 1, 2, 3, 4, 5, 6};
    struct lz_virtual_tag *tag = NULL;
    struct lz_buf dump, loaded;
    if (lz_virtual_tag_new(lz_tag_type_at(memory.size % 3), uid, &tag))
        return;
    lz_buf_init(&dump, 1024);
    lz_buf_init(&loaded, 1024);
    tag->ops->save(tag, &dump);
    for (size_t i = 0; i < memory.size && i < dump.size; i++)
        dump.data[dump.size > 4 * 4 ? (i + 16) % dump.size : i] = memory.data[i]; /* user memory first */
    if (!dump.err && !tag->ops->load(tag, lz_buf_view(&dump))) {
        struct fake_reader reader = fake_reader_make(tag);
        tag->ops->save(tag, &loaded);
        lz_fuzz_sure(loaded.size == dump.size);
        write_and_read(&reader.base, true);
        tap(&reader.base);
    }
    lz_buf_free(&dump);
    lz_buf_free(&loaded);
    lz_virtual_tag_free(&tag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 1 && data[0] == 'd') {
        with_memory(lz_bytes_of(data + 1, size - 1));
        return 0;
    }
    struct script_reader script = {.base = {.ops = &SCRIPT}, .rest = lz_bytes_of(data, size)};
    write_and_read(&script.base, false);
    script.rest = lz_bytes_of(data, size);
    tap(&script.base);
    return 0;
}
