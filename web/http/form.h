/* Fields that a browser sent: query strings, application/x-www-form-urlencoded, multipart/form-data (RFC
 * 7578). Strict: broken escapes, NUL, text that is not UTF-8 (RFC 3629) are LZ_MALFORMED; more than the caps
 * is LZ_TOO_LARGE.  What was parsed lives in the arena; a file's bytes are borrowed from the body. */
#ifndef LZ_WEB_HTTP_FORM_H
#define LZ_WEB_HTTP_FORM_H

#include "registry/base/arena.h"
#include "registry/base/bytes.h"

enum {
    LZ_FORM_FIELDS_MAX = 1024, /* a desk table with a row of inputs per person still fits */
    LZ_FORM_NAME_MAX = 128,    /* bytes */
    LZ_FORM_TEXT_MAX = 1 << 20 /* bytes of one text value; files are bounded by the body's cap */
};

struct lz_form_field {
    const char *name;
    const char *text;         /* NUL-terminated UTF-8; "" for a file */
    const char *filename;     /* NULL: not a file.  As sent, without folders; never a path to open */
    const char *content_type; /* of a file, as sent; NULL: none */
    struct lz_bytes bytes;    /* a file's content; the text's bytes else */
};

struct lz_form {
    size_t count;
    const struct lz_form_field *fields; /* in the order sent */
};

/* `text` without '?'.  Empty pairs ("&&") are skipped; "a" is a field with an empty value. */
LZ_MUST lz_err lz_form_urlencoded(struct lz_arena *arena, struct lz_bytes text, struct lz_form *ret_form);
/* `boundary` without the leading dashes (RFC 2046 5.1.1: 1 to 70 characters). */
LZ_MUST lz_err lz_form_multipart(struct lz_arena *arena, const char *boundary, struct lz_bytes body,
                                 struct lz_form *ret_form);
/* Either of the two, by Content-Type; LZ_UNSUPPORTED for any other type; NULL type with no body: empty form.
 */
LZ_MUST lz_err lz_form_parse(struct lz_arena *arena, const char *content_type, struct lz_bytes body,
                             struct lz_form *ret_form);

const struct lz_form_field *lz_form_find(const struct lz_form *form, const char *name); /* first; NULL */
const char *lz_form_text(const struct lz_form *form, const char *name);                 /* first; NULL */
const struct lz_form_field *lz_form_file(const struct lz_form *form,
                                         const char *name); /* first file of that name that has a file name */

/* Percent-encodes all but unreserved characters (RFC 3986 2.3), for building links; in the arena. */
LZ_MUST char *lz_url_encode(struct lz_arena *arena, const char *text);
/* Strict decoding of one component: LZ_MALFORMED on a bad escape, NUL or invalid UTF-8; '+' is a space only
 * if `plus`. */
LZ_MUST lz_err lz_url_decode(struct lz_arena *arena, struct lz_bytes text, bool plus, char **ret_text);

#endif
