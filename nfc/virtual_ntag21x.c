#include "nfc/virtual_ntag21x.h"
#include "nfc/tag_ntag21x.h"

#include <stdlib.h>
#include <string.h>

enum {
    PAGE = LZ_NTAG_PAGE_SIZE,
    PAGES_MAX = 231,
    NAK_ARGUMENT = 0x00,
    NAK_AUTH_LIMIT = 0x04,
    NAK_WRITE = 0x05,
    CASCADE_TAG = 0x88, /* enters the first check byte */
    /* CFG1, byte 0 (8.5.7) */
    ACCESS_PROT = 0x80,
    ACCESS_CFGLCK = 0x40,
    ACCESS_CNT_EN = 0x10,
    ACCESS_CNT_PWD = 0x08,
    ACCESS_AUTHLIM = 0x07,
    COUNTER_MAX = 0xFFFFFF
};

struct ntag {
    struct lz_virtual_tag base;
    const struct lz_ntag_layout *layout;
    uint8_t memory[PAGES_MAX * PAGE];
    bool selected;
    bool logged_in;
    bool counted;    /* the counter rises once per power-up */
    int compat_page; /* COMPAT_WRITE waits for its data; -1: no */
    uint32_t counter;
    unsigned failed_logins;
};

static struct ntag *ntag_of(struct lz_virtual_tag *tag)
{
    return (struct ntag *)tag;
}

static uint8_t *page_of(struct ntag *tag, unsigned page)
{
    return tag->memory + (size_t)page * PAGE;
}

static uint8_t auth0(struct ntag *tag)
{
    return page_of(tag, tag->layout->config)[3];
}

static uint8_t access_bits(struct ntag *tag)
{
    return page_of(tag, tag->layout->config + 1u)[0];
}

/* After a refusal the tag falls back to idle: it must be selected again (8.4, figure 7). */
static enum lz_virtual_reply refuse(struct ntag *tag, uint8_t code, uint8_t *reply, size_t *ret_size)
{
    tag->selected = false;
    tag->logged_in = false;
    reply[0] = code;
    *ret_size = 1;
    return LZ_VIRTUAL_NIBBLE;
}

static enum lz_virtual_reply acknowledge(uint8_t *reply, size_t *ret_size)
{
    reply[0] = LZ_VIRTUAL_ACK;
    *ret_size = 1;
    return LZ_VIRTUAL_NIBBLE;
}

static bool readable(struct ntag *tag, unsigned page)
{
    return tag->logged_in || !(access_bits(tag) & ACCESS_PROT) || page < auth0(tag);
}

/* PWD and PACK always read as zero. */
static void copy_page(struct ntag *tag, unsigned page, uint8_t *to)
{
    if (page >= tag->layout->config + 2u)
        memset(to, 0, PAGE);
    else
        memcpy(to, page_of(tag, page), PAGE);
}

static void count_read(struct ntag *tag)
{
    if (!tag->counted && (access_bits(tag) & ACCESS_CNT_EN) && tag->counter < COUNTER_MAX)
        tag->counter++;
    tag->counted = true;
}

static enum lz_virtual_reply read_four(struct ntag *tag, struct lz_bytes c, uint8_t *reply, size_t *ret_size)
{
    unsigned first = c.data[1];
    if (first >= tag->layout->pages || !readable(tag, first))
        return refuse(tag, NAK_ARGUMENT, reply, ret_size);
    count_read(tag);
    /* Behind the last page, or the last readable one, page 0 follows (roll-over, 10.2). */
    unsigned page = first;
    for (size_t i = 0; i < 4; i++, page++) {
        if (page >= tag->layout->pages || !readable(tag, page))
            page = 0;
        copy_page(tag, page, reply + i * PAGE);
    }
    *ret_size = 16;
    return LZ_VIRTUAL_BYTES;
}

