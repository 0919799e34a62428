#include "nfc/virtual_pn532.h"
#include "nfc/pn532_frame.h"

#include <stdlib.h>
#include <string.h>

/* UM0701-02, 7: command codes. */
enum {
    DIAGNOSE = 0x00,
    GET_FIRMWARE_VERSION = 0x02,
    GET_GENERAL_STATUS = 0x04,
    READ_REGISTER = 0x06,
    WRITE_REGISTER = 0x08,
    SET_PARAMETERS = 0x12,
    SAM_CONFIGURATION = 0x14,
    POWER_DOWN = 0x16,
    RF_CONFIGURATION = 0x32,
    IN_DATA_EXCHANGE = 0x40,
    IN_COMMUNICATE_THRU = 0x42,
    IN_DESELECT = 0x44,
    IN_LIST_PASSIVE_TARGET = 0x4A,
    IN_RELEASE = 0x52,
    IN_SELECT = 0x54,
    IN_JUMP_FOR_DEP = 0x56,
    IN_AUTO_POLL = 0x60
};
/* 7.1: status bytes.  Bits 6 and 7 stay clear: libnfc calls abort() when it sees them. */
enum {
    STATUS_OK = 0x00,
    STATUS_TIMEOUT = 0x01,
    STATUS_CRC = 0x02,
    STATUS_RF_PROTOCOL = 0x0B,
    STATUS_MIFARE_AUTH = 0x14,
    STATUS_WRONG_CONTEXT = 0x27,
    STATUS_RELEASED = 0x29
};
enum {
    REG_PAGE_CIU = 0x63,
    REG_PAGE_SFR = 0xFF,
    REG_TX_MODE = 0x02, /* 6302: bit 7 CRC on sending, bits 0-1 framing (0: type A) */
    REG_RX_MODE = 0x03, /* 6303: bit 7 CRC on receiving */
    REG_BIT_FRAMING = 0x3D,
    CRC_BIT = 0x80,
    INPUT_MAX = 4096,
    WAKE_EDGES = 5
};

/* A command that has been acknowledged and waits for a tag. */
enum waiting { WAIT_NONE, WAIT_LIST, WAIT_POLL };

/* ISO 14443-3 states as far as the host can tell them apart when it does anticollision by hand. */
enum air_state { AIR_IDLE, AIR_READY1, AIR_READY2, AIR_ACTIVE, AIR_HALT };

struct lz_virtual_pn532 {
    struct lz_buf in;
    bool asleep;
    unsigned edges; /* of the line since it fell asleep */
    bool field;
    uint8_t retries; /* MxRtyPassiveActivation; FF: for ever */
    uint8_t ciu[256], sfr[256];
    struct lz_virtual_tag *tag;
    enum air_state air;
    enum waiting waiting;
    int64_t wait_until_ms; /* -1: for ever */
    uint8_t poll_type;
    enum lz_virtual_fault fault;
    unsigned tear_after;
};

static const char *const fault_names[LZ_VIRTUAL_FAULT_COUNT] = {
    [LZ_VIRTUAL_FAULT_NONE] = "none",   [LZ_VIRTUAL_FAULT_MUTE] = "mute",
    [LZ_VIRTUAL_FAULT_NOACK] = "noack", [LZ_VIRTUAL_FAULT_CORRUPT] = "corrupt",
    [LZ_VIRTUAL_FAULT_TEAR] = "tear",
};

const char *lz_virtual_fault_name(enum lz_virtual_fault fault)
{
    return fault_names[fault];
}

lz_err lz_virtual_fault_named(const char *name, enum lz_virtual_fault *ret_fault)
{
    for (int i = 0; i < LZ_VIRTUAL_FAULT_COUNT; i++)
        if (strcmp(name, fault_names[i]) == 0) {
            *ret_fault = (enum lz_virtual_fault)i;
            return LZ_OK;
        }
    return LZ_NOT_FOUND;
}

