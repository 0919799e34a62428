#include "web/http/folder.h"

#include "registry/base/file.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 8, NAME_SIZE = 1024 };

struct walk {
    const char *folder;
    size_t cap;
    lz_folder_visit visit;
    void *context;
    struct lz_fault *fault;
};

static int is_plain(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static lz_err walk_below(const struct walk *walk, const char *below, int depth);

static lz_err walk_entry(const struct walk *walk, const char *name, int depth)
{
    char path[PATH_MAX];
    struct stat info;
    int size = snprintf(path, sizeof path, "%s/%s", walk->folder, name);
    if (size < 0 || (size_t)size >= sizeof path || stat(path, &info) != 0)
        return LZ_IO;
    if (S_ISDIR(info.st_mode))
        return walk_below(walk, name, depth + 1);
    if (!S_ISREG(info.st_mode))
        return LZ_OK;
    struct lz_buf content;
    lz_buf_init(&content, walk->cap);
    lz_err err = lz_file_read(path, &content, walk->fault);
    if (!err)
        err = walk->visit(walk->context, name, lz_buf_view(&content), walk->fault);
    lz_buf_free(&content);
    return err;
}

static lz_err walk_below(const struct walk *walk, const char *below, int depth)
{
    char path[PATH_MAX];
    struct dirent **entries = NULL;
    snprintf(path, sizeof path, "%s%s%s", walk->folder, *below ? "/" : "", below);
    int count = depth > DEPTH_MAX ? -1 : scandir(path, &entries, is_plain, alphasort);
    if (count < 0)
        return lz_fault_set(walk->fault, LZ_NOT_FOUND, "找不到网页文件夹，请检查安装是否完整。",
                            "A folder of web files was not found; check that the installation is complete.");
    lz_err err = LZ_OK;
    for (int i = 0; i < count; i++) {
        char name[NAME_SIZE];
        int size = snprintf(name, sizeof name, "%s%s%s", below, *below ? "/" : "", entries[i]->d_name);
        if (!err)
            err = size < 0 || (size_t)size >= sizeof name ? LZ_TOO_LARGE : walk_entry(walk, name, depth);
        free(entries[i]);
    }
    free(entries);
    return err;
}

lz_err lz_folder_each(const char *folder, size_t cap, lz_folder_visit visit, void *context,
                      struct lz_fault *fault)
{
    struct walk walk = {folder, cap, visit, context, fault};
    return walk_below(&walk, "", 0);
}