static enum lz_virtual_reply read_fast(struct ntag *tag, struct lz_bytes c, uint8_t *reply, size_t *ret_size)
{
    unsigned first = c.data[1], last = c.data[2];
    size_t size = last >= first ? (last - first + 1u) * PAGE : 0;
    if (size == 0 || size > LZ_TAG_REPLY_MAX || last >= tag->layout->pages || !readable(tag, last))
        return refuse(tag, NAK_ARGUMENT, reply, ret_size);
    count_read(tag);
    for (unsigned page = first; page <= last; page++)
        copy_page(tag, page, reply + (size_t)(page - first) * PAGE);
    *ret_size = size;
    return LZ_VIRTUAL_BYTES;
}

/* Static lock bits (8.5.2): byte 2 bit 3 is the container, bits 4-7 pages 4-7; byte 3 pages 8-15. */
static bool static_locked(struct ntag *tag, unsigned page)
{
    const uint8_t *lock = page_of(tag, LZ_NTAG_LOCK_PAGE) + 2;
    if (page >= 3 && page <= 7)
        return lock[0] >> page & 1;
    if (page >= 8 && page <= 15)
        return lock[1] >> (page - 8) & 1;
    return false;
}

/* Dynamic lock bits (8.5.3): from page 16, two pages per bit on NTAG213, sixteen on the larger ones. */
static bool dynamic_locked(struct ntag *tag, unsigned page)
{
    if (page < 16 || page >= tag->layout->user_end)
        return false;
    unsigned bit = (page - 16) / (tag->layout->pages == 45 ? 2 : 16);
    return page_of(tag, tag->layout->user_end)[bit / 8] >> (bit % 8) & 1;
}

static bool config_locked(struct ntag *tag, unsigned page)
{
    return (access_bits(tag) & ACCESS_CFGLCK) &&
           (page == tag->layout->config || page == tag->layout->config + 1u);
}

static bool writable(struct ntag *tag, unsigned page)
{
    return page >= LZ_NTAG_LOCK_PAGE && page < tag->layout->pages && (tag->logged_in || page < auth0(tag)) &&
           !static_locked(tag, page) && !dynamic_locked(tag, page) && !config_locked(tag, page);
}

/* `count` bytes of a page, as the memory takes them: some bits can only be set, some bytes not at all. */
static void store(struct ntag *tag, unsigned page, const uint8_t *data, size_t count)
{
    uint8_t *to = page_of(tag, page);
    bool lock_page = page == LZ_NTAG_LOCK_PAGE;
    bool one_time = lock_page || page == LZ_NTAG_CC_PAGE || page == tag->layout->user_end;
    for (size_t i = lock_page ? 2 : 0; i < count; i++) {
        if (page == tag->layout->user_end && i == 3)
            continue;
        to[i] = one_time ? (uint8_t)(to[i] | data[i]) : data[i];
    }
}

static enum lz_virtual_reply write_one(struct ntag *tag, unsigned page, const uint8_t *data, uint8_t *reply,
                                       size_t *ret_size)
{
    if (!writable(tag, page))
        return refuse(tag, NAK_ARGUMENT, reply, ret_size);
    store(tag, page, data, PAGE);
    return acknowledge(reply, ret_size);
}

static enum lz_virtual_reply write_page(struct ntag *tag, struct lz_bytes c, uint8_t *reply, size_t *ret_size)
{
    return write_one(tag, c.data[1], c.data + 2, reply, ret_size);
}

static enum lz_virtual_reply compat_write(struct ntag *tag, struct lz_bytes c, uint8_t *reply,
                                          size_t *ret_size)
{
    if (!writable(tag, c.data[1]))
        return refuse(tag, NAK_ARGUMENT, reply, ret_size);
    tag->compat_page = c.data[1];
    return acknowledge(reply, ret_size);
}