struct lz_virtual_pn532 *lz_virtual_pn532_new(void)
{
    struct lz_virtual_pn532 *chip = calloc(1, sizeof *chip);
    if (chip) {
        lz_buf_init(&chip->in, INPUT_MAX);
        lz_virtual_pn532_reset(chip);
    }
    return chip;
}

void lz_virtual_pn532_free(struct lz_virtual_pn532 **chip)
{
    if (!chip || !*chip)
        return;
    lz_buf_free(&(*chip)->in);
    free(*chip);
    *chip = NULL;
}

static void set_field(struct lz_virtual_pn532 *chip, bool on)
{
    if (!on && chip->tag)
        chip->tag->ops->power_off(chip->tag);
    if (!on)
        chip->air = AIR_IDLE;
    chip->field = on;
}

void lz_virtual_pn532_reset(struct lz_virtual_pn532 *chip)
{
    lz_buf_reset(&chip->in);
    chip->asleep = false;
    chip->edges = 0;
    chip->retries = 0xFF;
    memset(chip->ciu, 0, sizeof chip->ciu);
    memset(chip->sfr, 0, sizeof chip->sfr);
    chip->ciu[REG_TX_MODE] = CRC_BIT;
    chip->ciu[REG_RX_MODE] = CRC_BIT;
    chip->waiting = WAIT_NONE;
    chip->wait_until_ms = -1;
    set_field(chip, false);
}

void lz_virtual_pn532_set_fault(struct lz_virtual_pn532 *chip, enum lz_virtual_fault fault, unsigned after)
{
    chip->fault = fault;
    chip->tear_after = after;
}

enum lz_virtual_fault lz_virtual_pn532_fault(const struct lz_virtual_pn532 *chip)
{
    return chip->fault;
}

struct lz_virtual_tag *lz_virtual_pn532_tag(const struct lz_virtual_pn532 *chip)
{
    return chip->tag;
}

/* --- talking to the tag
 * ------------------------------------------------------------------------------------- */

/* One command over the air, through the fault that makes tags leave. */
static enum lz_virtual_reply over_air(struct lz_virtual_pn532 *chip, struct lz_bytes command, uint8_t *reply,
                                      size_t *ret_size)
{
    if (!chip->tag || !chip->field || chip->air != AIR_ACTIVE)
        return LZ_VIRTUAL_SILENT;
    if (chip->fault == LZ_VIRTUAL_FAULT_TEAR && chip->tear_after-- == 0) {
        chip->fault = LZ_VIRTUAL_FAULT_NONE;
        chip->tag->ops->tear(chip->tag, command);
        chip->tag->ops->power_off(chip->tag);
        chip->tag = NULL;
        chip->air = AIR_IDLE;
        return LZ_VIRTUAL_SILENT;
    }
    enum lz_virtual_reply kind = chip->tag->ops->exchange(chip->tag, command, reply, ret_size);
    if (kind == LZ_VIRTUAL_NIBBLE && reply[0] != LZ_VIRTUAL_ACK)
        chip->air = AIR_IDLE;
    return kind;
}

/* ISO 14443-3 A, annex B: CRC_A, low byte first. */
static void crc_a(struct lz_bytes in, uint8_t ret_crc[2])
{
    unsigned crc = 0x6363;
    for (size_t i = 0; i < in.size; i++) {
        unsigned b = (in.data[i] ^ crc) & 0xFF;
        b = (b ^ b << 4) & 0xFF;
        crc = (crc >> 8) ^ (b << 8) ^ (b << 3) ^ (b >> 4);
    }
    ret_crc[0] = (uint8_t)crc;
    ret_crc[1] = (uint8_t)(crc >> 8);
}

/* Anticollision frames of a 7-byte UID: 4 bytes of UID (the first level starts with the cascade tag) and
 * their check byte. */
static void uid_level(const struct lz_tag_id *id, int level, uint8_t ret_part[5])
{
    const uint8_t first[4] = {0x88, id->uid[0], id->uid[1], id->uid[2]};
    memcpy(ret_part, level == 1 ? first : id->uid + 3, 4);
    ret_part[4] = (uint8_t)(ret_part[0] ^ ret_part[1] ^ ret_part[2] ^ ret_part[3]);
}

