#include "nfc/tag_ntag21x.h"
#include "nfc/ndef.h"

#include <string.h>

enum {
    READ_AT_ONCE = 32, /* pages a FAST_READ asks for: 128 bytes stay well inside every reader's buffer */
    ALL_BYTES = 888,   /* user memory of the largest chip */
    AUTH0_BYTE = 3,    /* of CFG0: first page that needs the password */
    AUTH0_OFF = 0xFF,
    ACCESS_PROT = 0x80 /* byte 0 of CFG1: reading needs the password, too */
};

/* An NDEF block of no bytes and the terminator: a card that reads as empty. */
static const uint8_t empty_page[LZ_NTAG_PAGE_SIZE] = {0x03, 0x00, 0xFE, 0x00};

/* The tag did not answer as it should.  If it can be selected again it is there and said no. */
static lz_err refused_or_gone(struct lz_tag *tag, lz_err refused)
{
    lz_err err = lz_tag_again(tag);
    return err ? err : refused;
}

static lz_err exchange(struct lz_tag *tag, const uint8_t *command, size_t command_size, uint8_t *ret_reply,
                       size_t expected, lz_err refused)
{
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t size = 0;
    struct lz_bytes bytes = lz_bytes_of(command, command_size);
    bool logged_in = tag->logged_in;
    lz_err err = tag->reader->ops->exchange(tag->reader, bytes, lz_tag_left(tag), reply, sizeof reply, &size);
    if (err == LZ_TAG_GONE) { /* silence: noise, or a command that the chip does not know */
        err = lz_tag_again(tag);
        if (err || logged_in) /* selecting shut what the password had opened: no refusal to be told */
            return err ? err : LZ_TAG_GONE;
        err = tag->reader->ops->exchange(tag->reader, bytes, lz_tag_left(tag), reply, sizeof reply, &size);
    }
    if (err == LZ_TAG_GONE || (!err && size != expected))
        return refused_or_gone(tag, refused);
    if (!err)
        memcpy(ret_reply, reply, expected);
    return err;
}

/* `count` pages from `first` into `ret_data`.  LZ_TAG_LOCKED: the tag wants its password for reading. */
static lz_err read_pages(struct lz_tag *tag, unsigned first, size_t count, uint8_t *ret_data)
{
    while (count > 0) {
        size_t n = count < READ_AT_ONCE ? count : READ_AT_ONCE;
        const uint8_t command[] = {LZ_NTAG_FAST_READ, (uint8_t)first, (uint8_t)(first + n - 1)};
        lz_err err = exchange(tag, command, sizeof command, ret_data, n * LZ_NTAG_PAGE_SIZE, LZ_TAG_LOCKED);
        if (err)
            return err;
        ret_data += n * LZ_NTAG_PAGE_SIZE;
        first += (unsigned)n;
        count -= n;
    }
    return LZ_OK;
}

static lz_err log_in(struct lz_tag *tag, const struct lz_tag_password *password, struct lz_fault *fault)
{
    uint8_t command[5] = {LZ_NTAG_PWD_AUTH};
    uint8_t pack[2] = {0};
    memcpy(command + 1, password->password, sizeof password->password);
    lz_err err = exchange(tag, command, sizeof command, pack, sizeof pack, LZ_TAG_LOCKED);
    if (!err && memcmp(pack, password->pack, sizeof pack) != 0)
        err = LZ_TAG_LOCKED;
    if (err == LZ_TAG_LOCKED)
        return lz_fault_set(fault, err, "芯片口令不对，未作任何更改。",
                            "The tag has another password; nothing was changed.");
    tag->logged_in = !err;
    return err;
}

/* A second try tells a moment's noise from a refusal. */
static lz_err write_page(struct lz_tag *tag, unsigned page, const uint8_t data[LZ_NTAG_PAGE_SIZE],
                         const struct lz_tag_password *password)
{
    uint8_t command[2 + LZ_NTAG_PAGE_SIZE] = {LZ_NTAG_WRITE, (uint8_t)page};
    memcpy(command + 2, data, LZ_NTAG_PAGE_SIZE);
    struct lz_bytes bytes = lz_bytes_of(command, sizeof command);
    bool logged_in = tag->logged_in;
    lz_err err = tag->reader->ops->send(tag->reader, bytes, lz_tag_left(tag));
    if (err != LZ_TAG_GONE)
        return err;
    err = lz_tag_again(tag);
    if (!err && logged_in && password)
        err = log_in(tag, password, NULL);
    if (!err)
        err = tag->reader->ops->send(tag->reader, bytes, lz_tag_left(tag));
    return err == LZ_TAG_GONE ? refused_or_gone(tag, LZ_TAG_LOCKED) : err;
}

