#include "registry/credential/note.h"

#include "registry/base/encoding.h"
#include "registry/base/text.h"

#include <ctype.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024, ID = 4, TIME = 8 };
static const char dash[] = "— "; /* U+2014, a space: how a signature line begins */

/* C2SP signed-note: a key name is not empty and has neither space nor plus sign. */
static bool name_valid(struct lz_bytes name)
{
    if (name.size == 0 || name.size >= LZ_NOTE_NAME || !lz_utf8_valid(name)) {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] <= ' ' || name.data[i] == '+' || name.data[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

/* First four bytes of SHA-256(name, newline, algorithm, public key). */
static lz_err key_id(const char *name, enum lz_note_algorithm algorithm, const uint8_t key[32],
                     uint8_t ret_id[ID])
{
    uint8_t digest[32];
    struct lz_buf message;
    lz_buf_init(&message, LZ_NOTE_NAME + 40);
    lz_buf_text(&message, name);
    lz_buf_byte(&message, '\n');
    lz_buf_byte(&message, (uint8_t)algorithm);
    lz_buf_add(&message, key, 32);
    lz_err err = message.err;
    if (err == LZ_OK) {
        err = lz_sha256(lz_buf_view(&message), digest);
    }
    if (err == LZ_OK) {
        memcpy(ret_id, digest, ID);
    }
    lz_buf_free(&message);
    return err;
}

static lz_err vkey_fill(struct lz_bytes name, enum lz_note_algorithm algorithm, const uint8_t key[32],
                        struct lz_vkey *ret_vkey)
{
    struct lz_vkey vkey = {.algorithm = algorithm};
    if (!name_valid(name)) {
        return LZ_INVALID;
    }
    memcpy(vkey.name, name.data, name.size);
    memcpy(vkey.key, key, sizeof vkey.key);
    lz_err err = key_id(vkey.name, algorithm, key, vkey.id);
    if (err == LZ_OK) {
        *ret_vkey = vkey;
    }
    return err;
}

lz_err lz_vkey_parse(struct lz_bytes text, struct lz_vkey *ret_vkey)
{
    while (text.size > 0 && isspace(text.data[text.size - 1])) {
        text.size--;
    }
    const uint8_t *first = text.size > 0 ? memchr(text.data, '+', text.size) : NULL;
    if (first == NULL || text.size > LZ_VKEY_TEXT) {
        return LZ_MALFORMED;
    }
    /* The base64 of the key may contain '+': the hash ends at the second one. */
    size_t after = text.size - (size_t)(first + 1 - text.data);
    const uint8_t *second = memchr(first + 1, '+', after);
    if (second == NULL || second - first != 9) {
        return LZ_MALFORMED;
    }
    struct lz_vkey vkey;
    struct lz_buf id, key;
    lz_buf_init(&id, ID);
    lz_buf_init(&key, 33);
    lz_err err = lz_hex_decode(lz_bytes_of(first + 1, 8), &id);
    if (err == LZ_OK) {
        err = lz_base64_decode(lz_bytes_of(second + 1, text.size - (size_t)(second + 1 - text.data)), &key);
    }
    if (err == LZ_OK &&
        (key.size != 33 || (key.data[0] != LZ_NOTE_ED25519 && key.data[0] != LZ_NOTE_COSIGNATURE))) {
        err = LZ_MALFORMED;
    }
    if (err == LZ_OK) {
        err = vkey_fill(lz_bytes_of(text.data, (size_t)(first - text.data)),
                        (enum lz_note_algorithm)key.data[0], key.data + 1, &vkey);
    }
    if (err == LZ_OK && memcmp(vkey.id, id.data, ID) != 0) {
        err = LZ_MALFORMED;
    }
    if (err == LZ_OK) {
        *ret_vkey = vkey;
    }
    lz_buf_free(&id);
    lz_buf_free(&key);
    return err == LZ_OK || err == LZ_MEMORY || err == LZ_CRYPTO ? err : LZ_MALFORMED;
}

lz_err lz_vkey_make(const char *name, enum lz_note_algorithm algorithm, const struct lz_public_key *key,
                    struct lz_vkey *ret_vkey)
{
    return key->kind != LZ_KEY_ED25519 ? LZ_INVALID
                                       : vkey_fill(lz_bytes_text(name), algorithm, key->x, ret_vkey);
}

void lz_vkey_format(const struct lz_vkey *vkey, struct lz_buf *out)
{
    uint8_t key[33] = {(uint8_t)vkey->algorithm};
    memcpy(key + 1, vkey->key, sizeof vkey->key);
    lz_buf_text(out, vkey->name);
    lz_buf_byte(out, '+');
    lz_hex_encode(lz_bytes_of(vkey->id, ID), out);
    lz_buf_byte(out, '+');
    lz_base64_encode(lz_bytes_of(key, sizeof key), out);
}

lz_err lz_vkey_as(const struct lz_vkey *vkey, enum lz_note_algorithm algorithm, struct lz_vkey *ret_vkey)
{
    return vkey_fill(lz_bytes_text(vkey->name), algorithm, vkey->key, ret_vkey);
}

/* "— name base64" without its line end. */
static lz_err read_line(struct lz_bytes line, struct lz_note_line *ret_line)
{
    size_t mark = sizeof dash - 1;
    if (line.size <= mark || line.size > LINE_MAX_BYTES || memcmp(line.data, dash, mark) != 0) {
        return LZ_MALFORMED;
    }
    const uint8_t *name = line.data + mark;
    const uint8_t *space = memchr(name, ' ', line.size - mark);
    if (space == NULL || !name_valid(lz_bytes_of(name, (size_t)(space - name)))) {
        return LZ_MALFORMED;
    }
    struct lz_note_line read = {.name = lz_bytes_of(name, (size_t)(space - name))};
    struct lz_buf bytes;
    lz_buf_init(&bytes, LINE_MAX_BYTES);
    size_t rest = line.size - (size_t)(space + 1 - line.data);
    lz_err err = lz_base64_decode(lz_bytes_of(space + 1, rest), &bytes);
    if (err == LZ_OK && bytes.size <= ID) {
        err = LZ_MALFORMED;
    }
    if (err == LZ_OK) {
        memcpy(read.id, bytes.data, ID);
        size_t size = bytes.size - ID;
        if (size == LZ_SIGNATURE_SIZE || size == TIME + LZ_SIGNATURE_SIZE) {
            memcpy(read.signature, bytes.data + ID, size);
            read.size = size;
        }
        *ret_line = read;
    }
    lz_buf_free(&bytes);
    return err;
}

/* Control characters other than the newline have no place in a note. */
static bool text_valid(struct lz_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < ' ' && text.data[i] != '\n') {
            return false;
        }
    }
    return lz_utf8_valid(text);
}

