/* libnfc's calls fail one after the other while a badge is read, written, protected and locked on the virtual
 * reader, and the reader itself breaks before each of them: told as what it is, and finished when mended. */
#include "nfc/ndef.h"
#include "nfc/reader_libnfc.h"
#include "nfc/reader_lock.h"
#include "nfc/tag.h"
#include "nfc_gates.h"

#include <errno.h>

enum { OPEN_MS = 4000, BUDGET_MS = 8000 };
static const char *const uris[] = {"https://old.example/a", "https://new.example/bb"};
static const struct lz_tag_password password = {{1, 2, 3, 4}, {5, 6}};

struct desk {
    const struct nfc_bench *bench;
    const char *uid;
    bool write, protect, read_only;
    /* Before this many operations of the reader more, the virtual reader gets `trouble`; 0: never. */
    int trouble_in;
    const char *trouble;
};

/* --- between the tag's code and libnfc's reader: trouble before the n-th operation --- */

struct shaky {
    struct lz_reader base;
    struct lz_reader *inner;
    struct desk *desk;
};

static struct lz_reader *inner_of(struct lz_reader *reader)
{
    struct shaky *shaky = (struct shaky *)reader;
    if (shaky->desk->trouble_in > 0 && --shaky->desk->trouble_in == 0)
        nfc_bench_say(shaky->desk->bench, shaky->desk->trouble);
    return shaky->inner;
}
static lz_err shaky_open(struct lz_reader *reader, int budget_ms, struct lz_fault *fault)
{
    struct lz_reader *inner = inner_of(reader);
    return inner->ops->open(inner, budget_ms, fault);
}
static lz_err shaky_select(struct lz_reader *reader, int budget_ms, struct lz_tag_id *ret_id)
{
    struct lz_reader *inner = inner_of(reader);
    return inner->ops->select(inner, budget_ms, ret_id);
}
static lz_err shaky_exchange(struct lz_reader *reader, struct lz_bytes command, int budget_ms, uint8_t *reply,
                             size_t room, size_t *ret_size)
{
    struct lz_reader *inner = inner_of(reader);
    return inner->ops->exchange(inner, command, budget_ms, reply, room, ret_size);
}
static lz_err shaky_send(struct lz_reader *reader, struct lz_bytes command, int budget_ms)
{
    struct lz_reader *inner = inner_of(reader);
    return inner->ops->send(inner, command, budget_ms);
}
static const struct lz_reader_ops shaky_ops = {
    .open = shaky_open, .select = shaky_select, .exchange = shaky_exchange, .send = shaky_send};

/* --- one job: open, select, and what the desk says --- */

static lz_err act(struct desk *d, const char *uri, bool protect, bool read_only)
{
    struct lz_tag tag = {0};
    struct lz_fault fault = {0};
    size_t size = 0;
    const struct lz_tag_plan plan = {
        .uri = uri, .password = protect ? &password : NULL, .read_only = read_only};
    struct shaky shaky = {.base = {.ops = &shaky_ops}, .desk = d};
    shaky.inner = lz_reader_libnfc_new(d->bench->connstring);
    lz_err err = shaky.inner ? shaky_open(&shaky.base, OPEN_MS, &fault) : LZ_MEMORY;
    if (!err)
        err = lz_tag_open(&shaky.base, lz_clock_system(), BUDGET_MS, &tag);
    if (!err && uri)
        err = lz_tag_write_uri(&tag, &plan, &size, &fault);
    lz_reader_free(&shaky.inner);
    return err;
}

/* 0 the old address, 1 the new one, -1 none. */
static int content(const struct desk *d)
{
    struct lz_tag tag = {0};
    struct lz_fault fault = {0};
    struct lz_buf uri;
    int which = -2;
    lz_buf_init(&uri, LZ_NDEF_URI_MAX);
    struct lz_reader *reader = lz_reader_libnfc_new(d->bench->connstring);
    assert_non_null(reader);
    assert_ok(reader->ops->open(reader, OPEN_MS, &fault));
    assert_ok(lz_tag_open(reader, lz_clock_system(), BUDGET_MS, &tag));
    lz_err err = lz_tag_read_uri(&tag, &uri);
    if (err == LZ_NOT_FOUND)
        which = -1;
    for (int i = 0; !err && i < 2; i++)
        if (strcmp((const char *)uri.data, uris[i]) == 0)
            which = i;
    if (which == -2)
        fault_found("reads %s %s", lz_err_name(err), err ? "" : (const char *)uri.data);
    lz_reader_free(&reader);
    lz_buf_free(&uri);
    return which;
}