static enum lz_virtual_reply log_in(struct ntag *tag, struct lz_bytes c, uint8_t *reply, size_t *ret_size)
{
    unsigned limit = access_bits(tag) & ACCESS_AUTHLIM;
    if (limit > 0 && tag->failed_logins >= limit)
        return refuse(tag, NAK_AUTH_LIMIT, reply, ret_size);
    if (memcmp(c.data + 1, page_of(tag, tag->layout->config + 2u), PAGE) != 0) {
        tag->failed_logins++;
        return refuse(tag, NAK_ARGUMENT, reply, ret_size);
    }
    tag->failed_logins = 0;
    tag->logged_in = true;
    memcpy(reply, page_of(tag, tag->layout->config + 3u), 2);
    *ret_size = 2;
    return LZ_VIRTUAL_BYTES;
}

static enum lz_virtual_reply version(struct ntag *tag, struct lz_bytes c, uint8_t *reply, size_t *ret_size)
{
    (void)c;
    memcpy(reply, tag->base.type->version, LZ_TAG_VERSION_SIZE);
    *ret_size = LZ_TAG_VERSION_SIZE;
    return LZ_VIRTUAL_BYTES;
}

static enum lz_virtual_reply signature(struct ntag *tag, struct lz_bytes c, uint8_t *reply, size_t *ret_size)
{
    if (c.data[1] != 0)
        return refuse(tag, NAK_ARGUMENT, reply, ret_size);
    for (size_t i = 0; i < 32; i++)
        reply[i] = (uint8_t)(tag->base.id.uid[i % 7] ^ (0x5A + i));
    *ret_size = 32;
    return LZ_VIRTUAL_BYTES;
}

static enum lz_virtual_reply read_counter(struct ntag *tag, struct lz_bytes c, uint8_t *reply,
                                          size_t *ret_size)
{
    uint8_t bits = access_bits(tag);
    bool closed = (bits & ACCESS_CNT_PWD) && !tag->logged_in;
    if (c.data[1] != 2 || !(bits & ACCESS_CNT_EN) || closed)
        return refuse(tag, NAK_ARGUMENT, reply, ret_size);
    for (size_t i = 0; i < 3; i++)
        reply[i] = (uint8_t)(tag->counter >> (8 * i));
    *ret_size = 3;
    return LZ_VIRTUAL_BYTES;
}

/* The commands, each with its exact length (10). */
static const struct {
    uint8_t code;
    size_t size;
    enum lz_virtual_reply (*run)(struct ntag *, struct lz_bytes, uint8_t *, size_t *);
} commands[] = {
    {LZ_NTAG_GET_VERSION, 1, version},       {LZ_NTAG_READ, 2, read_four},
    {LZ_NTAG_FAST_READ, 3, read_fast},       {LZ_NTAG_WRITE, 6, write_page},
    {LZ_NTAG_COMPAT_WRITE, 2, compat_write}, {LZ_NTAG_READ_CNT, 2, read_counter},
    {LZ_NTAG_PWD_AUTH, 5, log_in},           {LZ_NTAG_READ_SIG, 2, signature},
};

