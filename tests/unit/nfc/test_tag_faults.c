/* A badge is written with the n-th command lost, with the card gone from the n-th on, or without memory: what
 * lies on it afterwards is the old address, the new one or none, and the same command finishes it. */
#include "faults/faults.h"

/* The fake reader's tag does not hear a command that is to fail. */
#include "fake_reader.h"

#include "nfc/ndef.h"
#include "nfc/tag_ntag21x.h"

enum { BUDGET_MS = 5000 };
static const uint8_t uid[7] = {0x04, 1, 2, 3, 4, 5, 6};
static const struct lz_tag_password password = {{1, 2, 3, 4}, {5, 6}};
static const char *const uris[] = {"https://old.example/aaaaaaaaaaaaaaaaaaaaaaaa",
                                   "https://new.example/v/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"};

struct desk {
    struct fake_reader reader; /* first */
    struct lz_virtual_tag *tag;
    struct lz_reader_ops ops;
    const char *chip;
    bool protect, read_only, wipe;
    int lie_in; /* the page of that many writings from now is acknowledged and not written; 0: none */
    struct lz_clock_fixed clock;
};

/* Between the tag's code and the fake reader: the gate. */
static lz_err lossy_exchange(struct lz_reader *reader, struct lz_bytes command, int budget_ms, uint8_t *reply,
                             size_t room, size_t *ret_size)
{
    return fault_now(FAULT_GATE_WIRE) ? LZ_TAG_GONE
                                      : fake_exchange(reader, command, budget_ms, reply, room, ret_size);
}
static lz_err lossy_send(struct lz_reader *reader, struct lz_bytes command, int budget_ms)
{
    struct desk *d = (struct desk *)fake_of(reader);
    if (d->lie_in > 0 && --d->lie_in == 0)
        return LZ_OK;
    return fault_now(FAULT_GATE_WIRE) ? LZ_TAG_GONE : fake_send(reader, command, budget_ms);
}
static lz_err lossy_select(struct lz_reader *reader, int budget_ms, struct lz_tag_id *ret_id)
{
    return fault_now(FAULT_GATE_WIRE) ? LZ_DEVICE : fake_select(reader, budget_ms, ret_id);
}

static lz_err act(struct desk *d, const char *uri, bool protect, bool read_only, bool wipe)
{
    struct lz_tag tag;
    struct lz_fault fault = {0};
    size_t size = 0;
    const struct lz_tag_plan plan = {
        .uri = uri, .password = protect ? &password : NULL, .read_only = read_only};
    lz_err err = lz_tag_open(&d->reader.base, &d->clock.base, BUDGET_MS, &tag);
    if (!err)
        err = wipe ? lz_tag_wipe(&tag, &password, &fault) : lz_tag_write_uri(&tag, &plan, &size, &fault);
    if (err && fault.code && fault.code != err)
        fault_found("gave %s and told of %s", lz_err_name(err), lz_err_name(fault.code));
    return err;
}

static void prepare(void *context)
{
    struct desk *d = context;
    lz_virtual_tag_free(&d->tag);
    assert_ok(lz_virtual_tag_new(lz_tag_type_named(d->chip), uid, &d->tag));
    d->ops = fake_ops;
    d->ops.exchange = lossy_exchange;
    d->ops.send = lossy_send;
    d->ops.select = lossy_select;
    d->reader = fake_reader_make(d->tag);
    d->reader.base.ops = &d->ops;
    lz_clock_fixed_init(&d->clock, 0);
    assert_ok(act(d, uris[0], d->wipe, false, false));
}

static lz_err run(void *context)
{
    struct desk *d = context;
    return act(d, uris[1], d->protect, d->read_only, d->wipe);
}

/* 0 old, 1 new, -1 none; -2 something else. */
static int content(struct desk *d)
{
    struct lz_tag tag;
    struct lz_buf uri;
    int which = -2;
    lz_buf_init(&uri, LZ_NDEF_URI_MAX);
    assert_ok(lz_tag_open(&d->reader.base, &d->clock.base, BUDGET_MS, &tag));
    lz_err err = lz_tag_read_uri(&tag, &uri);
    if (err == LZ_NOT_FOUND)
        which = -1;
    for (int i = 0; !err && i < 2; i++)
        if (strcmp((const char *)uri.data, uris[i]) == 0)
            which = i;
    if (which == -2)
        fault_found("reads %s %s", lz_err_name(err), err ? "" : (const char *)uri.data);
    lz_buf_free(&uri);
    return which;
}