/* The card as it came from the factory, with the old address. */
static void prepare(void *context)
{
    struct desk *d = context;
    char line[192];
    snprintf(line, sizeof line, "insert uid=%s dump=%s/blank", d->uid, d->bench->folder);
    nfc_bench_say(d->bench, line);
    if (d->write)
        assert_ok(act(d, uris[0], false, false));
}

static lz_err run(void *context)
{
    struct desk *d = context;
    return act(d, d->write ? uris[1] : NULL, d->protect, d->read_only);
}

static void check(void *context, lz_err err)
{
    struct desk *d = context;
    int which = d->write ? content(d) : 1;
    if (!err && which != 1)
        fault_found("was said to be done, and holds %d", which);
    lz_err again = run(context);
    if (again && !(d->read_only && again == LZ_TAG_LOCKED && which == 1))
        fault_found("gave %s, and when nothing failed any more %s", lz_err_name(err), lz_err_name(again));
    if (d->write && content(d) != 1)
        fault_found("gave %s, and done again it holds %d", lz_err_name(err), content(d));
}

static void save_a_blank_card(const struct nfc_bench *bench, const char *uid)
{
    char line[192];
    snprintf(line, sizeof line, "insert chip=NTAG213 uid=%s", uid);
    nfc_bench_say(bench, line);
    snprintf(line, sizeof line, "save dump=%s/blank", bench->folder);
    nfc_bench_say(bench, line);
}

static const struct {
    const char *name;
    bool write, protect, read_only;
} jobs[] = {{"open and select", false, false, false},
            {"write", true, false, false},
            {"write and protect", true, true, false},
            {"write and lock", true, false, true}};

static struct desk desk_of(const struct nfc_bench *bench, size_t job, const char *uid)
{
    return (struct desk){.bench = bench,
                         .uid = uid,
                         .write = jobs[job].write,
                         .protect = jobs[job].protect,
                         .read_only = jobs[job].read_only};
}

static void every_call_of_libnfc_may_fail(void **state)
{
    enum { OPEN = 1, WRITE = 2, PROTECT = 4, LOCK = 8, ALL = 15 }; /* which jobs */
    static const struct {
        unsigned jobs;
        enum fault_kind kind;
        int code;
        lz_err also;
    } ways[] = {{ALL, FAULT_WIRE, NFC_EIO, LZ_OK},
                {LOCK, FAULT_WIRE, NFC_ERFTRANS, LZ_OK},
                {PROTECT, FAULT_WIRE, NFC_ETIMEOUT, LZ_OK},
                {WRITE | LOCK, FAULT_WIRE_DEAD, NFC_EIO, LZ_OK},
                {OPEN, FAULT_READ, NFC_ETIMEOUT, LZ_TIMEOUT},
                {OPEN | PROTECT, FAULT_READ, NFC_ERFTRANS, LZ_NOT_FOUND},
                {OPEN, FAULT_MEMORY, NFC_EIO, LZ_OK}};
    const struct nfc_bench *bench = *state;
    save_a_blank_card(bench, "04010203040506");
    for (size_t j = 0; j < COUNT_OF(jobs); j++)
        for (size_t w = 0; w < COUNT_OF(ways); w++) {
            if (!(ways[w].jobs & 1u << j))
                continue;
            struct desk d = desk_of(bench, j, "04010203040506");
            const struct fault_case c = {
                .name = jobs[j].name, .prepare = prepare, .run = run, .check = check, .also = ways[w].also};
            nfc_gates.code = ways[w].code;
            fault_each(ways[w].kind, &c, &d);
        }
    nfc_gates.code = NFC_EIO;
    fault_report("libnfc's calls");
}

