/* Memory with one lifetime: everything a request, a command or an import row needs, released at once.
 * Not for threads to share. */
#ifndef LZ_BASE_ARENA_H
#define LZ_BASE_ARENA_H

#include "registry/base/error.h"

#include <stdarg.h>
#include <stddef.h>

struct lz_arena;

/* `cap` bytes at most are ever handed out between resets (0: no cap).  NULL when memory is out. */
LZ_MUST struct lz_arena *lz_arena_new(size_t cap);
void lz_arena_free(struct lz_arena **arena); /* accepts NULL and pointer to NULL; sets NULL */
void lz_arena_reset(struct lz_arena *arena); /* forgets all of it, keeps the first block for reuse */

/* Zeroed, aligned for any type; NULL when memory or the cap is out.  Lives until reset or free. */
LZ_MUST void *lz_arena_alloc(struct lz_arena *arena, size_t size);
LZ_MUST void *lz_arena_array(struct lz_arena *arena, size_t count, size_t size);    /* overflow-checked */
LZ_MUST char *lz_arena_copy(struct lz_arena *arena, const char *text, size_t size); /* adds the ending NUL */
LZ_MUST char *lz_arena_text(struct lz_arena *arena, const char *text);              /* NULL in, NULL out */
LZ_MUST char *lz_arena_printf(struct lz_arena *arena, const char *format, ...) LZ_PRINTF(2, 3);
size_t lz_arena_used(const struct lz_arena *arena);

#endif
