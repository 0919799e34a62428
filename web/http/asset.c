#include "web/http/asset.h"

#include "web/http/folder.h"
#include "web/http/negotiate.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { FILE_CAP = 16 * 1024 * 1024, VERSION_HEX = 16 };

static const struct {
    const char *ending;
    const char *type;
    bool squeeze; /* text shrinks, pictures do not */
} TYPES[] = {
    {".css", "text/css; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".json", "application/json", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".webmanifest", "application/manifest+json", true},
    {".wasm", "application/wasm", true},
    {".png", "image/png", false},
    {".jpg", "image/jpeg", false},
    {".webp", "image/webp", false},
    {".ico", "image/vnd.microsoft.icon", false},
    {".woff2", "font/woff2", false},
    {".mp3", "audio/mpeg", false},
    {".wav", "audio/wav", true},
};

struct asset {
    char *name;
    char *url;
    const char *type;
    uint8_t *data;
    size_t size;
    uint8_t *gzip; /* NULL: not smaller */
    size_t gzip_size;
};

struct lz_assets {
    char *prefix;
    char version[VERSION_HEX + 1];
    struct asset *list;
    size_t count;
    json_t *urls;
    EVP_MD_CTX *hash; /* while loading */
};

/* A gzip member (RFC 1952) at the best level, done once; NULL when it would not save a tenth. */
static uint8_t *squeezed(struct lz_bytes in, size_t *ret_size)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    size_t room = deflateBound(&stream, (uLong)in.size);
    uint8_t *out = malloc(room);
    uint8_t *copy = malloc(in.size + 1); /* zlib's input is not const */
    bool done = false;
    if (out && copy && in.size) {
        memcpy(copy, in.data, in.size);
        stream.next_in = copy;
        stream.avail_in = (uInt)in.size;
        stream.next_out = out;
        stream.avail_out = (uInt)room;
        done = deflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out < in.size - in.size / 10;
    }
    *ret_size = stream.total_out;
    deflateEnd(&stream);
    free(copy);
    if (!done) {
        free(out);
        return NULL;
    }
    return out;
}

static int type_of(const char *name)
{
    size_t size = strlen(name);
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        size_t ending = strlen(TYPES[i].ending);
        if (size > ending && strcmp(name + size - ending, TYPES[i].ending) == 0)
            return (int)i;
    }
    return -1;
}

static lz_err add_asset(void *context, const char *name, struct lz_bytes content, struct lz_fault *fault)
{
    struct lz_assets *assets = context;
    int type = type_of(name);
    if (type < 0) {
        char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "静态文件 %.120s 的类型未知，不会发布。", name);
        snprintf(en, sizeof en, "The static file %.120s is of no known type and is not served.", name);
        return lz_fault_set(fault, LZ_UNSUPPORTED, zh, en);
    }
    struct asset *grown = realloc(assets->list, (assets->count + 1) * sizeof *grown);
    if (!grown)
        return LZ_MEMORY;
    assets->list = grown;
    struct asset *asset = &grown[assets->count++];
    *asset = (struct asset){.name = strdup(name), .type = TYPES[type].type, .size = content.size};
    asset->data = malloc(content.size + 1);
    if (!asset->name || !asset->data)
        return LZ_MEMORY;
    if (content.size)
        memcpy(asset->data, content.data, content.size);
    if (TYPES[type].squeeze)
        asset->gzip = squeezed(content, &asset->gzip_size);
    bool hashed = EVP_DigestUpdate(assets->hash, name, strlen(name) + 1) == 1 &&
                  EVP_DigestUpdate(assets->hash, content.data, content.size) == 1;
    return hashed ? LZ_OK : LZ_CRYPTO;
}

/* "css/kiosk.css" becomes "css_kiosk_css", a name mustache can say. */
static char *word_of(const char *name)
{
    char *word = strdup(name);
    for (char *at = word; at && *at; at++) {
        if (!isalnum((unsigned char)*at))
            *at = '_';
    }
    return word;
}