static void the_reader_may_break_before_every_operation(void **state)
{
    static const char *const troubles[] = {"fault mute", "fault noack", "fault corrupt", "fault tear",
                                           "fault unplug"};
    /* open, select, version, first read, and in the midst of writing and checking */
    static const int before[] = {1, 2, 3, 7, 18};
    const struct nfc_bench *bench = *state;
    int broken = 0;
    save_a_blank_card(bench, "04010203040507");
    for (size_t t = 0; t < COUNT_OF(troubles); t++)
        for (size_t b = t % 2; b < COUNT_OF(before); b += 2) {
            const size_t job = 2 + b / 2 % 2;
            struct desk d = desk_of(bench, job, "04010203040507");
            prepare(&d);
            d.trouble = troubles[t];
            d.trouble_in = before[b];
            lz_err err = run(&d);
            d.trouble_in = 0;
            broken += err != LZ_OK;
            if (err && err != LZ_DEVICE && err != LZ_TIMEOUT && err != LZ_TAG_GONE && err != LZ_NOT_FOUND)
                fault_found("%s, %s before %d: told as %s", jobs[job].name, troubles[t], before[b],
                            lz_err_name(err));
            nfc_bench_say(bench, "fault none");
            if (t == COUNT_OF(troubles) - 1)
                nfc_bench_say(bench, "fault replug");
            nfc_bench_say(bench, "insert");
            check(&d, err);
        }
    assert_true(broken > 8);
    fault_report("the reader");
}

/* --- single words --- */

static void each_code_of_libnfc_has_its_word(void **state)
{
    static const struct {
        int code;
        lz_err select, exchange;
    } rows[] = {
        {NFC_EIO, LZ_DEVICE, LZ_DEVICE},           {NFC_EINVARG, LZ_DEVICE, LZ_DEVICE},
        {NFC_EDEVNOTSUPP, LZ_DEVICE, LZ_DEVICE},   {NFC_ENOTSUCHDEV, LZ_DEVICE, LZ_DEVICE},
        {NFC_EOVFLOW, LZ_DEVICE, LZ_DEVICE},       {NFC_ETIMEOUT, LZ_TIMEOUT, LZ_TIMEOUT},
        {NFC_EOPABORTED, LZ_DEVICE, LZ_DEVICE},    {NFC_ETGRELEASED, LZ_NOT_FOUND, LZ_TAG_GONE},
        {NFC_ERFTRANS, LZ_NOT_FOUND, LZ_TAG_GONE}, {NFC_EMFCAUTHFAIL, LZ_NOT_FOUND, LZ_TAG_GONE},
        {NFC_ESOFT, LZ_DEVICE, LZ_DEVICE},         {NFC_ECHIP, LZ_NOT_FOUND, LZ_TAG_GONE},
    };
    static const uint8_t version[] = {0x60};
    const struct nfc_bench *bench = *state;
    struct lz_fault fault = {0};
    struct lz_tag_id id = {0};
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t size = 0;
    nfc_bench_say(bench, "insert");
    struct lz_reader *reader = lz_reader_libnfc_new(bench->connstring);
    assert_ok(reader->ops->open(reader, OPEN_MS, &fault));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        nfc_gates.code = rows[i].code;
        fault_arm(FAULT_READ, 1);
        lz_err select = reader->ops->select(reader, BUDGET_MS, &id);
        fault_arm(FAULT_WIRE, 1);
        lz_err exchange = reader->ops->exchange(reader, lz_bytes_of(version, sizeof version), BUDGET_MS,
                                                reply, sizeof reply, &size);
        fault_disarm();
        if (select != rows[i].select || exchange != rows[i].exchange)
            fail_msg("%d: %s, %s", rows[i].code, lz_err_name(select), lz_err_name(exchange));
    }
    nfc_gates.code = NFC_EIO;
    lz_reader_free(&reader);
}

