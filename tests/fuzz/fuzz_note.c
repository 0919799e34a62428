/* Notes, keys and checkpoints as a stranger may send them. */
#include "registry/credential/checkpoint.h"
#include "tests/fuzz/faults.h"

#include <string.h>

static struct lz_vkey vkey_of_nobody; /* its other half signs nothing */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    static const uint8_t secret[32] = {2};
    struct lz_signing_key *key = NULL;
    lz_fuzz_need(lz_signing_key_from_secret(LZ_KEY_ED25519, secret, &key) == LZ_OK);
    lz_fuzz_need(lz_vkey_make("zf.example/log", LZ_NOTE_ED25519, lz_signing_key_public(key),
                              &vkey_of_nobody) == LZ_OK);
    lz_signing_key_free(&key);
    return 0;
}

/* A checkpoint's three lines have one spelling; lines that may follow are not ours. */
static void check_text(const struct lz_checkpoint *checkpoint, struct lz_bytes text)
{
    struct lz_buf out;
    lz_fuzz_need(checkpoint->size <= LZ_TLOG_SIZE_MAX);
    lz_buf_init(&out, LZ_NOTE_CAP);
    lz_checkpoint_write(checkpoint, &out);
    lz_fuzz_sure(!out.err);
    lz_fuzz_need(out.err || (out.size <= text.size && memcmp(out.data, text.data, out.size) == 0));
    lz_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_bytes bytes = lz_bytes_of(data, size);
    struct lz_note note;
    struct lz_vkey vkey;
    struct lz_checkpoint checkpoint;
    if (lz_note_read(bytes, &note) == LZ_OK) {
        lz_fuzz_need(note.line_count > 0 && note.text.size < size);
        lz_fuzz_need(lz_note_verify(&note, &vkey_of_nobody, NULL) != LZ_OK);
    }
    if (lz_checkpoint_read(bytes, &checkpoint) == LZ_OK)
        check_text(&checkpoint, bytes);
    if (lz_vkey_parse(bytes, &vkey) == LZ_OK) {
        struct lz_buf out;
        struct lz_vkey again;
        lz_buf_init(&out, LZ_VKEY_TEXT);
        lz_vkey_format(&vkey, &out);
        lz_fuzz_sure(lz_vkey_parse(lz_buf_view(&out), &again) == LZ_OK &&
                     memcmp(&again, &vkey, sizeof vkey) == 0);
        lz_buf_free(&out);
    }
    return 0;
}
