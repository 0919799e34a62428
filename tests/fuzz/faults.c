/* When a call fails, the mutator that arranges it, and memory. */
#include "tests/fuzz/faults.h"

#include <errno.h>
#include <jansson.h>
#include <sqlite3.h>
#include <string.h>

enum { TRAILER = 6, RARITIES = 8 };
static const uint8_t MAGIC[2] = {0xFA, 0x17}; /* no UTF-8, so no text ends with it */

/* Of this thread: what other threads do is not repeatable, so nothing fails there. */
static _Thread_local struct {
    bool on, struck;
    uint8_t classes;
    uint32_t one_in;
    uint64_t state;
} weather;

static uint32_t roll(void)
{
    weather.state = weather.state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(weather.state >> 33);
}

bool lz_fuzz_due(enum lz_fuzz_class class)
{
    if (!weather.on || !(weather.classes & (unsigned)class) || roll() % weather.one_in != 0)
        return false;
    weather.struck = true;
    return true;
}

unsigned lz_fuzz_pick(unsigned count)
{
    return roll() % count;
}

bool lz_fuzz_struck(void)
{
    return weather.struck;
}

void lz_fuzz_calm(void)
{
    weather.on = false;
}

static bool has_trailer(const uint8_t *data, size_t size)
{
    return size >= TRAILER && memcmp(data + size - TRAILER, MAGIC, sizeof MAGIC) == 0;
}

int __real_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&weather, 0, sizeof weather);
    if (!has_trailer(data, size))
        return __real_LLVMFuzzerTestOneInput(data, size);
    size -= TRAILER;
    /* A copy, so that the address sanitizer sees a step into the trailer. */
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        return 0;
    memcpy(copy, data, size);
    const uint8_t *trailer = data + size + sizeof MAGIC;
    weather.state = (uint64_t)trailer[0] << 8 | trailer[1];
    weather.classes = trailer[2];
    weather.one_in = 1 + (1u << trailer[3] % RARITIES);
    weather.on = true;
    int kept = __real_LLVMFuzzerTestOneInput(copy, size);
    weather.on = false;
    free(copy);
    return kept;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    uint8_t trailer[TRAILER];
    const bool had = has_trailer(data, size);
    if (had) {
        size -= TRAILER;
        memcpy(trailer, data + size, TRAILER);
    }
    const bool fails = seed % 4 == 0 && size + TRAILER <= max_size;
    /* Every second failing run fails on bytes that are known to lead far. */
    if (!fails || seed % 8 == 0)
        size = LLVMFuzzerMutate(data, size, fails ? max_size - TRAILER : max_size);
    if (!fails)
        return size;
    if (!had || seed & 16) {
        const uint32_t noise = (seed >> 5) * UINT32_C(2654435761);
        memcpy(trailer, MAGIC, sizeof MAGIC);
        memcpy(trailer + sizeof MAGIC, &noise, TRAILER - sizeof MAGIC);
    }
    memcpy(data + size, trailer, TRAILER);
    return size + TRAILER;
}

/* ---- memory ---- */

static bool out_of_memory(void)
{
    if (!lz_fuzz_due(LZ_FUZZ_MEMORY))
        return false;
    errno = ENOMEM;
    return true;
}

#define WRAP(type, failure, name, parameters, arguments)                                                     \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        return out_of_memory() ? (failure) : __real_##name arguments;                                        \
    }
WRAP(void *, NULL, malloc, (size_t size), (size))
WRAP(void *, NULL, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, NULL, realloc, (void *old, size_t size), (old, size))
WRAP(void *, NULL, reallocarray, (void *old, size_t count, size_t size), (old, count, size))
WRAP(char *, NULL, strdup, (const char *text), (text))
WRAP(char *, NULL, strndup, (const char *text, size_t size), (text, size))

static sqlite3_mem_methods sqlite_memory; /* SQLite's own */

static void *sqlite_malloc(int size)
{
    return out_of_memory() ? NULL : sqlite_memory.xMalloc(size);
}
static void *sqlite_realloc(void *old, int size)
{
    return out_of_memory() ? NULL : sqlite_memory.xRealloc(old, size);
}

static void json_release(void *memory)
{
    free(memory);
}

/* jansson 2.14 writes beyond its buffer when memory ends inside its reader, so there it ends before. */
json_t *__real_json_loadb(const char *text, size_t size, size_t flags, json_error_t *error);
json_t *__wrap_json_loadb(const char *text, size_t size, size_t flags, json_error_t *error);
json_t *__wrap_json_loadb(const char *text, size_t size, size_t flags, json_error_t *error)
{
    const bool on = weather.on, fails = out_of_memory();
    if (fails && error)
        *error = (json_error_t){.line = -1, .column = -1, .text = "out of memory"};
    weather.on = false;
    json_t *value = fails ? NULL : __real_json_loadb(text, size, flags, error);
    weather.on = on;
    return value;
}

/* Before anything uses either library. */
__attribute__((constructor)) static void take_over_memory(void)
{
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory);
    sqlite3_mem_methods ours = sqlite_memory;
    ours.xMalloc = sqlite_malloc;
    ours.xRealloc = sqlite_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
    json_set_alloc_funcs(__wrap_malloc, json_release);
}
