/* The request's target taken apart (RFC 3986 3.3), strictly: what routes compare is exactly one spelling. */
#ifndef LZ_WEB_HTTP_PATH_H
#define LZ_WEB_HTTP_PATH_H

#include "web/http/http.h"

/* `raw` as sent, without query.  LZ_MALFORMED: not absolute, bad escape, NUL or control character, encoded
 * slash or backslash, invalid UTF-8, a "." or ".." segment (plain or encoded), an empty segment before the
 * last; LZ_TOO_LARGE: beyond LZ_HTTP_PATH_MAX or LZ_HTTP_SEGMENTS. */
LZ_MUST lz_err lz_http_path_parse(struct lz_arena *arena, struct lz_bytes raw, struct lz_http_path *ret_path);
/* What of a path that no route knows may stand in a log: its first word, for behind it stand numbers, names
 * and tokens: "/certificates/-"; "/-" when it is none (letters, `-._`, at most 32); "-" when memory is out.
 * In the arena. */
const char *lz_http_path_for_log(struct lz_arena *arena, const struct lz_http_path *path);

#endif
