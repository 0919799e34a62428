/* Columns into a call's arena. */
#ifndef LZ_REGISTRY_COLUMN_H
#define LZ_REGISTRY_COLUMN_H

#include "registry/register.h"

/* Copies a text column; SQL NULL gives NULL.  False only when memory is out. */
LZ_MUST static inline bool lz_column_text(struct lz_call *call, struct lz_query *q, int column,
                                          const char **ret_text)
{
    const char *text = lz_query_get_text(q, column);
    *ret_text = lz_arena_text(call->arena, text);
    return !text || *ret_text;
}

#endif
