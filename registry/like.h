/* Patterns for `lower(x) LIKE lower(:pattern) ESCAPE '\'`, with the user's % and _ taken literally. */
#ifndef LZ_REGISTRY_LIKE_H
#define LZ_REGISTRY_LIKE_H

#include "registry/base/arena.h"

LZ_MUST const char *lz_like_contains(struct lz_arena *arena, const char *text); /* %text%; NULL: memory */
LZ_MUST const char *lz_like_begins(struct lz_arena *arena, const char *text);   /* text% */

#endif