static void a_reader_without_time_or_closed_or_a_tag_without_uid_does_nothing(void **state)
{
    static const uint8_t version[] = {0x60};
    const struct lz_bytes command = lz_bytes_of(version, sizeof version);
    const struct nfc_bench *bench = *state;
    struct lz_fault fault = {0};
    struct lz_tag_id id = {0};
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t size = 0;
    struct lz_reader *reader = lz_reader_libnfc_new(bench->connstring);
    assert_err(reader->ops->open(reader, 0, &fault), LZ_TIMEOUT);
    assert_err(reader->ops->select(reader, BUDGET_MS, &id), LZ_DEVICE);
    assert_err(reader->ops->exchange(reader, command, BUDGET_MS, reply, sizeof reply, &size), LZ_DEVICE);
    assert_ok(reader->ops->open(reader, OPEN_MS, &fault));
    assert_err(reader->ops->select(reader, 0, &id), LZ_TIMEOUT);
    assert_err(reader->ops->exchange(reader, command, 0, reply, sizeof reply, &size), LZ_TIMEOUT);
    assert_err(reader->ops->send(reader, command, -1), LZ_TIMEOUT);
    nfc_bench_say(bench, "insert");
    static const int sizes[] = {0, LZ_UID_MAX + 1};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        nfc_gates.uid_size = sizes[i];
        assert_err(reader->ops->select(reader, BUDGET_MS, &id), LZ_NOT_FOUND);
    }
    nfc_gates.uid_size = -1;
    assert_ok(reader->ops->select(reader, BUDGET_MS, &id));
    lz_reader_free(&reader);
}

static lz_err list(void *context)
{
    char found[2][LZ_CONNSTRING_SIZE];
    size_t count = 0;
    (void)context;
    return lz_reader_libnfc_list(found, COUNT_OF(found), &count);
}

static void readers_are_listed_or_memory_is_missing(void **state)
{
    (void)state;
    fault_each_allocation("list", list, NULL);
}

static void a_lock_that_is_refused_says_why(void **state)
{
    static const struct {
        int error_number;
        lz_err err;
        const char *word;
    } rows[] = {{EWOULDBLOCK, LZ_BUSY, "Another program"},
                {EACCES, LZ_DEVICE, "dialout"},
                {EPERM, LZ_DEVICE, "dialout"},
                {EIO, LZ_DEVICE, "cable"},
                {ENOLCK, LZ_DEVICE, ""}};
    const struct nfc_bench *bench = *state;
    static const char *const readers[] = {NULL, "", "pn53x_usb:001:002", "pn53x_usb"};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (size_t r = 0; r <= COUNT_OF(readers); r++) {
            struct lz_fault fault = {0};
            struct lz_reader_lock lock = LZ_READER_LOCK_NONE;
            const char *name = r < COUNT_OF(readers) ? readers[r] : bench->connstring;
            nfc_gates.error_number = rows[i].error_number;
            lz_err err = lz_reader_lock_take(name, &lock, &fault);
            nfc_gates.error_number = 0;
            assert_err(err, rows[i].err);
            assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), rows[i].word));
            assert_int_equal(lock.fd, -1);
            assert_ok(lz_reader_lock_take(name, &lock, &fault));
            struct lz_reader_lock second = LZ_READER_LOCK_NONE;
            assert_err(lz_reader_lock_take(name, &second, &fault), LZ_BUSY);
            lz_reader_lock_release(&lock);
        }
}

static void a_usb_reader_that_does_not_open_names_what_usually_holds_it(void **state)
{
    struct lz_fault fault = {0};
    (void)state;
    struct lz_reader *reader = lz_reader_libnfc_new("pn53x_usb:001:002");
    fault_arm(FAULT_WIRE, 1);
    assert_err(reader->ops->open(reader, OPEN_MS, &fault), LZ_DEVICE);
    fault_disarm();
    assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), "pcscd"));
    lz_reader_free(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_of_libnfc_may_fail),
        cmocka_unit_test(the_reader_may_break_before_every_operation),
        cmocka_unit_test(each_code_of_libnfc_has_its_word),
        cmocka_unit_test(a_reader_without_time_or_closed_or_a_tag_without_uid_does_nothing),
        cmocka_unit_test(readers_are_listed_or_memory_is_missing),
        cmocka_unit_test(a_lock_that_is_refused_says_why),
        cmocka_unit_test(a_usb_reader_that_does_not_open_names_what_usually_holds_it),
    };
    setenv("FAULT_RUNS", "6", 0); /* each opens the reader four times, which is half a second */
    return cmocka_run_group_tests(tests, nfc_bench_start, nfc_bench_end);
}