static lz_err version(struct lz_tag *tag, uint8_t ret_version[LZ_TAG_VERSION_SIZE])
{
    const uint8_t command[] = {LZ_NTAG_GET_VERSION};
    return exchange(tag, command, sizeof command, ret_version, LZ_TAG_VERSION_SIZE, LZ_TAG_KIND);
}

/* CFG0 and CFG1.  LZ_TAG_LOCKED when even reading them needs the password. */
static lz_err read_config(struct lz_tag *tag, uint8_t ret_config[2 * LZ_NTAG_PAGE_SIZE])
{
    return read_pages(tag, lz_ntag_layout_of(tag->type)->config, 2, ret_config);
}

/* Logs in where the tag wants it.  `*ret_protected` may be NULL. */
static lz_err unlock(struct lz_tag *tag, const struct lz_tag_password *password, bool *ret_protected,
                     struct lz_fault *fault)
{
    uint8_t config[2 * LZ_NTAG_PAGE_SIZE] = {0};
    bool is_protected = tag->logged_in;
    if (!is_protected) {
        lz_err err = read_config(tag, config);
        if (err && err != LZ_TAG_LOCKED)
            return err;
        is_protected = err == LZ_TAG_LOCKED || config[AUTH0_BYTE] < lz_ntag_layout_of(tag->type)->pages;
    }
    if (is_protected && !tag->logged_in) {
        if (!password)
            return lz_fault_set(fault, LZ_TAG_LOCKED, "芯片有口令保护；请用 --password-file 给出口令。",
                                "The tag has a password; give it with --password-file.");
        lz_err err = log_in(tag, password, fault);
        if (err)
            return err;
    }
    if (ret_protected)
        *ret_protected = is_protected;
    return LZ_OK;
}

static lz_err fail_verify(struct lz_fault *fault)
{
    return lz_fault_set(
        fault, LZ_TAG_GONE, "写入后核对不一致；请把同一张卡放回读卡器再试一次。",
        "What was read back differs from what was written; lay the same card on again and retry.");
}

static lz_err fail_locked(struct lz_fault *fault)
{
    return lz_fault_set(fault, LZ_TAG_LOCKED, "芯片已锁定为只读，无法写入；请换一张卡。",
                        "The tag is locked for ever and cannot be written; take another card.");
}

/* The capability container (page 3) is one-time programmable: bits can only be set. */
static lz_err prepare_container(struct lz_tag *tag, const struct lz_tag_password *password,
                                struct lz_fault *fault)
{
    uint8_t found[LZ_NTAG_PAGE_SIZE] = {0};
    lz_err err = read_pages(tag, LZ_NTAG_CC_PAGE, 1, found);
    if (err)
        return err;
    if (found[0] == 0xE1)
        return (found[3] & 0x0F) ? fail_locked(fault) : LZ_OK;
    const uint8_t container[] = {0xE1, 0x10, lz_ntag_layout_of(tag->type)->cc_size, 0x00};
    err = write_page(tag, LZ_NTAG_CC_PAGE, container, password);
    if (!err)
        err = read_pages(tag, LZ_NTAG_CC_PAGE, 1, found);
    if (!err && memcmp(found, container, sizeof container) != 0)
        return fail_locked(fault);
    return err;
}

/* Writes the pages of `image` that differ from `found`, the first page last: until then the card reads as
 * empty. */
static lz_err write_image(struct lz_tag *tag, const uint8_t *image, uint8_t *found, size_t pages,
                          const struct lz_tag_password *password, struct lz_fault *fault)
{
    lz_err err = LZ_OK;
    if (memcmp(found, empty_page, LZ_NTAG_PAGE_SIZE) != 0) {
        err = write_page(tag, LZ_NTAG_FIRST_PAGE, empty_page, password);
        if (!err)
            err = read_pages(tag, LZ_NTAG_FIRST_PAGE, 1, found);
        if (!err && memcmp(found, empty_page, LZ_NTAG_PAGE_SIZE) != 0)
            return fail_verify(fault);
    }
    for (size_t i = 1; i < pages && !err; i++)
        if (memcmp(image + i * LZ_NTAG_PAGE_SIZE, found + i * LZ_NTAG_PAGE_SIZE, LZ_NTAG_PAGE_SIZE) != 0)
            err = write_page(tag, LZ_NTAG_FIRST_PAGE + (unsigned)i, image + i * LZ_NTAG_PAGE_SIZE, password);
    if (!err)
        err = read_pages(tag, LZ_NTAG_FIRST_PAGE, pages, found);
    if (err)
        return err;
    size_t rest = (pages - 1) * LZ_NTAG_PAGE_SIZE;
    if (memcmp(found, empty_page, LZ_NTAG_PAGE_SIZE) != 0 ||
        memcmp(found + LZ_NTAG_PAGE_SIZE, image + LZ_NTAG_PAGE_SIZE, rest) != 0)
        return fail_verify(fault);
    if (memcmp(image, empty_page, LZ_NTAG_PAGE_SIZE) == 0)
        return LZ_OK;
    err = write_page(tag, LZ_NTAG_FIRST_PAGE, image, password);
    if (!err)
        err = read_pages(tag, LZ_NTAG_FIRST_PAGE, 1, found);
    if (!err && memcmp(found, image, LZ_NTAG_PAGE_SIZE) != 0)
        return fail_verify(fault);
    return err;
}

