#include "registry/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 16 * 1024 };

struct block {
    struct block *next; /* older */
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char data[];
};

struct lz_arena {
    struct block *top;
    size_t cap;
    size_t used;
};

static struct block *block_new(size_t size)
{
    struct block *b = malloc(sizeof *b + size);
    if (b) {
        b->next = NULL;
        b->size = size;
        b->used = 0;
    }
    return b;
}

struct lz_arena *lz_arena_new(size_t cap)
{
    struct lz_arena *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->cap = cap;
    a->top = block_new(FIRST_BLOCK);
    if (!a->top) {
        free(a);
        return NULL;
    }
    return a;
}

void lz_arena_reset(struct lz_arena *arena)
{
    while (arena->top->next) {
        struct block *older = arena->top->next;
        free(arena->top);
        arena->top = older;
    }
    arena->top->used = 0;
    arena->used = 0;
}

void lz_arena_free(struct lz_arena **arena)
{
    if (!arena || !*arena)
        return;
    lz_arena_reset(*arena);
    free((*arena)->top);
    free(*arena);
    *arena = NULL;
}

void *lz_arena_alloc(struct lz_arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 4)
        return NULL;
    size_t rounded = (size + align - 1) & ~(align - 1);
    if (arena->cap && rounded > arena->cap - arena->used)
        return NULL;
    struct block *top = arena->top;
    if (rounded > top->size - top->used) {
        size_t next = top->size * 2 > rounded ? top->size * 2 : rounded;
        struct block *b = block_new(next);
        if (!b)
            return NULL;
        b->next = top;
        arena->top = top = b;
    }
    void *p = top->data + top->used;
    top->used += rounded;
    arena->used += rounded;
    return memset(p, 0, rounded);
}

void *lz_arena_array(struct lz_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return lz_arena_alloc(arena, count * size);
}

char *lz_arena_copy(struct lz_arena *arena, const char *text, size_t size)
{
    char *p = size < SIZE_MAX ? lz_arena_alloc(arena, size + 1) : NULL;
    if (p && size)
        memcpy(p, text, size);
    return p;
}

char *lz_arena_text(struct lz_arena *arena, const char *text)
{
    return text ? lz_arena_copy(arena, text, strlen(text)) : NULL;
}

char *lz_arena_printf(struct lz_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *p = n < 0 ? NULL : lz_arena_alloc(arena, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p;
}

size_t lz_arena_used(const struct lz_arena *arena)
{
    return arena->used;
}
