/* What the client would like to have (RFC 9110 12): media type, language, compression. */
#ifndef LZ_WEB_HTTP_NEGOTIATE_H
#define LZ_WEB_HTTP_NEGOTIATE_H

#include "web/http/http.h"

enum lz_media { LZ_MEDIA_HTML, LZ_MEDIA_JSON };

/* Headers may be NULL or garbage; garbage is as if absent.
 * HTML only when the client asks for it at least as much as for JSON: browsers name text/html; programs that
 * say nothing or "*" + "/" + "*" get JSON. */
enum lz_media lz_negotiate_media(const char *accept);
/* Answers of one path that differ by Accept must say so: callers set "Vary: Accept, Accept-Language, Cookie".
 */
bool lz_negotiate_gzip(const char *accept_encoding);
lz_lang lz_negotiate_lang(const char *accept_language); /* zh when nothing decides */
/* "zh", "zh-CN", "en-GB" → language; false: neither. */
bool lz_lang_parse(const char *text, lz_lang *ret_lang);
const char *lz_lang_name(lz_lang lang); /* "zh", "en": file names and ?lang= */
const char *lz_lang_html(lz_lang lang); /* "zh-CN", "en": the lang attribute */

/* The quality (0 to 1000) a list header gives to the best matching of `token` (exact) or its wildcards; -1:
 * not named.  `token` is "text/html", "gzip" or "en". */
int lz_accept_quality(const char *header, const char *token);

#endif