static lz_err write_area(struct lz_tag *tag, struct lz_bytes area, const struct lz_tag_password *password,
                         struct lz_fault *fault)
{
    /* Behind the message everything becomes zero: nothing of an earlier holder stays on the card. */
    uint8_t image[ALL_BYTES] = {0};
    uint8_t found[ALL_BYTES] = {0};
    size_t capacity = tag->type->capacity;
    if (area.size > capacity || capacity > sizeof image)
        return LZ_TOO_LARGE;
    memcpy(image, area.data, area.size);

    lz_err err = read_pages(tag, LZ_NTAG_FIRST_PAGE, capacity / LZ_NTAG_PAGE_SIZE, found);
    if (err == LZ_TAG_LOCKED) {
        err = unlock(tag, password, NULL, fault);
        if (!err)
            err = read_pages(tag, LZ_NTAG_FIRST_PAGE, capacity / LZ_NTAG_PAGE_SIZE, found);
    }
    if (err || memcmp(image, found, capacity) == 0)
        return err;
    err = unlock(tag, password, NULL, fault);
    if (!err)
        err = prepare_container(tag, password, fault);
    if (!err)
        err = write_image(tag, image, found, capacity / LZ_NTAG_PAGE_SIZE, password, fault);
    if (err == LZ_TAG_LOCKED && fault && fault->code != LZ_TAG_LOCKED)
        return fail_locked(fault);
    return err;
}

/* AUTH0 last: until it is written the password binds nothing, so a torn card can be written again.  Before it
 * the password, which cannot be read back, is proven by a login: a page that was lost would lock us out. */
static lz_err protect(struct lz_tag *tag, const struct lz_tag_password *password, struct lz_fault *fault)
{
    const unsigned config_page = lz_ntag_layout_of(tag->type)->config;
    bool is_protected = false;
    lz_err err = unlock(tag, password, &is_protected, fault);
    if (err || is_protected)
        return err;
    uint8_t config[2 * LZ_NTAG_PAGE_SIZE] = {0};
    uint8_t pack[LZ_NTAG_PAGE_SIZE] = {password->pack[0], password->pack[1]};
    err = read_config(tag, config);
    if (err)
        return err;
    config[LZ_NTAG_PAGE_SIZE] &= (uint8_t)~ACCESS_PROT; /* everyone may read a badge */
    config[AUTH0_BYTE] = LZ_NTAG_FIRST_PAGE;
    const struct {
        unsigned page;
        const uint8_t *data;
    } steps[] = {{config_page + 2, password->password},
                 {config_page + 3, pack},
                 {config_page + 1, config + LZ_NTAG_PAGE_SIZE},
                 {config_page, config}};
    enum { PROVEN = 2 };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && !err; i++) {
        if (i == PROVEN && (err = log_in(tag, password, NULL)) == LZ_TAG_LOCKED)
            return fail_verify(fault);
        if (!err)
            err = write_page(tag, steps[i].page, steps[i].data, password);
    }
    uint8_t found[2 * LZ_NTAG_PAGE_SIZE] = {0};
    if (!err)
        err = read_config(tag, found);
    if (!err && memcmp(found, config, sizeof found) != 0)
        return fail_verify(fault);
    return err;
}

/* AUTH0 first and read back, for the same reason: while it stands the password must be the one we know. */
static lz_err unprotect(struct lz_tag *tag, const struct lz_tag_password *password, struct lz_fault *fault)
{
    static const uint8_t factory_password[LZ_NTAG_PAGE_SIZE] = {0xFF, 0xFF, 0xFF, 0xFF};
    static const uint8_t factory_pack[LZ_NTAG_PAGE_SIZE] = {0};
    const unsigned config_page = lz_ntag_layout_of(tag->type)->config;
    bool is_protected = false;
    lz_err err = unlock(tag, password, &is_protected, fault);
    if (err || !is_protected)
        return err;
    uint8_t config[2 * LZ_NTAG_PAGE_SIZE] = {0};
    err = read_config(tag, config);
    config[AUTH0_BYTE] = AUTH0_OFF;
    config[LZ_NTAG_PAGE_SIZE] &= (uint8_t)~ACCESS_PROT;
    if (!err)
        err = write_page(tag, config_page, config, password);
    if (!err)
        err = write_page(tag, config_page + 1, config + LZ_NTAG_PAGE_SIZE, NULL);
    uint8_t found[2 * LZ_NTAG_PAGE_SIZE] = {0};
    if (!err)
        err = read_config(tag, found);
    if (!err && memcmp(found, config, sizeof found) != 0)
        return fail_verify(fault);
    if (!err)
        err = write_page(tag, config_page + 2, factory_password, NULL);
    if (!err)
        err = write_page(tag, config_page + 3, factory_pack, NULL);
    return err;
}

