#include "nfc/nfc_command.h"
#include "nfc/encode_badge.h"
#include "nfc/ndef.h"
#include "nfc/reader_libnfc.h"
#include "registry/base/encoding.h"
#include "registry/base/file.h"
#include "registry/base/json_write.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPEN_BUDGET_MS = 4000,
    TAG_BUDGET_MS = 2000,
    WRITE_BUDGET_MS = 20000, /* 222 pages at up to 40 ms each on slow readers, twice read back */
    POLL_MS = 40,
    READERS_MAX = 16,
    PASSWORD_FILE_MAX = 64
};

/* Takes `value`; NULL is memory, as json_pack says it.  main() sees what could not be written. */
static lz_err print_json(json_t *value)
{
    char *text = lz_json_text(value, JSON_COMPACT | JSON_PRESERVE_ORDER);
    lz_err err = text ? LZ_OK : LZ_MEMORY;
    if (text)
        puts(text);
    free(text);
    json_decref(value);
    return err;
}

static void pause_ms(const struct lz_nfc_program *program, int ms)
{
    struct timespec wait = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)ppoll(NULL, 0, &wait, program->wait_mask);
}

static lz_err explain_tag(lz_err err, struct lz_fault *fault)
{
    if (err == LZ_NOT_FOUND)
        return lz_fault_set(fault, err, "读卡器上没有卡；请放上一张卡。",
                            "No card lies on the reader; lay one on.");
    if (err == LZ_TAG_KIND)
        return lz_fault_set(fault, err, "不支持这种芯片；请使用 NTAG213、NTAG215 或 NTAG216。",
                            "This kind of chip is not supported; use NTAG213, NTAG215 or NTAG216.");
    return err;
}

lz_err lz_nfc_open_tag(const struct lz_nfc_program *program, struct lz_reader **ret_reader,
                       struct lz_tag *ret_tag)
{
    struct lz_reader *reader = lz_reader_libnfc_new(program->options->reader);
    if (!reader)
        return LZ_MEMORY;
    *ret_reader = reader;
    lz_err err = reader->ops->open(reader, OPEN_BUDGET_MS, program->fault);
    if (err)
        return err;
    int64_t until = lz_clock_monotonic_ms(program->clock) + (int64_t)program->options->wait_s * 1000;
    for (;;) {
        err = lz_tag_open(reader, program->clock, TAG_BUDGET_MS, ret_tag);
        /* A card at the edge of the field comes and goes: within --wait that is no answer either. */
        bool again = err == LZ_NOT_FOUND || err == LZ_TAG_GONE;
        if (!again || lz_clock_monotonic_ms(program->clock) >= until)
            return explain_tag(err, program->fault);
        if (*program->stop)
            return LZ_CANCELLED;
        pause_ms(program, POLL_MS);
    }
}

/* --- list, read, probe
 * -------------------------------------------------------------------------------------- */

static json_t *describe_tag(const struct lz_tag *tag)
{
    char uid[LZ_UID_HEX_SIZE];
    lz_tag_uid_hex(&tag->id, uid);
    return json_pack("{s:s, s:s?, s:I}", "uid", uid, "chip", tag->type ? tag->type->name : NULL, "capacity",
                     (json_int_t)(tag->type ? tag->type->capacity : 0));
}

/* One reader and what lies on it. */
static json_t *describe_reader(const struct lz_nfc_program *program, const char *connstring)
{
    struct lz_fault fault = {0};
    struct lz_tag tag = {0};
    struct lz_reader *reader = lz_reader_libnfc_new(connstring);
    lz_err err = reader ? reader->ops->open(reader, OPEN_BUDGET_MS, &fault) : LZ_MEMORY;
    bool ready = !err;
    if (ready)
        err = lz_tag_open(reader, program->clock, TAG_BUDGET_MS, &tag);
    json_t *value = json_pack("{s:s, s:s}", "reader", connstring, "state", ready ? "ready" : "away");
    if (!ready)
        json_object_set_new(value, "reason", json_string(lz_err_name(err)));
    bool there = ready && (!err || err == LZ_TAG_KIND);
    json_object_set_new(value, "tag", there ? describe_tag(&tag) : json_null());
    if (!program->options->json) {
        char uid[LZ_UID_HEX_SIZE];
        lz_tag_uid_hex(&tag.id, uid);
        printf("%s\t%s\t%s\t%s\n", connstring, ready ? "就绪 ready" : "不可用 away",
               there && tag.type ? tag.type->name : "-", there ? uid : "-");
        if (!ready)
            fprintf(stderr, "%s\n%s\n", lz_fault_text(&fault, LZ_ZH), lz_fault_text(&fault, LZ_EN));
    }
    lz_reader_free(&reader);
    return value;
}