/* Appends a reply as the host gets it: with CRC when the chip does not take it off. */
static void add_reply(const struct lz_virtual_pn532 *chip, struct lz_bytes data, struct lz_buf *answer)
{
    lz_buf_add(answer, data.data, data.size);
    if (!(chip->ciu[REG_RX_MODE] & CRC_BIT)) {
        uint8_t crc[2];
        crc_a(data, crc);
        lz_buf_add(answer, crc, sizeof crc);
    }
}

static bool is_short_frame(const struct lz_virtual_pn532 *chip, struct lz_bytes frame, uint8_t code)
{
    return (chip->ciu[REG_BIT_FRAMING] & 7) == 7 && frame.size == 1 && frame.data[0] == code;
}

/* REQA, WUPA, anticollision and select by hand (nfc-anticol).  False: it is none of these. */
static bool anticollision(struct lz_virtual_pn532 *chip, struct lz_bytes frame, struct lz_buf *answer)
{
    bool reqa = is_short_frame(chip, frame, 0x26), wupa = is_short_frame(chip, frame, 0x52);
    if (reqa || wupa) {
        bool hears = chip->tag && (wupa || chip->air != AIR_HALT);
        lz_buf_byte(answer, hears ? STATUS_OK : STATUS_TIMEOUT);
        if (hears) {
            chip->air = AIR_READY1;
            chip->tag->ops->power_off(chip->tag);
            lz_buf_byte(answer, chip->tag->id.atqa[1]);
            lz_buf_byte(answer, chip->tag->id.atqa[0]);
        }
        return true;
    }
    int level = frame.size < 2 ? 0 : frame.data[0] == 0x93 ? 1 : frame.data[0] == 0x95 ? 2 : 0;
    if (level == 0 || !chip->tag || chip->air != (level == 1 ? AIR_READY1 : AIR_READY2))
        return false;
    uint8_t part[5];
    uid_level(&chip->tag->id, level, part);
    if (frame.data[1] == 0x20) {
        lz_buf_byte(answer, STATUS_OK);
        lz_buf_add(answer, part, sizeof part);
        return true;
    }
    if (frame.data[1] != 0x70 || frame.size < 7 || memcmp(frame.data + 2, part, sizeof part) != 0)
        return false;
    uint8_t sak = level == 1 ? 0x04 : chip->tag->id.sak;
    lz_buf_byte(answer, STATUS_OK);
    add_reply(chip, lz_bytes_of(&sak, 1), answer);
    chip->air = level == 1 ? AIR_READY2 : AIR_ACTIVE;
    if (chip->air == AIR_ACTIVE)
        chip->tag->ops->select(chip->tag);
    return true;
}

/* --- commands
 * ----------------------------------------------------------------------------------------------- */

/* A handler appends the answer's parameters; false: nothing to answer yet (waiting), or never. */
typedef bool (*handler)(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms,
                        struct lz_buf *answer);

static bool diagnose(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms, struct lz_buf *answer)
{
    (void)now_ms;
    uint8_t test = p.size ? p.data[0] : 0xFF;
    if (test == 0x00)
        lz_buf_add(answer, p.data, p.size); /* communication line: the whole parameter field comes back */
    else if (test == 0x06)
        lz_buf_byte(answer, chip->tag && chip->air == AIR_ACTIVE ? STATUS_OK : STATUS_TIMEOUT);
    else
        lz_buf_byte(answer, STATUS_OK);
    return true;
}

static bool firmware(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms, struct lz_buf *answer)
{
    (void)chip, (void)p, (void)now_ms;
    lz_buf_add(answer, "\x32\x01\x06\x07", 4);
    return true;
}

