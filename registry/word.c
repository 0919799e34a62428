#include "registry/word.h"

#include <string.h>

size_t lz_word_find(const struct lz_word *rows, size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && (!name || strcmp(rows[i].name, name) != 0))
        i++;
    return i;
}
