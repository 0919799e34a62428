#include "badge-print/jpeg.h"

#include <string.h>

enum {
    SOI = 0xd8,
    EOI = 0xd9,
    SOS = 0xda,
    DHT = 0xc4,
    JPG = 0xc8,
    DAC = 0xcc,
    APP0 = 0xe0,
    APP1 = 0xe1,
    APP14 = 0xee,
    APP15 = 0xef,
    COM = 0xfe,
    TEM = 0x01,
    RST0 = 0xd0,
    RST7 = 0xd7,
    TAG_ORIENTATION = 0x0112,
};

static unsigned get16(const uint8_t *p, bool little)
{
    return little ? (unsigned)p[0] | (unsigned)p[1] << 8 : (unsigned)p[0] << 8 | p[1];
}

static size_t get32(const uint8_t *p, bool little)
{
    size_t a = get16(p, little);
    size_t b = get16(p + 2, little);
    return little ? a | b << 16 : a << 16 | b;
}

bool lz_jpeg_is(struct lz_bytes file)
{
    return file.size > 3 && file.data[0] == 0xff && file.data[1] == SOI && file.data[2] == 0xff;
}

/* Exif 2.32, 4.5: "Exif\0\0", a TIFF header, and the first directory.  Anything odd counts as upright. */
static int exif_orientation(const uint8_t *data, size_t size)
{
    if (size < 14 || memcmp(data, "Exif\0\0", 6) != 0)
        return 1;
    const uint8_t *tiff = data + 6;
    size_t room = size - 6;
    bool little = tiff[0] == 'I';
    size_t at = get32(tiff + 4, little);
    if (at > room || room - at < 2)
        return 1;
    size_t entries = get16(tiff + at, little);
    at += 2;
    for (size_t i = 0; i < entries && room - at >= 12; i++, at += 12)
        if (get16(tiff + at, little) == TAG_ORIENTATION) {
            unsigned value = get16(tiff + at + 8, little);
            return value >= 1 && value <= 8 ? (int)value : 1;
        }
    return 1;
}

static bool is_frame(uint8_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != DHT && marker != JPG && marker != DAC;
}

static lz_err read_frame(uint8_t marker, const uint8_t *body, size_t size, struct lz_jpeg *jpeg)
{
    if (marker > 0xc2)
        return LZ_UNSUPPORTED; /* lossless, hierarchical, arithmetic */
    if (size < 6)
        return LZ_MALFORMED;
    if (body[0] != 8)
        return LZ_UNSUPPORTED;
    jpeg->height = (int)get16(body + 1, false);
    jpeg->width = (int)get16(body + 3, false);
    jpeg->components = body[5];
    return jpeg->width > 0 && jpeg->height > 0 && jpeg->components > 0 ? LZ_OK : LZ_MALFORMED;
}

static void read_application(uint8_t marker, const uint8_t *body, size_t size, struct lz_jpeg *jpeg)
{
    if (marker == APP1 && jpeg->orientation == 1)
        jpeg->orientation = exif_orientation(body, size);
    if (marker == APP14 && size >= 12 && memcmp(body, "Adobe", 5) == 0)
        jpeg->adobe_rgb = body[11] == 0;
}

/* End of the entropy-coded data that begins at `at`: the next marker that is neither stuffing nor a restart.
 */
static size_t scan_end(struct lz_bytes file, size_t at)
{
    while (at + 1 < file.size) {
        uint8_t next = file.data[at + 1];
        if (file.data[at] == 0xff && next != 0 && next != 0xff && !(next >= RST0 && next <= RST7))
            return at;
        at++;
    }
    return file.size;
}

lz_err lz_jpeg_walk(struct lz_bytes file, struct lz_jpeg *ret_jpeg, struct lz_buf *clean)
{
    struct lz_jpeg jpeg = {.orientation = 1};
    bool scanned = false;
    if (!lz_jpeg_is(file))
        return LZ_MALFORMED;
    if (clean)
        lz_buf_add(clean, file.data, 2);
    size_t at = 2;
    for (;;) {
        while (at + 1 < file.size && file.data[at] == 0xff && file.data[at + 1] == 0xff)
            at++; /* fill bytes, B.1.1.2 */
        if (file.size - at < 2 || file.data[at] != 0xff)
            return LZ_MALFORMED;
        uint8_t marker = file.data[at + 1];
        if (marker == EOI)
            break;
        if (marker == TEM || marker == SOI || (marker >= RST0 && marker <= RST7) || file.size - at < 4)
            return LZ_MALFORMED;
        size_t length = get16(file.data + at + 2, false);
        if (length < 2 || length > file.size - at - 2)
            return LZ_MALFORMED;
        const uint8_t *body = file.data + at + 4;
        size_t end = at + 2 + length;
        bool drop = (marker >= APP0 && marker <= APP15) || marker == COM;
        if (drop)
            read_application(marker, body, length - 2, &jpeg);
        if (is_frame(marker)) {
            lz_err err = jpeg.components ? LZ_MALFORMED : read_frame(marker, body, length - 2, &jpeg);
            if (err)
                return err;
        }
        if (marker == SOS) {
            scanned = true;
            end = scan_end(file, end);
        }
        if (clean && !drop)
            lz_buf_add(clean, file.data + at, end - at);
        at = end;
    }
    if (!scanned || !jpeg.components)
        return LZ_MALFORMED;
    if (clean) {
        lz_buf_add(clean, (const uint8_t[]){0xff, EOI}, 2);
        if (clean->err)
            return clean->err;
    }
    *ret_jpeg = jpeg;
    return LZ_OK;
}