static bool general_status(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms,
                           struct lz_buf *answer)
{
    (void)p, (void)now_ms;
    bool active = chip->tag && chip->air == AIR_ACTIVE;
    const uint8_t head[] = {0x00, chip->field, active};
    lz_buf_add(answer, head, sizeof head);
    if (active)
        lz_buf_add(answer, "\x01\x00\x00\x00", 4);
    lz_buf_byte(answer, 0x80);
    return true;
}

/* NULL: an address outside what libnfc uses. */
static uint8_t *register_at(struct lz_virtual_pn532 *chip, uint8_t high, uint8_t low)
{
    if (high == REG_PAGE_CIU)
        return &chip->ciu[low];
    return high == REG_PAGE_SFR ? &chip->sfr[low] : NULL;
}

static bool read_register(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms,
                          struct lz_buf *answer)
{
    (void)now_ms;
    for (size_t i = 0; i + 1 < p.size; i += 2) {
        const uint8_t *at = register_at(chip, p.data[i], p.data[i + 1]);
        lz_buf_byte(answer, at ? *at : 0);
    }
    return true;
}

static bool write_register(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms,
                           struct lz_buf *answer)
{
    (void)now_ms, (void)answer;
    for (size_t i = 0; i + 2 < p.size; i += 3) {
        uint8_t *at = register_at(chip, p.data[i], p.data[i + 1]);
        if (at)
            *at = p.data[i + 2];
    }
    return true;
}

static bool nothing(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms, struct lz_buf *answer)
{
    (void)chip, (void)p, (void)now_ms, (void)answer;
    return true;
}

static bool sam_configuration(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms,
                              struct lz_buf *answer)
{
    return nothing(chip, p, now_ms, answer);
}

static bool rf_configuration(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms,
                             struct lz_buf *answer)
{
    (void)now_ms, (void)answer;
    if (p.size >= 2 && p.data[0] == 0x01)
        set_field(chip, p.data[1] & 1);
    if (p.size >= 4 && p.data[0] == 0x05)
        chip->retries = p.data[3];
    return true;
}

static bool power_down(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms,
                       struct lz_buf *answer)
{
    (void)p, (void)now_ms;
    set_field(chip, false);
    chip->asleep = true;
    chip->edges = 0;
    lz_buf_byte(answer, STATUS_OK);
    return true;
}

static bool release(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms, struct lz_buf *answer)
{
    (void)p, (void)now_ms;
    if (chip->air == AIR_ACTIVE)
        chip->air = AIR_HALT;
    lz_buf_byte(answer, STATUS_OK);
    return true;
}

static bool reselect(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms, struct lz_buf *answer)
{
    (void)p, (void)now_ms;
    bool there = chip->tag && chip->field;
    if (there) {
        chip->air = AIR_ACTIVE;
        chip->tag->ops->select(chip->tag);
    }
    lz_buf_byte(answer, there ? STATUS_OK : STATUS_TIMEOUT);
    return true;
}

static bool no_peer(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms, struct lz_buf *answer)
{
    (void)chip, (void)p, (void)now_ms;
    lz_buf_byte(answer, STATUS_TIMEOUT);
    return true;
}

/* Tag number, ATQA, SAK, UID (7.3.5).  Selecting is anticollision done by the chip. */
static void add_target(struct lz_virtual_pn532 *chip, struct lz_buf *answer)
{
    const struct lz_tag_id *id = &chip->tag->id;
    chip->tag->ops->select(chip->tag);
    chip->air = AIR_ACTIVE;
    const uint8_t head[] = {1, id->atqa[0], id->atqa[1], id->sak, (uint8_t)id->uid_size};
    lz_buf_add(answer, head, sizeof head);
    lz_buf_add(answer, id->uid, id->uid_size);
}