lz_err lz_nfc_list(const struct lz_nfc_program *program)
{
    lz_err err = LZ_OK;
    size_t count = 0;
    json_t *readers = json_array();
    char(*found)[LZ_CONNSTRING_SIZE] = calloc(READERS_MAX, sizeof *found);
    if (!found || !readers) {
        err = LZ_MEMORY;
        goto out;
    }
    if (program->options->reader[0]) {
        snprintf(found[0], sizeof found[0], "%s", program->options->reader);
        count = 1;
    } else {
        err = lz_reader_libnfc_list(found, READERS_MAX, &count);
    }
    if (!err && count == 0)
        err = lz_fault_set(program->fault, LZ_NOT_FOUND, "没有找到读卡器；串口读卡器请用 --reader 指定。",
                           "No reader was found; name a serial one with --reader.");
    for (size_t i = 0; i < count && !err; i++)
        err = json_array_append_new(readers, describe_reader(program, found[i])) ? LZ_MEMORY : LZ_OK;
    if (!err && program->options->json)
        err = print_json(json_pack("{s:O}", "readers", readers));
out:
    json_decref(readers);
    free(found);
    return err;
}

lz_err lz_nfc_read(const struct lz_nfc_program *program)
{
    struct lz_reader *reader = NULL;
    struct lz_tag tag = {0};
    struct lz_buf uri;
    char uid[LZ_UID_HEX_SIZE];
    lz_buf_init(&uri, LZ_NDEF_URI_MAX);
    lz_err err = lz_nfc_open_tag(program, &reader, &tag);
    if (!err)
        err = lz_tag_read_uri(&tag, &uri);
    bool has_uri = !err;
    /* A card without an address is an answer, not a failure. */
    if (tag.type && (err == LZ_NOT_FOUND || err == LZ_MALFORMED || err == LZ_UNSUPPORTED))
        err = LZ_OK;
    if (err)
        goto out;
    lz_tag_uid_hex(&tag.id, uid);
    const char *chip = tag.type ? tag.type->name : NULL;
    const char *text = has_uri ? (const char *)uri.data : NULL;
    if (program->options->json)
        err = print_json(json_pack("{s:s, s:s?, s:s?}", "uid", uid, "chip", chip, "uri", text));
    else
        printf("%s\t%s\t%s\n", uid, chip ? chip : "-", text ? text : "-");
out:
    lz_buf_free(&uri);
    lz_reader_free(&reader);
    return err;
}

lz_err lz_nfc_probe(const struct lz_nfc_program *program)
{
    struct lz_reader *reader = NULL;
    struct lz_tag tag = {0};
    lz_err err = lz_nfc_open_tag(program, &reader, &tag);
    if (!err)
        err = print_json(describe_tag(&tag));
    lz_reader_free(&reader);
    return err;
}

/* --- encode, wipe
 * ------------------------------------------------------------------------------------------- */

/* 8 hexadecimal digits of password, or 12 with the answer the tag gives to it (PACK). */
static lz_err read_password(const char *path, struct lz_tag_password *ret_password, struct lz_fault *fault)
{
    struct lz_buf text, bytes;
    lz_buf_init(&text, PASSWORD_FILE_MAX);
    lz_buf_init(&bytes, sizeof *ret_password);
    lz_err err = lz_file_read(path, &text, fault);
    if (err)
        goto out;
    size_t size = text.size;
    while (size > 0 && strchr("\r\n\t ", text.data[size - 1]))
        size--;
    err = lz_hex_decode(lz_bytes_of(text.data, size), &bytes);
    if (err || (bytes.size != 4 && bytes.size != 6)) {
        err = lz_fault_set(fault, LZ_USAGE, "口令文件应为 8 位或 12 位十六进制数。",
                           "The password file holds 8 or 12 hexadecimal digits.");
        goto out;
    }
    *ret_password = (struct lz_tag_password){0};
    memcpy(ret_password->password, bytes.data, sizeof ret_password->password);
    if (bytes.size == 6)
        memcpy(ret_password->pack, bytes.data + 4, sizeof ret_password->pack);
out:
    lz_buf_wipe_free(&text);
    lz_buf_wipe_free(&bytes);
    return err;
}

