#include "nfc/reader_libnfc.h"
#include "nfc/reader_lock.h"

#include <nfc/nfc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(nfc_connstring) <= LZ_CONNSTRING_SIZE, "a connection string must fit");

struct libnfc_reader {
    struct lz_reader base;
    char connstring[LZ_CONNSTRING_SIZE];
    nfc_context *context;
    nfc_device *device;
    struct lz_reader_lock lock;
};

static struct libnfc_reader *reader_of(struct lz_reader *reader)
{
    return (struct libnfc_reader *)reader;
}

/* libnfc's codes in our words.  A target error means "no answer from the tag", -6 "no answer from the
 * reader". */
static lz_err from_libnfc(int code)
{
    switch (code) {
    case NFC_ERFTRANS:
    case NFC_ETGRELEASED:
    case NFC_EMFCAUTHFAIL:
    case NFC_ECHIP:
        return LZ_TAG_GONE;
    case NFC_ETIMEOUT:
        return LZ_TIMEOUT;
    default:
        return LZ_DEVICE;
    }
}

/* An operation that the driver lacks returns 0, which reads as success; only the device's last error tells.
 */
static int checked(nfc_device *device, int code)
{
    if (code == 0 && nfc_device_get_last_error(device) == NFC_EDEVNOTSUPP)
        return NFC_EDEVNOTSUPP;
    return code;
}

static void close_reader(struct lz_reader *base)
{
    struct libnfc_reader *reader = reader_of(base);
    if (reader->device)
        nfc_close(reader->device);
    reader->device = NULL;
    if (reader->context)
        nfc_exit(reader->context);
    reader->context = NULL;
    lz_reader_lock_release(&reader->lock);
}

static void free_reader(struct lz_reader *base)
{
    free(reader_of(base));
}

/* What usually holds a USB reader, from libnfc's field reports (#402, #426, #475: kernel driver; #343:
 * pcscd). */
static lz_err fail_open(const struct libnfc_reader *reader, struct lz_fault *fault)
{
    char path[LZ_CONNSTRING_SIZE];
    if (lz_reader_path(reader->connstring, path, sizeof path))
        return lz_fault_set(
            fault, LZ_DEVICE, "读卡器没有应答；请检查接线、供电和 HSU/UART 模式开关后重新插上。",
            "The reader does not answer; check cable, power and the HSU/UART switch, then plug it "
            "in again.");
    return lz_fault_set(
        fault, LZ_DEVICE,
        "无法打开 USB 读卡器；请停用 pcscd(systemctl stop pcscd.socket pcscd),并 modprobe -r pn533_usb pn533 "
        "nfc。",
        "The USB reader cannot be opened; stop pcscd (systemctl stop pcscd.socket pcscd) and run "
        "modprobe -r pn533_usb pn533 nfc, then try again.");
}

static lz_err open_reader(struct lz_reader *base, int budget_ms, struct lz_fault *fault)
{
    struct libnfc_reader *reader = reader_of(base);
    if (budget_ms <= 0)
        return LZ_TIMEOUT;
    close_reader(base);
    /* libnfc bounds each step of opening itself (SAMConfiguration 1 s, Diagnose 0.5 s); it takes no budget.
     */
    lz_err err = lz_reader_lock_take(reader->connstring, &reader->lock, fault);
    if (err)
        return err;
    nfc_init(&reader->context);
    if (!reader->context) {
        err = lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
        goto out;
    }
    reader->device = nfc_open(reader->context, reader->connstring[0] ? reader->connstring : NULL);
    if (!reader->device) {
        err = fail_open(reader, fault);
        goto out;
    }
    lz_reader_lock_exclude(&reader->lock);
    /* Infinite select returns -6 after 350 ms without a tag, the code of a dead reader; finite select returns
     * 0. */
    if (checked(reader->device, nfc_initiator_init(reader->device)) < 0 ||
        checked(reader->device, nfc_device_set_property_bool(reader->device, NP_INFINITE_SELECT, false)) <
            0) {
        err = fail_open(reader, fault);
        goto out;
    }
out:
    if (err)
        close_reader(base);
    return err;
}

