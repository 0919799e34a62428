#include "registry/base/encoding.h"
#include "registry/base/file.h"
#include "registry/base/json_write.h"
#include "web/kiosk/holder.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Base64 of the photo, and the details around it. */
enum { FILE_CAP = LZ_HOLDER_PHOTO_MAX / 3 * 4 + 65536, NAME_SIZE = 2 * LZ_TOKEN_DIGEST + 1 };

struct kept {
    uint8_t digest[LZ_TOKEN_DIGEST];
    int64_t tapped_at; /* UTC seconds; 0: free */
    struct lz_holder holder;
};

struct lz_holder_cache {
    pthread_mutex_t lock;
    char *folder; /* NULL: memory only */
    struct kept kept[LZ_HOLDER_MAX];
};

/* --- files: one per holder, named by the token's digest, replaced whole --- */

static void file_path(const struct lz_holder_cache *cache, const uint8_t digest[LZ_TOKEN_DIGEST],
                      struct lz_buf *out)
{
    lz_buf_init(out, 4096);
    lz_buf_printf(out, "%s/", cache->folder);
    lz_hex_encode(lz_bytes_of(digest, LZ_TOKEN_DIGEST), out);
}

static void remove_file(const struct lz_holder_cache *cache, const uint8_t digest[LZ_TOKEN_DIGEST])
{
    struct lz_buf path;
    if (!cache->folder)
        return;
    file_path(cache, digest, &path);
    if (!path.err)
        (void)unlink((const char *)path.data);
    lz_buf_free(&path);
}

static lz_err write_file(const struct lz_holder_cache *cache, const struct kept *kept)
{
    struct lz_buf path, photo;
    char *text = NULL;
    lz_err err = LZ_MEMORY;
    if (!cache->folder)
        return LZ_OK;
    file_path(cache, kept->digest, &path);
    lz_buf_init(&photo, FILE_CAP);
    lz_base64_encode(lz_buf_view(&kept->holder.photo), &photo);
    json_t *value =
        json_pack("{s:I, s:O?, s:s#}", "tapped_at", (json_int_t)kept->tapped_at, "details",
                  kept->holder.details, "photo", photo.data ? (const char *)photo.data : "", (int)photo.size);
    if (value && !path.err && !photo.err)
        text = lz_json_text(value, JSON_COMPACT);
    if (text)
        err = lz_file_replace((const char *)path.data, lz_bytes_text(text), 0600, NULL);
    free(text);
    json_decref(value);
    lz_buf_free(&photo);
    lz_buf_free(&path);
    return err;
}

static lz_err read_value(const json_t *value, struct kept *kept)
{
    json_t *details = json_object_get(value, "details");
    const json_t *tapped_at = json_object_get(value, "tapped_at");
    const char *photo = json_string_value(json_object_get(value, "photo"));
    if (!json_is_integer(tapped_at) || json_integer_value(tapped_at) <= 0 || !photo)
        return LZ_MALFORMED;
    lz_err err = lz_base64_decode(lz_bytes_text(photo), &kept->holder.photo);
    if (err)
        return err;
    if (kept->holder.photo.size > 0 && !lz_photo_type(lz_buf_view(&kept->holder.photo)))
        return LZ_MALFORMED;
    kept->holder.details = json_is_object(details) ? json_incref(details) : NULL;
    kept->tapped_at = json_integer_value(tapped_at);
    return LZ_OK;
}

static lz_err read_file(const char *path, struct kept *kept)
{
    struct lz_buf text;
    lz_buf_init(&text, FILE_CAP);
    lz_err err = lz_file_read(path, &text, NULL);
    if (!err) {
        json_t *value = json_loadb((const char *)text.data, text.size, 0, NULL);
        err = read_value(value, kept);
        json_decref(value);
    }
    lz_buf_free(&text);
    return err;
}

/* --- places --- */

static struct kept *find(struct lz_holder_cache *cache, const uint8_t digest[LZ_TOKEN_DIGEST])
{
    for (size_t i = 0; i < LZ_HOLDER_MAX; i++)
        if (cache->kept[i].tapped_at > 0 && memcmp(cache->kept[i].digest, digest, LZ_TOKEN_DIGEST) == 0)
            return &cache->kept[i];
    return NULL;
}

static void forget(struct lz_holder_cache *cache, struct kept *kept)
{
    if (kept->tapped_at > 0)
        remove_file(cache, kept->digest);
    kept->tapped_at = 0;
    lz_holder_reset(&kept->holder);
}

/* A free place; the one tapped longest ago is freed when there is none. */
static struct kept *place(struct lz_holder_cache *cache)
{
    struct kept *oldest = &cache->kept[0];
    for (size_t i = 0; i < LZ_HOLDER_MAX; i++)
        if (cache->kept[i].tapped_at < oldest->tapped_at)
            oldest = &cache->kept[i];
    forget(cache, oldest);
    return oldest;
}

