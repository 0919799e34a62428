/* When a call fails, and the mutator that arranges it. */
#include "tests/fuzz/faults.h"
#include "tests/unit/faults/faults.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

enum { TRAILER = 6, RARITIES = 8 };
static const uint8_t MAGIC[2] = {0xFA, 0x17}; /* no UTF-8, so no text ends with it */

/* Of this thread: what other threads do is not repeatable, so nothing fails there. */
static _Thread_local struct {
    bool on, held, struck;
    uint8_t classes;
    uint32_t one_in;
    uint64_t state;
} weather;

static uint32_t roll(void)
{
    weather.state = weather.state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(weather.state >> 33);
}

/* What the gates of tests/unit/faults ask. */
bool fault_now(enum fault_gate gate)
{
    static const struct {
        unsigned class;
        int numbers[4];
    } GATES[FAULT_GATE_COUNT] = {
        [FAULT_GATE_MEMORY] = {LZ_FUZZ_MEMORY, {ENOMEM, ENOMEM, ENOMEM, ENOMEM}},
        [FAULT_GATE_ENGINE] = {LZ_FUZZ_MEMORY, {ENOMEM, ENOMEM, ENOMEM, ENOMEM}},
        [FAULT_GATE_SQL] = {LZ_FUZZ_SQL, {EIO, ENOSPC, EAGAIN, EROFS}},
        [FAULT_GATE_WRITE] = {LZ_FUZZ_FILES, {EIO, ENOSPC, EDQUOT, EFBIG}},
        [FAULT_GATE_SYNC] = {LZ_FUZZ_FILES, {EIO, ENOSPC, EIO, EIO}},
        [FAULT_GATE_NAME] = {LZ_FUZZ_FILES, {EIO, EACCES, EROFS, EMFILE}},
        [FAULT_GATE_READ] = {LZ_FUZZ_FILES, {EIO, EIO, EINTR, ENOMEM}},
        [FAULT_GATE_CRYPTO] = {LZ_FUZZ_CRYPTO, {0}},
    };
    if (!weather.on || weather.held || !(weather.classes & GATES[gate].class) || roll() % weather.one_in != 0)
        return false;
    weather.struck = true;
    errno = GATES[gate].numbers[roll() % 4];
    return true;
}

int fault_sqlite_code(void)
{
    static const int CODES[] = {SQLITE_IOERR, SQLITE_FULL,    SQLITE_NOMEM,
                                SQLITE_BUSY,  SQLITE_CORRUPT, SQLITE_READONLY};
    return CODES[roll() % (sizeof CODES / sizeof CODES[0])];
}

bool lz_fuzz_hold(bool held)
{
    const bool was = weather.held;
    weather.held = held;
    return was;
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
