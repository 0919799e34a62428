#include "nfc/pn532_frame.h"

static const uint8_t ack[] = {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};
static const uint8_t syntax_error[] = {0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00};

enum { START_SIZE = 2, SHORT_MAX = 255 };

/* Offset of the start code 00 FF, or in.size when there is none. */
static size_t find_start(struct lz_bytes in)
{
    for (size_t i = 0; i + 1 < in.size; i++)
        if (in.data[i] == 0x00 && in.data[i + 1] == 0xFF)
            return i;
    return in.size;
}

static uint8_t sum_of(const uint8_t *data, size_t size)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + data[i]);
    return sum;
}

/* Reads LEN and LCS behind the start code; `*ret_header` is how many bytes they took. */
static lz_err read_length(struct lz_bytes rest, size_t *ret_length, size_t *ret_header)
{
    if (rest.size < 2)
        return LZ_NOT_FOUND;
    if (rest.data[0] == 0xFF && rest.data[1] == 0xFF) {
        if (rest.size < 5)
            return LZ_NOT_FOUND;
        if (sum_of(rest.data + 2, 3) != 0)
            return LZ_MALFORMED;
        *ret_length = (size_t)rest.data[2] << 8 | rest.data[3];
        *ret_header = 5;
        return LZ_OK;
    }
    if (sum_of(rest.data, 2) != 0)
        return LZ_MALFORMED;
    *ret_length = rest.data[0];
    *ret_header = 2;
    return LZ_OK;
}

lz_err lz_pn532_frame_parse(struct lz_bytes in, struct lz_pn532_frame *ret_frame, size_t *ret_used)
{
    size_t start = find_start(in);
    if (start == in.size) {
        /* A last 00 may be the first half of a start code. */
        bool half = in.size > 0 && in.data[in.size - 1] == 0x00;
        *ret_used = in.size - (half ? 1 : 0);
        return LZ_NOT_FOUND;
    }
    size_t body = start + START_SIZE;
    struct lz_bytes rest = lz_bytes_of(in.data + body, in.size - body);

    /* ACK (00 FF) and NAK (FF 00) stand where LEN LCS would. */
    if (rest.size >= 2 && rest.data[0] + rest.data[1] == 0xFF && (rest.data[0] == 0 || rest.data[1] == 0)) {
        *ret_frame =
            (struct lz_pn532_frame){.kind = rest.data[0] == 0 ? LZ_PN532_FRAME_ACK : LZ_PN532_FRAME_NAK};
        *ret_used = body + 2;
        return LZ_OK;
    }

    size_t length = 0, header = 0;
    lz_err err = read_length(rest, &length, &header);
    if (err == LZ_NOT_FOUND) {
        *ret_used = start;
        return err;
    }
    if (err || length == 0 || length > LZ_PN532_DATA_MAX + 1) {
        *ret_used = body;
        return LZ_MALFORMED;
    }
    if (rest.size < header + length + 1) {
        *ret_used = start;
        return LZ_NOT_FOUND;
    }
    const uint8_t *payload = rest.data + header;
    *ret_used = body + header + length + 1;
    if (sum_of(payload, length + 1) != 0)
        return LZ_MALFORMED;
    if (length == 1 && payload[0] == 0x7F) {
        *ret_frame = (struct lz_pn532_frame){.kind = LZ_PN532_FRAME_ERROR};
        return LZ_OK;
    }
    *ret_frame = (struct lz_pn532_frame){
        .kind = LZ_PN532_FRAME_DATA, .tfi = payload[0], .data = lz_bytes_of(payload + 1, length - 1)};
    return LZ_OK;
}

lz_err lz_pn532_frame_data(uint8_t tfi, struct lz_bytes data, struct lz_buf *out)
{
    if (data.size > LZ_PN532_DATA_MAX)
        return LZ_TOO_LARGE;
    size_t length = data.size + 1;
    lz_buf_add(out, "\x00\x00\xFF", 3);
    if (length > SHORT_MAX) {
        uint8_t high = (uint8_t)(length >> 8), low = (uint8_t)length;
        const uint8_t head[] = {0xFF, 0xFF, high, low, (uint8_t)(0x100 - (uint8_t)(high + low))};
        lz_buf_add(out, head, sizeof head);
    } else {
        lz_buf_byte(out, (uint8_t)length);
        lz_buf_byte(out, (uint8_t)(0x100 - length));
    }
    lz_buf_byte(out, tfi);
    lz_buf_add(out, data.data, data.size);
    lz_buf_byte(out, (uint8_t)(0x100 - (uint8_t)(tfi + sum_of(data.data, data.size))));
    lz_buf_byte(out, 0x00);
    return out->err;
}

void lz_pn532_frame_ack(struct lz_buf *out)
{
    lz_buf_add(out, ack, sizeof ack);
}

void lz_pn532_frame_error(struct lz_buf *out)
{
    lz_buf_add(out, syntax_error, sizeof syntax_error);
}
