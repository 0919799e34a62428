/* Whole files: read with a cap, replaced atomically (write beside, fsync, rename, fsync the folder). */
#ifndef LZ_BASE_FILE_H
#define LZ_BASE_FILE_H

#include "registry/base/bytes.h"

/* Reads a whole file up to buf->cap; what the buffer held is dropped, after an error it is empty or cut
 * short.  LZ_NOT_FOUND, LZ_TOO_LARGE, LZ_IO; the fault names the path. */
LZ_MUST lz_err lz_file_read(const char *path, struct lz_buf *buf, struct lz_fault *fault);
/* Replaces or creates `path` with `mode` (e.g. 0600).  After an error a whole file is there as before: the
 * old one, or, when it is only its name that could not be made durable, the new one.  LZ_DISK_FULL,
 * LZ_READ_ONLY, LZ_IO. */
LZ_MUST lz_err lz_file_replace(const char *path, struct lz_bytes content, unsigned mode,
                               struct lz_fault *fault);
/* Creates a folder and those of its parents that are missing with `mode` (the umask applies); an existing
 * folder is fine and keeps its mode. */
LZ_MUST lz_err lz_folder_make(const char *path, unsigned mode, struct lz_fault *fault);
/* Missing or empty: LZ_OK.  LZ_EXISTS; what cannot be looked into is not free, but LZ_IO, LZ_MEMORY … */
LZ_MUST lz_err lz_folder_free(const char *path, struct lz_fault *fault);
/* Makes the name `path` durable, after it was made or renamed by other means than these. */
LZ_MUST lz_err lz_file_sync_name(const char *path, struct lz_fault *fault);
lz_err lz_err_from_errno(int error_number); /* ENOSPC: LZ_DISK_FULL, EROFS: LZ_READ_ONLY, ENOENT:
                                               LZ_NOT_FOUND, ENOMEM: LZ_MEMORY, else LZ_IO */

#endif
