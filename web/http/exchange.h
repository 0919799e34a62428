/* The parts of one request and answer that need no socket, so that they are tested and fuzzed alone. */
#ifndef LZ_WEB_HTTP_EXCHANGE_H
#define LZ_WEB_HTTP_EXCHANGE_H

#include "web/http/http.h"

/* What the adapter read from the wire. */
struct lz_http_head {
    const char *method;
    const char *path;  /* as sent, without query */
    const char *query; /* as sent; NULL: none */
    const char *peer;  /* the socket's address */
    const struct lz_http_header *headers;
    size_t header_count;
};

/* Fills the request but for its body.  Refusals come with the HTTP status to answer: 400, 414, 431, 501 (a
 * method nobody knows); what was understood so far stays in *request. */
LZ_MUST lz_err lz_http_request_parse(const struct lz_http_server_options *options,
                                     const struct lz_http_head *head, struct lz_http_request *request,
                                     int *ret_status);

/* How the body is announced. */
enum lz_http_framing { LZ_HTTP_NO_BODY, LZ_HTTP_LENGTH, LZ_HTTP_CHUNKED };
/* LZ_MALFORMED: a length that is no number, or both framings at once (request smuggling). */
LZ_MUST lz_err lz_http_framing_of(const struct lz_http_request *request, enum lz_http_framing *ret_framing,
                                  uint64_t *ret_length);

/* Status line and headers, then the body unless `request` is HEAD or the status has none.  `minor` is
 * HTTP/1.x of the request; a failed or empty reply becomes a problem answer first. */
void lz_http_reply_write(const struct lz_http_request *request, struct lz_http_reply *reply, bool keep,
                         int minor, struct lz_buf *out);

#endif
