#include "web/http/page.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

lz_err lz_share_folder(struct lz_arena *arena, const char *given, const char *kind, const char **ret_folder,
                       struct lz_fault *fault)
{
    char program[PATH_MAX] = "";
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash = size > 0 ? strrchr(program, '/') : NULL;
    if (slash)
        *slash = '\0';
    const char *tries[] = {
        given,
        given ? NULL : lz_arena_printf(arena, "%s/../share/liangzheng/%s", program, kind),
        given ? NULL : lz_arena_printf(arena, "%s/%s", LZ_SHARE_SOURCE, kind),
    };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        if (!tries[i] || !is_folder(tries[i]))
            continue;
        const char *copy = lz_arena_text(arena, tries[i]);
        if (!copy)
            return LZ_MEMORY;
        *ret_folder = copy;
        return LZ_OK;
    }
    char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
    snprintf(zh, sizeof zh, "找不到 %.40s 文件夹（%.80s 与 ../share/liangzheng），请检查安装。", kind,
             given ? given : "-");
    snprintf(en, sizeof en,
             "The folder %.40s was not found (%.80s, ../share/liangzheng); check the installation.", kind,
             given ? given : "-");
    return lz_fault_set(fault, LZ_NOT_FOUND, zh, en);
}
