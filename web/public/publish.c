/* Keys, status lists, checkpoint and tiles: what strangers and kiosks check us by.  All of it is signed or
 * hashed, so caches may keep it. */
#include "web/public/public.h"

#include "registry/credential/key.h"
#include "registry/publish.h"
#include "web/view.h"

#include <stdio.h>
#include <string.h>

/* DESIGN 4 asks for 30 s at most.  A signature costs 40 µs and is shared by all who poll in that second; a
 * second keeps a kiosk in sync fresh however short the age it allows. */
enum { COSIGNED_WITHIN_S = 1 };

lz_err lz_public_keys(struct lz_visit *visit)
{
    json_t *value = NULL;
    lz_err err = lz_keys_published(visit->call, &value);
    return err ? err : lz_visit_answer(visit, value);
}

json_t *lz_public_keys_view(struct lz_visit *visit, const json_t *value)
{
    json_t *rows = json_array();
    size_t i;
    const json_t *key;
    json_array_foreach(json_object_get(json_object_get(value, "jwks"), "keys"), i, key)
        lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "keys.issuer_key"),
                                          json_string_value(json_object_get(key, "kid")), NULL));
    return json_pack("{s:O, s:O, s:o}", "log", json_object_get(value, "log"), "issuer",
                     json_object_get(value, "issuer"), "summary", rows);
}

lz_err lz_public_status_list(struct lz_visit *visit)
{
    struct lz_bytes cwt;
    char etag[72];
    lz_err err = lz_status_list_cwt(visit->call, lz_visit_int(visit, "list"), &cwt, etag);
    if (err)
        return err;
    lz_http_reply_header(visit->reply, "Cache-Control", "public, max-age=60");
    if (!lz_http_not_modified(visit->request, visit->reply, etag))
        lz_http_reply_bytes(visit->reply, 200, "application/statuslist+cwt", cwt);
    return LZ_OK;
}

/* `"` + 32 hex digits of the SHA-256 + `"`. */
static lz_err etag_of(struct lz_bytes bytes, char ret_etag[40])
{
    uint8_t digest[32];
    lz_err err = lz_sha256(bytes, digest);
    if (err)
        return err;
    ret_etag[0] = '"';
    for (size_t i = 0; i < 16; i++)
        snprintf(ret_etag + 1 + 2 * i, 3, "%02x", digest[i]);
    memcpy(ret_etag + 33, "\"", 2);
    return LZ_OK;
}

lz_err lz_public_checkpoint(struct lz_visit *visit)
{
    struct lz_bytes note;
    char etag[40];
    lz_err err = lz_log_checkpoint(visit->call, COSIGNED_WITHIN_S, &note);
    if (!err)
        err = etag_of(note, etag);
    if (!err && !lz_http_not_modified(visit->request, visit->reply, etag))
        lz_http_reply_bytes(visit->reply, 200, "text/plain; charset=utf-8", note);
    return err;
}

lz_err lz_public_tile(struct lz_visit *visit)
{
    struct lz_bytes tile;
    const char *path = lz_visit_text(visit, "path");
    lz_err err = lz_log_tile(visit->call, path, &tile);
    if (err)
        return err;
    /* A partial tile never changes either, but soon nobody asks for it any more. */
    bool partial = strstr(path, ".p/") != NULL;
    lz_http_reply_header(visit->reply, "Cache-Control",
                         partial ? "public, max-age=60, immutable" : "public, max-age=31536000, immutable");
    lz_http_reply_bytes(visit->reply, 200, "application/octet-stream", tile);
    return LZ_OK;
}
