/* Walks a folder and its subfolders at start-up; for the loaders of this folder only. */
#ifndef LZ_WEB_HTTP_FOLDER_H
#define LZ_WEB_HTTP_FOLDER_H

#include "registry/base/bytes.h"

/* `name` is the path below the folder with '/', e.g. "desk/person.mustache". */
typedef lz_err (*lz_folder_visit)(void *context, const char *name, struct lz_bytes content,
                                  struct lz_fault *fault);
/* Visits every regular file that does not begin with a dot, in order of name; `cap` bytes a file at most.
 * Stops at the first error. */
LZ_MUST lz_err lz_folder_each(const char *folder, size_t cap, lz_folder_visit visit, void *context,
                              struct lz_fault *fault);

#endif