lz_err lz_note_read(struct lz_bytes bytes, struct lz_note *ret_note)
{
    struct lz_note note = {0};
    if (bytes.size > LZ_NOTE_CAP) {
        return LZ_TOO_LARGE;
    }
    if (bytes.size < 3 || !text_valid(bytes) || bytes.data[bytes.size - 1] != '\n') {
        return LZ_MALFORMED;
    }
    /* The last empty line parts text and signatures. */
    size_t split = bytes.size - 1;
    while (split > 0 && !(bytes.data[split - 1] == '\n' && bytes.data[split] == '\n')) {
        split--;
    }
    if (split == 0) {
        return LZ_MALFORMED;
    }
    note.text = lz_bytes_of(bytes.data, split);
    struct lz_bytes rest = lz_bytes_of(bytes.data + split + 1, bytes.size - split - 1);
    while (rest.size > 0) {
        const uint8_t *end = memchr(rest.data, '\n', rest.size);
        if (end == NULL || note.line_count == LZ_NOTE_SIGNATURES) {
            return LZ_MALFORMED;
        }
        size_t size = (size_t)(end - rest.data);
        lz_err err = read_line(lz_bytes_of(rest.data, size), &note.lines[note.line_count]);
        if (err != LZ_OK) {
            return err;
        }
        note.line_count++;
        rest = lz_bytes_of(end + 1, rest.size - size - 1);
    }
    if (note.line_count == 0) {
        return LZ_MALFORMED;
    }
    *ret_note = note;
    return LZ_OK;
}

