/* A folder of this run's own for harnesses whose parser reads files; in memory where the machine offers that.
 * It is removed when the fuzzer ends by itself. */
#ifndef LZ_FUZZ_FOLDER_H
#define LZ_FUZZ_FOLDER_H

#include "registry/base/bytes.h"
#include "tests/fuzz/faults.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LZ_FUZZ_PATH = 256 };
static char lz_fuzz_folder[64];

static inline int lz_fuzz_remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

/* Not while calls fail: lz_fuzz_calm first. */
static inline void lz_fuzz_remove(const char *path)
{
    (void)nftw(path, lz_fuzz_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void lz_fuzz_folder_end(void)
{
    lz_fuzz_calm();
    lz_fuzz_remove(lz_fuzz_folder);
}

static inline void lz_fuzz_folder_make(void)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(lz_fuzz_folder, sizeof lz_fuzz_folder, "%s/lz-fuzz-XXXXXX", base);
    lz_fuzz_need(mkdtemp(lz_fuzz_folder) != NULL);
    atexit(lz_fuzz_folder_end);
}

static inline const char *lz_fuzz_path(char ret_path[LZ_FUZZ_PATH], const char *name)
{
    snprintf(ret_path, LZ_FUZZ_PATH, "%s/%s", lz_fuzz_folder, name);
    return ret_path;
}

/* Plain system calls by another name than those that fail. */
static inline void lz_fuzz_write(const char *path, struct lz_bytes content)
{
    const int fd = openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    lz_fuzz_need(fd >= 0 && pwrite(fd, content.data, content.size, 0) == (ssize_t)content.size);
    close(fd);
}

/* Changes that an input makes to bytes that were good: place (2 bytes, big endian), value to flip in; a value
 * of 0 cuts the bytes off there.  At most `max` changes; the rest of the input is left in *input. */
static inline void lz_fuzz_patch(struct lz_bytes *input, size_t max, uint8_t *bytes, size_t *size)
{
    for (size_t i = 0; i < max && input->size >= 3 && *size > 0; i++) {
        const size_t place = ((size_t)input->data[0] << 8 | input->data[1]) % *size;
        if (input->data[2])
            bytes[place] ^= input->data[2];
        else
            *size = place;
        *input = lz_bytes_of(input->data + 3, input->size - 3);
    }
}

#endif
