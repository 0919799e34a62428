#include "registry/credential/checkpoint.h"

#include "registry/base/encoding.h"
#include "registry/base/text.h"

#include <inttypes.h>
#include <string.h>

void lz_checkpoint_write(const struct lz_checkpoint *checkpoint, struct lz_buf *out)
{
    lz_buf_printf(out, "%s\n%" PRIu64 "\n", checkpoint->origin, checkpoint->size);
    lz_base64_encode(lz_bytes_of(checkpoint->root.bytes, LZ_HASH_SIZE), out);
    lz_buf_byte(out, '\n');
}

/* Takes the next line off, without its newline. */
static bool next_line(struct lz_bytes *rest, struct lz_bytes *ret_line)
{
    const uint8_t *end = rest->size > 0 ? memchr(rest->data, '\n', rest->size) : NULL;
    if (end == NULL) {
        return false;
    }
    size_t size = (size_t)(end - rest->data);
    *ret_line = lz_bytes_of(rest->data, size);
    *rest = lz_bytes_of(end + 1, rest->size - size - 1);
    return true;
}

/* Decimal without leading zeros, at most LZ_TLOG_SIZE_MAX. */
static bool read_size(struct lz_bytes text, uint64_t *ret_size)
{
    uint64_t size = 0;
    if (text.size == 0 || text.size > 19 || (text.size > 1 && text.data[0] == '0')) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        size = size * 10 + (uint64_t)(text.data[i] - '0');
    }
    *ret_size = size;
    return size <= LZ_TLOG_SIZE_MAX;
}

/* As in any note (C2SP signed-note): UTF-8 and no control character, so that no NUL cuts the name short. */
static bool origin_valid(struct lz_bytes origin)
{
    for (size_t i = 0; i < origin.size; i++) {
        if (origin.data[i] < ' ') {
            return false;
        }
    }
    return origin.size > 0 && origin.size < LZ_NOTE_NAME && lz_utf8_valid(origin);
}

lz_err lz_checkpoint_read(struct lz_bytes text, struct lz_checkpoint *ret_checkpoint)
{
    struct lz_checkpoint checkpoint = {0};
    struct lz_bytes origin, size, root;
    if (!next_line(&text, &origin) || !next_line(&text, &size) || !next_line(&text, &root) ||
        !origin_valid(origin) || !read_size(size, &checkpoint.size)) {
        return LZ_MALFORMED;
    }
    struct lz_buf hash;
    lz_buf_init(&hash, LZ_HASH_SIZE + 1);
    lz_err err = lz_base64_decode(root, &hash);
    if (err == LZ_TOO_LARGE || (err == LZ_OK && hash.size != LZ_HASH_SIZE)) {
        err = LZ_MALFORMED;
    }
    if (err == LZ_OK) {
        memcpy(checkpoint.origin, origin.data, origin.size);
        memcpy(checkpoint.root.bytes, hash.data, LZ_HASH_SIZE);
        *ret_checkpoint = checkpoint;
    }
    lz_buf_free(&hash);
    return err;
}

lz_err lz_checkpoint_sign(const struct lz_checkpoint *checkpoint, const struct lz_signing_key *key,
                          const struct lz_signing_key *previous, int64_t time_s, struct lz_buf *out)
{
    static const enum lz_note_algorithm algorithms[] = {LZ_NOTE_ED25519, LZ_NOTE_COSIGNATURE};
    const struct lz_signing_key *keys[] = {key, previous};
    struct lz_buf text, lines;
    lz_buf_init(&text, LZ_NOTE_CAP);
    lz_buf_init(&lines, LZ_NOTE_CAP);
    lz_checkpoint_write(checkpoint, &text);
    lz_err err = text.err;
    for (size_t k = 0; k < 2 && err == LZ_OK; k++) {
        for (size_t a = 0; a < 2 && keys[k] != NULL && err == LZ_OK; a++) {
            err =
                lz_note_sign(lz_buf_view(&text), checkpoint->origin, algorithms[a], keys[k], time_s, &lines);
        }
    }
    if (err == LZ_OK) {
        lz_buf_add(out, text.data, text.size);
        lz_buf_byte(out, '\n');
        lz_buf_add(out, lines.data, lines.size);
        err = out->err;
    }
    lz_buf_free(&text);
    lz_buf_free(&lines);
    return err;
}

lz_err lz_checkpoint_verify(struct lz_bytes bytes, const struct lz_vkey *vkey,
                            struct lz_checkpoint *ret_checkpoint, int64_t *ret_time)
{
    struct lz_note note;
    struct lz_vkey dating;
    struct lz_checkpoint checkpoint;
    int64_t time = 0;
    lz_err err = lz_note_read(bytes, &note);
    if (err == LZ_OK) {
        err = lz_note_verify(&note, vkey, NULL);
    }
    if (err == LZ_OK) {
        err = lz_vkey_as(vkey, LZ_NOTE_COSIGNATURE, &dating);
    }
    if (err == LZ_OK) {
        err = lz_note_verify(&note, &dating, &time);
    }
    if (err == LZ_OK) {
        err = lz_checkpoint_read(note.text, &checkpoint);
    }
    if (err == LZ_OK && strcmp(checkpoint.origin, vkey->name) != 0) {
        err = LZ_UNKNOWN_KEY;
    }
    if (err == LZ_OK) {
        *ret_checkpoint = checkpoint;
        *ret_time = time;
    }
    return err;
}