/* What a line signs: the text, or for a cosignature its time before it. */
static void write_signed(struct lz_bytes text, enum lz_note_algorithm algorithm, int64_t time_s,
                         struct lz_buf *out)
{
    if (algorithm == LZ_NOTE_COSIGNATURE) {
        lz_buf_printf(out, "cosignature/v1\ntime %lld\n", (long long)time_s);
    }
    lz_buf_add(out, text.data, text.size);
}

static lz_err verify_line(const struct lz_note *note, const struct lz_note_line *line,
                          const struct lz_vkey *vkey, int64_t *ret_time)
{
    bool dated = vkey->algorithm == LZ_NOTE_COSIGNATURE;
    uint64_t time = 0;
    if (line->size != (dated ? TIME : 0U) + LZ_SIGNATURE_SIZE) {
        return LZ_BAD_SIGNATURE;
    }
    for (size_t i = 0; dated && i < TIME; i++) {
        time = time << 8 | line->signature[i];
    }
    if (time > INT64_MAX) {
        return LZ_BAD_SIGNATURE;
    }
    struct lz_public_key public_key = {.kind = LZ_KEY_ED25519};
    struct lz_verifying_key *key = NULL;
    struct lz_buf message;
    memcpy(public_key.x, vkey->key, sizeof public_key.x);
    lz_buf_init(&message, LZ_NOTE_CAP + 64);
    write_signed(note->text, vkey->algorithm, (int64_t)time, &message);
    lz_err err = message.err;
    if (err == LZ_OK) {
        err = lz_verifying_key_new(&public_key, &key);
    }
    if (err == LZ_OK) {
        const uint8_t *signature = line->signature + (dated ? TIME : 0);
        err = lz_verifying_key_verify(key, lz_buf_view(&message), lz_bytes_of(signature, LZ_SIGNATURE_SIZE));
    }
    if (err == LZ_OK && ret_time != NULL) {
        *ret_time = (int64_t)time;
    }
    lz_verifying_key_free(&key);
    lz_buf_free(&message);
    return err;
}

lz_err lz_note_verify(const struct lz_note *note, const struct lz_vkey *vkey, int64_t *ret_time)
{
    for (size_t i = 0; i < note->line_count; i++) {
        const struct lz_note_line *line = &note->lines[i];
        if (lz_bytes_equal(line->name, lz_bytes_text(vkey->name)) && memcmp(line->id, vkey->id, ID) == 0) {
            return verify_line(note, line, vkey, ret_time);
        }
    }
    return LZ_UNKNOWN_KEY;
}

lz_err lz_note_sign(struct lz_bytes text, const char *name, enum lz_note_algorithm algorithm,
                    const struct lz_signing_key *key, int64_t time_s, struct lz_buf *out)
{
    struct lz_vkey vkey;
    uint8_t line[ID + TIME + LZ_SIGNATURE_SIZE];
    size_t at = ID;
    struct lz_buf message;
    if (text.size == 0 || text.size > LZ_NOTE_CAP || text.data[text.size - 1] != '\n' || time_s < 0) {
        return LZ_INVALID;
    }
    lz_err err = lz_vkey_make(name, algorithm, lz_signing_key_public(key), &vkey);
    if (err != LZ_OK) {
        return err;
    }
    memcpy(line, vkey.id, ID);
    if (algorithm == LZ_NOTE_COSIGNATURE) {
        for (unsigned i = 0; i < TIME; i++) {
            line[at++] = (uint8_t)((uint64_t)time_s >> (56 - 8 * i));
        }
    }
    lz_buf_init(&message, LZ_NOTE_CAP + 64);
    write_signed(text, algorithm, time_s, &message);
    err = message.err;
    if (err == LZ_OK) {
        err = lz_signing_key_sign(key, lz_buf_view(&message), line + at);
    }
    if (err == LZ_OK) {
        lz_buf_text(out, dash);
        lz_buf_text(out, name);
        lz_buf_byte(out, ' ');
        lz_base64_encode(lz_bytes_of(line, at + LZ_SIGNATURE_SIZE), out);
        lz_buf_byte(out, '\n');
        err = out->err;
    }
    lz_buf_free(&message);
    return err;
}