static bool list_passive_target(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms,
                                struct lz_buf *answer)
{
    (void)now_ms;
    bool type_a = p.size >= 2 && p.data[1] == 0x00;
    set_field(chip, true);
    chip->air = AIR_IDLE;
    /* The host may name the UID it wants, the cascade tag in front. */
    bool other = false;
    if (type_a && p.size > 2 && chip->tag) {
        struct lz_bytes want = lz_bytes_of(p.data + 2, p.size - 2);
        if (want.size == 8 && want.data[0] == 0x88)
            want = lz_bytes_of(want.data + 1, 7);
        other = !lz_bytes_equal(want, lz_bytes_of(chip->tag->id.uid, chip->tag->id.uid_size));
    }
    if (type_a && chip->tag && !other) {
        lz_buf_byte(answer, 1);
        add_target(chip, answer);
        return true;
    }
    if (chip->retries == 0xFF && type_a) {
        chip->waiting = WAIT_LIST;
        chip->wait_until_ms = -1;
        return false;
    }
    lz_buf_byte(answer, 0);
    return true;
}

static void add_poll_result(struct lz_virtual_pn532 *chip, struct lz_buf *answer)
{
    lz_buf_byte(answer, 1);
    lz_buf_byte(answer, chip->poll_type);
    lz_buf_byte(answer, (uint8_t)(5 + chip->tag->id.uid_size));
    add_target(chip, answer);
}

static bool auto_poll(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms, struct lz_buf *answer)
{
    set_field(chip, true);
    chip->poll_type = 0;
    for (size_t i = 2; i < p.size; i++)
        if (p.data[i] == 0x10 || p.data[i] == 0x00)
            chip->poll_type = p.data[i];
    bool type_a = p.size > 2 && (chip->poll_type == 0x10 || memchr(p.data + 2, 0x00, p.size - 2));
    if (type_a && chip->tag) {
        add_poll_result(chip, answer);
        return true;
    }
    /* PollNr rounds of 150 ms times Period for each type; FF: for ever. */
    unsigned rounds = p.size > 2 ? p.data[0] : 0;
    chip->waiting = WAIT_POLL;
    chip->wait_until_ms =
        rounds == 0xFF ? -1 : now_ms + (int64_t)rounds * p.data[1] * 150 * (int64_t)(p.size - 2);
    if (p.size > 2)
        return false;
    chip->waiting = WAIT_NONE;
    lz_buf_byte(answer, 0);
    return true;
}

static bool data_exchange(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms,
                          struct lz_buf *answer)
{
    (void)now_ms;
    if (p.size < 2 || chip->air != AIR_ACTIVE || !chip->tag) {
        lz_buf_byte(answer, p.size < 2 ? STATUS_WRONG_CONTEXT : STATUS_TIMEOUT);
        return true;
    }
    struct lz_bytes command = lz_bytes_of(p.data + 1, p.size - 1);
    if (command.data[0] == 0x60 || command.data[0] == 0x61) { /* taken for a MIFARE Classic login */
        chip->air = AIR_HALT;
        chip->tag->ops->power_off(chip->tag);
        lz_buf_byte(answer, STATUS_MIFARE_AUTH);
        return true;
    }
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t size = 0;
    enum lz_virtual_reply kind = LZ_VIRTUAL_SILENT;
    if (command.data[0] == 0xA0 &&
        command.size == 18) { /* the chip does both halves of a compatibility write */
        kind = over_air(chip, lz_bytes_of(command.data, 2), reply, &size);
        if (kind == LZ_VIRTUAL_NIBBLE && reply[0] == LZ_VIRTUAL_ACK)
            kind = over_air(chip, lz_bytes_of(command.data + 2, 16), reply, &size);
    } else {
        kind = over_air(chip, command, reply, &size);
    }
    if (kind == LZ_VIRTUAL_SILENT) {
        lz_buf_byte(answer, STATUS_TIMEOUT);
    } else if (kind == LZ_VIRTUAL_NIBBLE) {
        lz_buf_byte(answer, reply[0] == LZ_VIRTUAL_ACK ? STATUS_OK : STATUS_RF_PROTOCOL);
    } else {
        lz_buf_byte(answer, STATUS_OK);
        lz_buf_add(answer, reply, size);
    }
    return true;
}