static bool is_past(const struct kept *kept, int64_t now_s)
{
    return now_s - kept->tapped_at >= LZ_HOLDER_KEEP_S || kept->tapped_at - now_s > LZ_HOLDER_AHEAD_S;
}

/* --- the folder at start --- */

static void load_entry(struct lz_holder_cache *cache, const char *name)
{
    struct lz_buf digest, path;
    struct kept kept = {0};
    lz_buf_init(&digest, LZ_TOKEN_DIGEST);
    lz_buf_init(&path, 4096);
    lz_holder_init(&kept.holder);
    lz_buf_printf(&path, "%s/%s", cache->folder, name);
    bool good = strlen(name) == NAME_SIZE - 1 && lz_hex_decode(lz_bytes_text(name), &digest) == LZ_OK &&
                !path.err && read_file((const char *)path.data, &kept) == LZ_OK;
    if (good) {
        struct kept *free_place = place(cache);
        memcpy(kept.digest, digest.data, LZ_TOKEN_DIGEST);
        *free_place = kept;
    } else {
        lz_holder_reset(&kept.holder);
        if (!path.err)
            (void)unlink((const char *)path.data);
    }
    lz_buf_free(&digest);
    lz_buf_free(&path);
}

static lz_err load_folder(struct lz_holder_cache *cache, struct lz_fault *fault)
{
    lz_err err = lz_folder_make(cache->folder, 0700, fault);
    if (err)
        return err;
    DIR *folder = opendir(cache->folder);
    if (!folder)
        return lz_fault_set(fault, lz_err_from_errno(errno), NULL, NULL);
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        if (entry->d_name[0] != '.')
            load_entry(cache, entry->d_name);
    closedir(folder);
    return LZ_OK;
}

lz_err lz_holder_cache_new(const char *folder, struct lz_holder_cache **ret_cache, struct lz_fault *fault)
{
    struct lz_holder_cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return LZ_MEMORY;
    for (size_t i = 0; i < LZ_HOLDER_MAX; i++)
        lz_holder_init(&cache->kept[i].holder);
    pthread_mutex_init(&cache->lock, NULL);
    cache->folder = folder ? strdup(folder) : NULL;
    lz_err err = folder && !cache->folder ? LZ_MEMORY : LZ_OK;
    if (!err && folder)
        err = load_folder(cache, fault);
    if (err)
        lz_holder_cache_free(&cache);
    else
        *ret_cache = cache;
    return err;
}

void lz_holder_cache_free(struct lz_holder_cache **cache)
{
    if (!cache || !*cache)
        return;
    for (size_t i = 0; i < LZ_HOLDER_MAX; i++)
        lz_holder_reset(&(*cache)->kept[i].holder);
    pthread_mutex_destroy(&(*cache)->lock);
    free((*cache)->folder);
    free(*cache);
    *cache = NULL;
}

bool lz_holder_cache_get(struct lz_holder_cache *cache, const uint8_t digest[LZ_TOKEN_DIGEST], int64_t now_s,
                         struct lz_holder *ret_holder)
{
    pthread_mutex_lock(&cache->lock);
    const struct kept *kept = find(cache, digest);
    bool found = kept && !is_past(kept, now_s) && lz_holder_copy(&kept->holder, ret_holder) == LZ_OK;
    pthread_mutex_unlock(&cache->lock);
    return found;
}

lz_err lz_holder_cache_put(struct lz_holder_cache *cache, const uint8_t digest[LZ_TOKEN_DIGEST],
                           int64_t now_s, const struct lz_holder *holder)
{
    pthread_mutex_lock(&cache->lock);
    struct kept *kept = find(cache, digest);
    if (!kept)
        kept = place(cache);
    lz_err err = lz_holder_copy(holder, &kept->holder);
    if (!err) {
        memcpy(kept->digest, digest, LZ_TOKEN_DIGEST);
        kept->tapped_at = now_s;
        err = write_file(cache, kept);
    }
    pthread_mutex_unlock(&cache->lock);
    return err;
}

void lz_holder_cache_touch(struct lz_holder_cache *cache, const uint8_t digest[LZ_TOKEN_DIGEST],
                           int64_t now_s)
{
    pthread_mutex_lock(&cache->lock);
    struct kept *kept = find(cache, digest);
    if (kept && !is_past(kept, now_s)) {
        kept->tapped_at = now_s;
        lz_err err = write_file(cache, kept);
        (void)err; /* after a restart it ends a day after the tap before */
    }
    pthread_mutex_unlock(&cache->lock);
}

void lz_holder_cache_purge(struct lz_holder_cache *cache, int64_t now_s)
{
    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < LZ_HOLDER_MAX; i++)
        if (cache->kept[i].tapped_at > 0 && is_past(&cache->kept[i], now_s))
            forget(cache, &cache->kept[i]);
    pthread_mutex_unlock(&cache->lock);
}