static lz_err wipe(struct lz_tag *tag, const struct lz_tag_password *password, struct lz_fault *fault)
{
    lz_err err = write_area(tag, lz_bytes_of(empty_page, sizeof empty_page), password, fault);
    return err ? err : unprotect(tag, password, fault);
}

/* Lock bits can only be set.  The container goes before the static locks, which include its own; each step is
 * skipped where it was done, so that a torn card can be laid on again. */
static lz_err make_read_only(struct lz_tag *tag, struct lz_fault *fault)
{
    const struct lz_ntag_layout *layout = lz_ntag_layout_of(tag->type);
    const struct {
        unsigned page;
        uint8_t bits[LZ_NTAG_PAGE_SIZE];
    } steps[] = {
        {layout->user_end, {layout->dynamic_all[0], layout->dynamic_all[1], layout->dynamic_all[2], 0}},
        {LZ_NTAG_CC_PAGE, {0, 0, 0, 0x0F}},
        {LZ_NTAG_LOCK_PAGE, {0, 0, 0xFF, 0xFF}},
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        for (int tries = 0;; tries++) {
            uint8_t found[LZ_NTAG_PAGE_SIZE] = {0};
            lz_err err = read_pages(tag, steps[i].page, 1, found);
            if (err)
                return err;
            uint8_t missing = 0;
            for (size_t b = 0; b < LZ_NTAG_PAGE_SIZE; b++)
                missing |= (uint8_t)(steps[i].bits[b] & ~found[b]);
            if (!missing)
                break;
            if (tries > 0)
                return fail_verify(fault);
            err = write_page(tag, steps[i].page, steps[i].bits, NULL);
            if (err)
                return err;
        }
    }
    return LZ_OK;
}

/* Reads in steps until the whole message is there. */
static lz_err read_area(struct lz_tag *tag, struct lz_buf *out)
{
    uint8_t data[ALL_BYTES] = {0};
    size_t capacity = tag->type->capacity;
    size_t have = 0, need = 16;
    while (have < need) {
        size_t pages = (need - have + LZ_NTAG_PAGE_SIZE - 1) / LZ_NTAG_PAGE_SIZE;
        lz_err err =
            read_pages(tag, LZ_NTAG_FIRST_PAGE + (unsigned)(have / LZ_NTAG_PAGE_SIZE), pages, data + have);
        if (err)
            return err;
        have += pages * LZ_NTAG_PAGE_SIZE;
        if (lz_ndef_extent(lz_bytes_of(data, have), capacity, &need))
            break; /* no message, or a broken one: who decodes what was read will say so */
    }
    lz_buf_add(out, data, have);
    return out->err;
}

static const struct lz_tag_ops ops = {
    .version = version,
    .read = read_area,
    .write = write_area,
    .protect = protect,
    .make_read_only = make_read_only,
    .wipe = wipe,
};

static const struct lz_ntag_layout layout213 = {
    .user_end = 0x28, .config = 0x29, .pages = 45, .cc_size = 0x12, .dynamic_all = {0xFF, 0x0F, 0x3F}};
static const struct lz_ntag_layout layout215 = {
    .user_end = 0x82, .config = 0x83, .pages = 135, .cc_size = 0x3E, .dynamic_all = {0xFF, 0x00, 0x0F}};
static const struct lz_ntag_layout layout216 = {
    .user_end = 0xE2, .config = 0xE3, .pages = 231, .cc_size = 0x6D, .dynamic_all = {0xFF, 0x3F, 0x7F}};

/* Version bytes: 10.1, table 28; the last but one is the storage size. */
const struct lz_tag_type lz_tag_ntag213 = {.name = "NTAG213",
                                           .capacity = 144,
                                           .version = {0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x0F, 0x03},
                                           .ops = &ops,
                                           .layout = &layout213};
const struct lz_tag_type lz_tag_ntag215 = {.name = "NTAG215",
                                           .capacity = 496,
                                           .version = {0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x11, 0x03},
                                           .ops = &ops,
                                           .layout = &layout215};
const struct lz_tag_type lz_tag_ntag216 = {.name = "NTAG216",
                                           .capacity = 872,
                                           .version = {0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x13, 0x03},
                                           .ops = &ops,
                                           .layout = &layout216};