/* Raw frames: the host minds CRC and bit counts unless the registers say the chip does. */
static bool communicate_thru(struct lz_virtual_pn532 *chip, struct lz_bytes p, int64_t now_ms,
                             struct lz_buf *answer)
{
    (void)now_ms;
    bool type_a = (chip->ciu[REG_TX_MODE] & 3) == 0;
    if (p.size == 0 || !type_a || !chip->field) {
        /* A raw frame switches the field on, too: nfc-anticol never asks for it. */
        if (p.size == 0 || !type_a) {
            lz_buf_byte(answer, STATUS_TIMEOUT);
            return true;
        }
        set_field(chip, true);
    }
    if (anticollision(chip, p, answer))
        return true;
    struct lz_bytes command = p;
    if (!(chip->ciu[REG_TX_MODE] & CRC_BIT)) {
        uint8_t crc[2] = {0};
        bool good = p.size > 2;
        if (good) {
            command.size = p.size - 2;
            crc_a(command, crc);
            good = memcmp(p.data + command.size, crc, sizeof crc) == 0;
        }
        if (!good) {
            lz_buf_byte(answer, STATUS_TIMEOUT);
            return true;
        }
    }
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t size = 0;
    enum lz_virtual_reply kind = over_air(chip, command, reply, &size);
    if (kind == LZ_VIRTUAL_SILENT) {
        lz_buf_byte(answer, STATUS_TIMEOUT);
    } else if (kind == LZ_VIRTUAL_NIBBLE) {
        /* Four bits have no CRC: an acknowledgement reads as a CRC error, a refusal as one byte (LIBNFC.md
         * 6). */
        bool crc_error = reply[0] == LZ_VIRTUAL_ACK && (chip->ciu[REG_RX_MODE] & CRC_BIT);
        lz_buf_byte(answer, crc_error ? STATUS_CRC : STATUS_OK);
        if (!crc_error)
            lz_buf_byte(answer, reply[0]);
    } else {
        lz_buf_byte(answer, STATUS_OK);
        add_reply(chip, lz_bytes_of(reply, size), answer);
    }
    return true;
}

static const struct {
    uint8_t code;
    handler run;
} commands[] = {
    {DIAGNOSE, diagnose},
    {GET_FIRMWARE_VERSION, firmware},
    {GET_GENERAL_STATUS, general_status},
    {READ_REGISTER, read_register},
    {WRITE_REGISTER, write_register},
    {SET_PARAMETERS, nothing},
    {SAM_CONFIGURATION, sam_configuration},
    {POWER_DOWN, power_down},
    {RF_CONFIGURATION, rf_configuration},
    {IN_DATA_EXCHANGE, data_exchange},
    {IN_COMMUNICATE_THRU, communicate_thru},
    {IN_DESELECT, release},
    {IN_LIST_PASSIVE_TARGET, list_passive_target},
    {IN_RELEASE, release},
    {IN_SELECT, reselect},
    {IN_JUMP_FOR_DEP, no_peer},
    {IN_AUTO_POLL, auto_poll},
};

/* --- the line
 * ----------------------------------------------------------------------------------------------- */

static void send_answer(struct lz_virtual_pn532 *chip, struct lz_bytes answer, struct lz_buf *out)
{
    if (chip->fault == LZ_VIRTUAL_FAULT_MUTE)
        return;
    if (lz_pn532_frame_data(LZ_PN532_TO_HOST, answer, out))
        return;
    if (chip->fault == LZ_VIRTUAL_FAULT_CORRUPT && out->size >= 2)
        out->data[out->size - 2] ^= 0x5A; /* the checksum before the postamble */
}