static enum lz_virtual_reply exchange(struct lz_virtual_tag *base, struct lz_bytes command, uint8_t *reply,
                                      size_t *ret_size)
{
    struct ntag *tag = ntag_of(base);
    if (!tag->selected)
        return LZ_VIRTUAL_SILENT;
    if (tag->compat_page >= 0) {
        unsigned page = (unsigned)tag->compat_page;
        tag->compat_page = -1;
        if (command.size != 16)
            return refuse(tag, NAK_WRITE, reply, ret_size);
        return write_one(tag, page, command.data, reply, ret_size);
    }
    if (command.size == 2 && command.data[0] == 0x50) { /* HLTA */
        tag->selected = false;
        return LZ_VIRTUAL_SILENT;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (command.size == commands[i].size && command.data[0] == commands[i].code)
            return commands[i].run(tag, command, reply, ret_size);
    return refuse(tag, NAK_ARGUMENT, reply, ret_size);
}

static void tear(struct lz_virtual_tag *base, struct lz_bytes command)
{
    struct ntag *tag = ntag_of(base);
    bool is_write = command.size == 6 && command.data[0] == LZ_NTAG_WRITE;
    if (tag->selected && is_write && writable(tag, command.data[1]))
        store(tag, command.data[1], command.data + 2, PAGE / 2);
}

static void select_tag(struct lz_virtual_tag *base)
{
    struct ntag *tag = ntag_of(base);
    tag->selected = true;
    tag->logged_in = false;
    tag->compat_page = -1;
}

static void power_off(struct lz_virtual_tag *base)
{
    struct ntag *tag = ntag_of(base);
    tag->selected = false;
    tag->logged_in = false;
    tag->counted = false;
    tag->compat_page = -1;
}

static void save(const struct lz_virtual_tag *base, struct lz_buf *out)
{
    const struct ntag *tag = (const struct ntag *)base;
    lz_buf_add(out, tag->memory, (size_t)tag->layout->pages * PAGE);
}

/* Pages 0 to 2: UID with its two check bytes (8.5.1). */
static void store_uid(struct ntag *tag, const uint8_t uid[7])
{
    uint8_t *m = tag->memory;
    memcpy(m, uid, 3);
    m[3] = (uint8_t)(CASCADE_TAG ^ uid[0] ^ uid[1] ^ uid[2]);
    memcpy(m + 4, uid + 3, 4);
    m[8] = (uint8_t)(uid[3] ^ uid[4] ^ uid[5] ^ uid[6]);
    memcpy(tag->base.id.uid, uid, 7);
}

static lz_err load(struct lz_virtual_tag *base, struct lz_bytes dump)
{
    struct ntag *tag = ntag_of(base);
    if (dump.size != (size_t)tag->layout->pages * PAGE)
        return LZ_INVALID;
    memcpy(tag->memory, dump.data, dump.size);
    uint8_t uid[7];
    memcpy(uid, dump.data, 3);
    memcpy(uid + 3, dump.data + 4, 4);
    store_uid(tag, uid);
    power_off(base);
    return LZ_OK;
}

static const struct lz_virtual_tag_ops ops = {
    .select = select_tag,
    .power_off = power_off,
    .exchange = exchange,
    .tear = tear,
    .save = save,
    .load = load,
};

struct lz_virtual_tag *lz_virtual_ntag21x_new(const struct lz_tag_type *type, const uint8_t uid[7])
{
    struct ntag *tag = calloc(1, sizeof *tag);
    if (!tag)
        return NULL;
    tag->base = (struct lz_virtual_tag){
        .ops = &ops, .type = type, .id = {.uid_size = 7, .atqa = {0x00, 0x44}, .sak = type->sak}};
    tag->layout = lz_ntag_layout_of(type);
    tag->compat_page = -1;
    store_uid(tag, uid);
    tag->memory[9] = 0x48; /* internal byte */
    static const uint8_t locked_empty[] = {0x01, 0x03, 0xA0, 0x0C, 0x34, 0x03, 0x00, 0xFE};
    static const uint8_t empty[] = {0x03, 0x00, 0xFE, 0x00};
    const uint8_t container[] = {0xE1, 0x10, tag->layout->cc_size, 0x00};
    memcpy(page_of(tag, LZ_NTAG_CC_PAGE), container, PAGE);
    /* As delivered (8.5.6): NTAG213 with a lock control block in front of the empty message. */
    if (type == &lz_tag_ntag213)
        memcpy(page_of(tag, LZ_NTAG_FIRST_PAGE), locked_empty, sizeof locked_empty);
    else
        memcpy(page_of(tag, LZ_NTAG_FIRST_PAGE), empty, sizeof empty);
    page_of(tag, tag->layout->user_end)[3] = 0xBD;
    memcpy(page_of(tag, tag->layout->config), "\x04\x00\x00\xFF", PAGE);
    memcpy(page_of(tag, tag->layout->config + 1u), "\x00\x05\x00\x00", PAGE);
    memset(page_of(tag, tag->layout->config + 2u), 0xFF, PAGE);
    return &tag->base;
}