lz_err lz_nfc_write_uri(const struct lz_nfc_program *program, struct lz_tag *tag, const char *uri,
                        size_t *ret_size)
{
    struct lz_tag_password password = {0};
    bool has_password = program->options->password_file;
    lz_err err = LZ_OK;
    if (has_password)
        err = read_password(program->options->password_file, &password, program->fault);
    if (!err) {
        const struct lz_tag_plan plan = {.uri = uri,
                                         .password = has_password ? &password : NULL,
                                         .read_only = program->options->read_only};
        lz_tag_budget(tag, WRITE_BUDGET_MS);
        err = lz_tag_write_uri(tag, &plan, ret_size, program->fault);
    }
    OPENSSL_cleanse(&password, sizeof password);
    return err;
}

lz_err lz_nfc_print_written(const struct lz_nfc_program *program, const struct lz_tag *tag, size_t size)
{
    char uid[LZ_UID_HEX_SIZE];
    lz_tag_uid_hex(&tag->id, uid);
    if (program->options->json)
        return print_json(json_pack("{s:s, s:s, s:I, s:I}", "uid", uid, "chip", tag->type->name, "bytes",
                                    (json_int_t)size, "capacity", (json_int_t)tag->type->capacity));
    printf("已写入并核对 written and read back: %s %s, %zu/%zu\n", tag->type->name, uid, size,
           tag->type->capacity);
    return LZ_OK;
}

static lz_err encode_uri(const struct lz_nfc_program *program, const char *uri)
{
    struct lz_reader *reader = NULL;
    struct lz_tag tag = {0};
    size_t size = 0;
    lz_err err = lz_nfc_open_tag(program, &reader, &tag);
    if (!err)
        err = lz_nfc_write_uri(program, &tag, uri, &size);
    if (!err)
        err = lz_nfc_print_written(program, &tag, size);
    lz_reader_free(&reader);
    return err;
}

lz_err lz_nfc_encode(const struct lz_nfc_program *program)
{
    const struct lz_nfc_options *options = program->options;
    if ((options->uri != NULL) + options->argument_count != 1)
        return lz_fault_set(program->fault, LZ_USAGE, "请给出证件号码，或用 --uri 给出网址。",
                            "Give a certificate's number, or an address with --uri.");
    /* A password file that is none is refused before the register makes a token for this chip. */
    struct lz_tag_password password = {0};
    lz_err err =
        options->password_file ? read_password(options->password_file, &password, program->fault) : LZ_OK;
    OPENSSL_cleanse(&password, sizeof password);
    if (err)
        return err;
    const char *what = options->uri ? options->uri : options->arguments[0];
    if (options->uri || strstr(what, "://"))
        return encode_uri(program, what);
    return lz_encode_badge(program, what);
}

lz_err lz_nfc_wipe(const struct lz_nfc_program *program)
{
    struct lz_reader *reader = NULL;
    struct lz_tag tag = {0};
    struct lz_tag_password password = {0};
    const char *file = program->options->password_file;
    lz_err err = file ? read_password(file, &password, program->fault) : LZ_OK;
    if (!err)
        err = lz_nfc_open_tag(program, &reader, &tag);
    if (!err) {
        lz_tag_budget(&tag, WRITE_BUDGET_MS);
        err = lz_tag_wipe(&tag, file ? &password : NULL, program->fault);
    }
    if (!err && program->options->json)
        err = print_json(describe_tag(&tag));
    else if (!err)
        puts("已清空 wiped");
    OPENSSL_cleanse(&password, sizeof password);
    lz_reader_free(&reader);
    return err;
}
