/* Notes, keys and checkpoints as a stranger may send them. */
#include "registry/credential/checkpoint.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer declares it nowhere */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_bytes bytes = lz_bytes_of(data, size);
    struct lz_note note;
    struct lz_vkey vkey;
    struct lz_checkpoint checkpoint;
    if (lz_note_read(bytes, &note) == LZ_OK && (note.line_count == 0 || note.text.size >= size))
        abort();
    if (lz_checkpoint_read(bytes, &checkpoint) == LZ_OK && checkpoint.size > LZ_TLOG_SIZE_MAX)
        abort();
    if (lz_vkey_parse(bytes, &vkey) == LZ_OK) {
        struct lz_buf out;
        struct lz_vkey again;
        lz_buf_init(&out, LZ_VKEY_TEXT);
        lz_vkey_format(&vkey, &out);
        if (lz_vkey_parse(lz_buf_view(&out), &again) != LZ_OK)
            abort();
        lz_buf_free(&out);
    }
    return 0;
}