static void check(void *context, lz_err err)
{
    struct desk *d = context;
    int which = content(d), wanted = d->wipe ? -1 : 1;
    if (!err && which != wanted)
        fault_found("was said to be done, and holds %d", which);
    lz_err again = run(context);
    /* What is locked for ever cannot be written again: then it must be whole. */
    if (again && !(d->read_only && again == LZ_TAG_LOCKED && which == 1))
        fault_found("gave %s, and when nothing failed any more %s", lz_err_name(err), lz_err_name(again));
    if (content(d) != wanted)
        fault_found("gave %s, and done again it holds %d", lz_err_name(err), content(d));
}

static const struct {
    const char *name;
    bool protect, read_only, wipe;
} ways[] = {{"write", false, false, false},
            {"write and protect", true, false, false},
            {"write and lock", false, true, false},
            {"wipe", false, false, true}};

static void a_card_is_never_half_and_can_be_finished(void **state)
{
    static const enum fault_kind kinds[] = {FAULT_WIRE, FAULT_WIRE_DEAD, FAULT_MEMORY, FAULT_MEMORY_OUT};
    (void)state;
    for (size_t chip = 0; lz_tag_type_at(chip); chip++)
        for (size_t w = 0; w < COUNT_OF(ways); w++)
            for (size_t k = 0; k < COUNT_OF(kinds); k++) {
                struct desk d = {.chip = lz_tag_type_at(chip)->name,
                                 .protect = ways[w].protect,
                                 .read_only = ways[w].read_only,
                                 .wipe = ways[w].wipe};
                const struct fault_case c = {
                    .name = ways[w].name, .prepare = prepare, .run = run, .check = check};
                fault_each(kinds[k], &c, &d);
                lz_virtual_tag_free(&d.tag);
            }
    fault_report("tags");
}

/* Every page is read back: an acknowledgement proves nothing. */
static void a_page_that_was_acknowledged_and_lost_is_never_called_written(void **state)
{
    (void)state;
    int caught = 0;
    for (size_t w = 0; w < COUNT_OF(ways); w++)
        for (int n = 1, lied = 1; lied; n++) {
            struct desk d = {.chip = "NTAG213",
                             .protect = ways[w].protect,
                             .read_only = ways[w].read_only,
                             .wipe = ways[w].wipe};
            prepare(&d);
            d.lie_in = n;
            lz_err err = run(&d);
            lied = d.lie_in == 0;
            d.lie_in = 0;
            caught += err == LZ_TAG_GONE;
            check(&d, err);
            lz_virtual_tag_free(&d.tag);
        }
    assert_true(caught > 20);
    fault_report("pages that are lost");
}

static void an_address_beyond_the_chip_is_not_begun(void **state)
{
    (void)state;
    static const uint8_t area[145];
    struct desk d = {.chip = "NTAG213"};
    struct lz_tag tag;
    prepare(&d);
    assert_ok(lz_tag_open(&d.reader.base, &d.clock.base, BUDGET_MS, &tag));
    assert_err(tag.type->ops->write(&tag, lz_bytes_of(area, sizeof area), NULL, NULL), LZ_TOO_LARGE);
    assert_int_equal(content(&d), 0);
    lz_virtual_tag_free(&d.tag);
}

static lz_err make_a_tag(void *context)
{
    struct lz_virtual_tag *tag = NULL;
    lz_err err = lz_virtual_tag_new(context, uid, &tag);
    lz_virtual_tag_free(&tag);
    return err;
}

static void a_virtual_tag_needs_memory_and_a_chip_that_is_known(void **state)
{
    static const struct lz_tag_type other = {.name = "NTAG424"};
    struct lz_virtual_tag *tag = NULL;
    union {
        const struct lz_tag_type *in;
        void *out;
    } type = {.in = lz_tag_type_at(0)};
    (void)state;
    fault_each_allocation("virtual tags", make_a_tag, type.out);
    assert_err(lz_virtual_tag_new(&other, uid, &tag), LZ_TAG_KIND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_is_never_half_and_can_be_finished),
        cmocka_unit_test(a_page_that_was_acknowledged_and_lost_is_never_called_written),
        cmocka_unit_test(an_address_beyond_the_chip_is_not_begun),
        cmocka_unit_test(a_virtual_tag_needs_memory_and_a_chip_that_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