static lz_err name_urls(struct lz_assets *assets)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (EVP_DigestFinal_ex(assets->hash, digest, NULL) != 1)
        return LZ_CRYPTO;
    for (size_t i = 0; i < VERSION_HEX / 2; i++)
        snprintf(assets->version + 2 * i, 3, "%02x", digest[i]);
    assets->urls = json_object();
    for (size_t i = 0; i < assets->count; i++) {
        struct asset *asset = &assets->list[i];
        char *word = word_of(asset->name);
        if (asprintf(&asset->url, "%s/%s/%s", assets->prefix, assets->version, asset->name) < 0)
            asset->url = NULL;
        int failed = !word || !asset->url || json_object_set_new(assets->urls, word, json_string(asset->url));
        free(word);
        if (failed)
            return LZ_MEMORY;
    }
    return LZ_OK;
}

lz_err lz_assets_load(const char *folder, const char *prefix, struct lz_assets **ret_assets,
                      struct lz_fault *fault)
{
    lz_err err = LZ_MEMORY;
    struct lz_assets *assets = calloc(1, sizeof *assets);
    if (!assets)
        return LZ_MEMORY;
    assets->prefix = strdup(prefix);
    assets->hash = EVP_MD_CTX_new();
    if (!assets->prefix || !assets->hash)
        goto out;
    err = LZ_CRYPTO;
    if (EVP_DigestInit_ex(assets->hash, EVP_sha256(), NULL) != 1)
        goto out;
    err = lz_folder_each(folder, FILE_CAP, add_asset, assets, fault);
    if (!err)
        err = name_urls(assets);
out:
    if (err)
        lz_assets_free(&assets);
    else
        *ret_assets = assets;
    return err;
}

void lz_assets_free(struct lz_assets **assets)
{
    if (!assets || !*assets)
        return;
    for (size_t i = 0; i < (*assets)->count; i++) {
        struct asset *asset = &(*assets)->list[i];
        free(asset->name);
        free(asset->url);
        free(asset->data);
        free(asset->gzip);
    }
    free((*assets)->list);
    free((*assets)->prefix);
    json_decref((*assets)->urls);
    EVP_MD_CTX_free((*assets)->hash);
    free(*assets);
    *assets = NULL;
}

static const struct asset *find(const struct lz_assets *assets, const char *name)
{
    for (size_t i = 0; i < assets->count; i++) {
        if (strcmp(assets->list[i].name, name) == 0)
            return &assets->list[i];
    }
    return NULL;
}

const char *lz_assets_url(const struct lz_assets *assets, const char *name)
{
    const struct asset *asset = find(assets, name);
    return asset ? asset->url : NULL;
}

const json_t *lz_assets_json(const struct lz_assets *assets)
{
    return assets->urls;
}

static void send(const struct lz_assets *assets, const struct asset *asset, bool forever,
                 const struct lz_http_request *request, struct lz_http_reply *reply)
{
    bool gzip = asset->gzip && lz_negotiate_gzip(lz_http_header_get(request, "Accept-Encoding"));
    char etag[VERSION_HEX + 8];
    snprintf(etag, sizeof etag, "\"%s%s\"", assets->version, gzip ? "-gz" : "");
    lz_http_reply_header(reply, "Cache-Control",
                         forever ? "public, max-age=31536000, immutable" : "no-cache");
    if (asset->gzip)
        lz_http_reply_header(reply, "Vary", "Accept-Encoding");
    if (lz_http_not_modified(request, reply, etag))
        return;
    if (gzip)
        lz_http_reply_header(reply, "Content-Encoding", "gzip");
    lz_http_reply_bytes(reply, 200, asset->type,
                        gzip ? lz_bytes_of(asset->gzip, asset->gzip_size)
                             : lz_bytes_of(asset->data, asset->size));
}

bool lz_assets_serve(const struct lz_assets *assets, const struct lz_http_request *request,
                     struct lz_http_reply *reply)
{
    size_t prefix = strlen(assets->prefix);
    const char *path = request->path.text;
    if (strncmp(path, assets->prefix, prefix) != 0 || path[prefix] != '/')
        return false;
    const char *name = path + prefix + 1;
    bool forever = strncmp(name, assets->version, VERSION_HEX) == 0 && name[VERSION_HEX] == '/';
    const struct asset *asset = find(assets, forever ? name + VERSION_HEX + 1 : name);
    if (asset)
        send(assets, asset, forever, request, reply);
    else
        lz_http_reply_text(reply, 404, "404\n");
    return true;
}