static lz_err select_tag(struct lz_reader *base, int budget_ms, struct lz_tag_id *ret_id)
{
    struct libnfc_reader *reader = reader_of(base);
    if (budget_ms <= 0)
        return LZ_TIMEOUT;
    if (!reader->device)
        return LZ_DEVICE;
    const nfc_modulation type_a = {.nmt = NMT_ISO14443A, .nbr = NBR_106};
    nfc_target target;
    memset(&target, 0, sizeof target);
    int found = checked(reader->device,
                        nfc_initiator_select_passive_target(reader->device, type_a, NULL, 0, &target));
    if (found == 0)
        return LZ_NOT_FOUND;
    if (found < 0) {
        lz_err err = from_libnfc(found);
        return err == LZ_TAG_GONE ? LZ_NOT_FOUND : err;
    }
    const nfc_iso14443a_info *info = &target.nti.nai;
    if (info->szUidLen == 0 || info->szUidLen > LZ_UID_MAX)
        return LZ_NOT_FOUND;
    struct lz_tag_id id = {
        .uid_size = info->szUidLen, .atqa = {info->abtAtqa[0], info->abtAtqa[1]}, .sak = info->btSak};
    memcpy(id.uid, info->abtUid, info->szUidLen);
    *ret_id = id;
    return LZ_OK;
}

static lz_err transceive(struct libnfc_reader *reader, bool easy, struct lz_bytes command, int budget_ms,
                         uint8_t *reply, size_t room, size_t *ret_size)
{
    /* To libnfc a time-out of 0 means for ever, so a spent budget must never reach it. */
    if (budget_ms <= 0)
        return LZ_TIMEOUT;
    if (!reader->device)
        return LZ_DEVICE;
    int code = checked(reader->device, nfc_device_set_property_bool(reader->device, NP_EASY_FRAMING, easy));
    if (code >= 0)
        code = checked(reader->device, nfc_initiator_transceive_bytes(reader->device, command.data,
                                                                      command.size, reply, room, budget_ms));
    if (code < 0)
        return from_libnfc(code);
    *ret_size = (size_t)code;
    return LZ_OK;
}

/* Raw mode: easy framing takes GET_VERSION (60) for a MIFARE Classic login. */
static lz_err exchange(struct lz_reader *base, struct lz_bytes command, int budget_ms, uint8_t *ret_reply,
                       size_t room, size_t *ret_size)
{
    return transceive(reader_of(base), false, command, budget_ms, ret_reply, room, ret_size);
}

/* Easy framing: a raw WRITE returns -20 though it succeeded, because the 4-bit acknowledgement has no CRC. */
static lz_err send_command(struct lz_reader *base, struct lz_bytes command, int budget_ms)
{
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t size = 0;
    return transceive(reader_of(base), true, command, budget_ms, reply, sizeof reply, &size);
}

static const struct lz_reader_ops ops = {
    .open = open_reader,
    .select = select_tag,
    .exchange = exchange,
    .send = send_command,
    .close = close_reader,
    .free = free_reader,
};

struct lz_reader *lz_reader_libnfc_new(const char *connstring)
{
    struct libnfc_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    reader->base.ops = &ops;
    reader->lock = LZ_READER_LOCK_NONE;
    snprintf(reader->connstring, sizeof reader->connstring, "%s", connstring ? connstring : "");
    return &reader->base;
}

lz_err lz_reader_libnfc_list(char (*ret_connstrings)[LZ_CONNSTRING_SIZE], size_t room, size_t *ret_count)
{
    nfc_context *context = NULL;
    nfc_init(&context);
    if (!context)
        return LZ_MEMORY;
    lz_err err = LZ_OK;
    nfc_connstring *found = calloc(room ? room : 1, sizeof *found);
    if (!found) {
        err = LZ_MEMORY;
        goto out;
    }
    size_t count = nfc_list_devices(context, found, room);
    for (size_t i = 0; i < count; i++)
        snprintf(ret_connstrings[i], LZ_CONNSTRING_SIZE, "%s", found[i]);
    *ret_count = count;
out:
    free(found);
    nfc_exit(context);
    return err;
}
