/* Names for files and programs, words for people: the shape that tables of states, events and kinds share. */
#ifndef LZ_REGISTRY_WORD_H
#define LZ_REGISTRY_WORD_H

#include "registry/base/error.h"

struct lz_word {
    const char *name; /* stable: stored in the register, typed on the command line */
    const char *word[LZ_LANG_COUNT];
};

/* The row of `count` that has this name; `count` when none has (NULL is nobody's name). */
size_t lz_word_find(const struct lz_word *rows, size_t count, const char *name);

/* Defines lz_NOUN_name, lz_NOUN_word and lz_NOUN_parse (LZ_INVALID) over a table of COUNT rows. */
#define LZ_WORDS(noun, rows, count)                                                                          \
    const char *lz_##noun##_name(enum lz_##noun value)                                                       \
    {                                                                                                        \
        return (rows)[value].name;                                                                           \
    }                                                                                                        \
    const char *lz_##noun##_word(enum lz_##noun value, lz_lang lang)                                         \
    {                                                                                                        \
        return (rows)[value].word[lang == LZ_EN];                                                            \
    }                                                                                                        \
    lz_err lz_##noun##_parse(const char *name, enum lz_##noun *ret_value)                                    \
    {                                                                                                        \
        size_t i = lz_word_find(rows, count, name);                                                          \
        if (i == (count))                                                                                    \
            return LZ_INVALID;                                                                               \
        *ret_value = (enum lz_##noun)i;                                                                      \
        return LZ_OK;                                                                                        \
    }

#endif