static void run_command(struct lz_virtual_pn532 *chip, struct lz_bytes data, int64_t now_ms,
                        struct lz_buf *out)
{
    handler run = NULL;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0] && data.size > 0; i++)
        if (commands[i].code == data.data[0])
            run = commands[i].run;
    if (chip->fault != LZ_VIRTUAL_FAULT_MUTE && chip->fault != LZ_VIRTUAL_FAULT_NOACK)
        lz_pn532_frame_ack(out);
    if (!run) {
        if (chip->fault != LZ_VIRTUAL_FAULT_MUTE)
            lz_pn532_frame_error(out);
        return;
    }
    struct lz_buf answer;
    lz_buf_init(&answer, LZ_PN532_DATA_MAX + LZ_TAG_REPLY_MAX);
    lz_buf_byte(&answer, (uint8_t)(data.data[0] + 1));
    if (run(chip, lz_bytes_of(data.data + 1, data.size - 1), now_ms, &answer) && !answer.err)
        send_answer(chip, lz_buf_view(&answer), out);
    lz_buf_free(&answer);
}

/* Asleep, the chip hears edges, not bytes: each byte has at least two (start and stop bit).  What woke it is
 * lost. */
static struct lz_bytes wake(struct lz_virtual_pn532 *chip, struct lz_bytes in)
{
    while (chip->asleep && in.size > 0) {
        chip->edges += in.data[0] == 0x55 ? 10 : 2;
        in = lz_bytes_of(in.data + 1, in.size - 1);
        if (chip->edges >= WAKE_EDGES)
            chip->asleep = false;
    }
    return in;
}

static void drop(struct lz_buf *buf, size_t used)
{
    memmove(buf->data, buf->data + used, buf->size - used);
    buf->size -= used;
}

void lz_virtual_pn532_feed(struct lz_virtual_pn532 *chip, struct lz_bytes in, int64_t now_ms,
                           struct lz_buf *out)
{
    in = wake(chip, in);
    lz_buf_add(&chip->in, in.data, in.size);
    if (chip->in.err) {
        lz_buf_reset(&chip->in); /* more noise than any frame: start afresh */
        return;
    }
    for (;;) {
        struct lz_pn532_frame frame = {0};
        size_t used = 0;
        if (chip->in.size == 0)
            return;
        lz_err err = lz_pn532_frame_parse(lz_buf_view(&chip->in), &frame, &used);
        if (!err) {
            chip->waiting = WAIT_NONE; /* any frame ends a command that waits, an ACK without a word */
            if (frame.kind == LZ_PN532_FRAME_DATA && frame.tfi == LZ_PN532_TO_CHIP)
                run_command(chip, frame.data, now_ms, out);
        }
        drop(&chip->in, used);
        if (err == LZ_NOT_FOUND)
            return;
    }
}

void lz_virtual_pn532_put_tag(struct lz_virtual_pn532 *chip, struct lz_virtual_tag *tag, struct lz_buf *out)
{
    if (chip->tag)
        chip->tag->ops->power_off(chip->tag);
    chip->tag = tag;
    chip->air = AIR_IDLE;
    if (!tag)
        return;
    tag->ops->power_off(tag);
    if (chip->waiting == WAIT_NONE)
        return;
    bool polling = chip->waiting == WAIT_POLL;
    chip->waiting = WAIT_NONE;
    struct lz_buf answer;
    lz_buf_init(&answer, LZ_PN532_DATA_MAX);
    lz_buf_byte(&answer, polling ? IN_AUTO_POLL + 1 : IN_LIST_PASSIVE_TARGET + 1);
    if (polling) {
        add_poll_result(chip, &answer);
    } else {
        lz_buf_byte(&answer, 1);
        add_target(chip, &answer);
    }
    send_answer(chip, lz_buf_view(&answer), out);
    lz_buf_free(&answer);
}

int64_t lz_virtual_pn532_deadline(const struct lz_virtual_pn532 *chip)
{
    return chip->waiting == WAIT_POLL ? chip->wait_until_ms : -1;
}

void lz_virtual_pn532_tick(struct lz_virtual_pn532 *chip, int64_t now_ms, struct lz_buf *out)
{
    if (chip->waiting != WAIT_POLL || chip->wait_until_ms < 0 || now_ms < chip->wait_until_ms)
        return;
    chip->waiting = WAIT_NONE;
    const uint8_t answer[] = {IN_AUTO_POLL + 1, 0};
    send_answer(chip, lz_bytes_of(answer, sizeof answer), out);
}
