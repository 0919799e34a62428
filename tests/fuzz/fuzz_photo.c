/* Any upload is refused or becomes a JPEG without segments that tell of its origin. */
#include "badge-print/jpeg.h"
#include "badge-print/photo.h"
#include "tests/fuzz/faults.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_buf out;
    struct lz_jpeg jpeg = {0};
    lz_buf_init(&out, LZ_PHOTO_UPLOAD_MAX);
    lz_err err = lz_photo_clean(lz_bytes_of(data, size), &out, NULL, NULL);
    lz_fuzz_need(err ? out.size == 0
                     : !lz_jpeg_walk(lz_buf_view(&out), &jpeg, NULL) && jpeg.orientation == 1);
    lz_buf_free(&out);
    return 0;
}
