/* What the reader process says, and the demo's badge files: JSON that stands between strangers' bytes and the
 * counter. */
#include "tests/fuzz/faults.h"
#include "web/kiosk/demo.h"
#include "web/kiosk/tap_line.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_tap_line line;
    struct lz_demo_tag tag;
    if (lz_tap_line_parse(lz_bytes_of(data, size), &line) == LZ_OK) {
        bool has_uid = line.kind == LZ_TAP_LINE_TAP || line.kind == LZ_TAP_LINE_GONE;
        lz_fuzz_need(!has_uid || line.uid_size == 4 || line.uid_size == 7 || line.uid_size == 10);
        lz_fuzz_need(memchr(line.uri, '\0', sizeof line.uri) != NULL);
        lz_fuzz_need(memchr(line.chip, '\0', sizeof line.chip) != NULL);
    }
    if (lz_demo_tag_parse(lz_bytes_of(data, size), &tag) == LZ_OK) {
        struct lz_buf dump;
        lz_buf_init(&dump, 4096);
        (void)!lz_demo_tag_dump(&tag, &dump);
        lz_buf_free(&dump);
    }
    return 0;
}
