/* The demo's panel: laying virtual badges on the virtual reader (nfc/virtual_control.h) from the counter's
 * page.
 *
 * Badges to lay on are files NAME.ndef.json in one folder:
 *   {"label": "王建国 · 行政执法证", "label_en": "…", "chip": "NTAG216", "uid": "04a1b2c3d4e5f6", "uri":
 * "https://…"} `label_en` may be missing, `uri` null (an empty tag).  The tag's memory is built here. */
#ifndef LZ_WEB_KIOSK_DEMO_H
#define LZ_WEB_KIOSK_DEMO_H

#include "registry/base/bytes.h"

#include <jansson.h>

enum { LZ_DEMO_TAGS_MAX = 64, LZ_DEMO_FILE_MAX = 8192, LZ_DEMO_TEXT = 128 };

struct lz_demo_tag {
    char label[LZ_LANG_COUNT][LZ_DEMO_TEXT];
    char chip[16];
    char uid[15];   /* 14 hex digits, lower case */
    char uri[1025]; /* empty: none */
};
/* One such file.  LZ_MALFORMED, LZ_TOO_LARGE, LZ_TAG_KIND (no such virtual chip). */
LZ_MUST lz_err lz_demo_tag_parse(struct lz_bytes text, struct lz_demo_tag *ret_tag);
/* The tag's memory, every page in order.  LZ_TOO_LARGE: the address does not fit the chip. */
LZ_MUST lz_err lz_demo_tag_dump(const struct lz_demo_tag *tag, struct lz_buf *out);

struct lz_demo;
/* `control` is the virtual reader's socket; `tags` the folder above, or NULL: only what the reader has seen.
 * Files that do not read are left out; the folder is read anew for every list. */
LZ_MUST lz_err lz_demo_new(const char *control, const char *tags, struct lz_demo **ret_demo);
void lz_demo_free(struct lz_demo **demo); /* accepts NULL and pointer to NULL */

/* {"reader":"plugged|unplugged","tags":[{"uid","chip","label","label_en","on_reader":bool}]}: the folder's
 * tags, then those that only the reader knows.  New reference. */
LZ_MUST lz_err lz_demo_list(struct lz_demo *demo, json_t **ret_list, struct lz_fault *fault);
/* Lays the tag on in place of what lies there; one that the reader has seen keeps its memory.  LZ_NOT_FOUND.
 */
LZ_MUST lz_err lz_demo_insert(struct lz_demo *demo, const char *uid, struct lz_fault *fault);
LZ_MUST lz_err lz_demo_remove(struct lz_demo *demo, struct lz_fault *fault);
/* Pulls the reader's plug, or puts it back. */
LZ_MUST lz_err lz_demo_plug(struct lz_demo *demo, bool plugged, struct lz_fault *fault);

#endif
