/* The gates of the C library, jansson and OpenSSL. */
#include "gate.h"

#include <argon2.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <jansson.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "calls.inc"

/* Those with any number of arguments; the second is the first as FORTIFY_SOURCE has it. */
int __wrap_asprintf(char **ret_text, const char *format, ...) LZ_PRINTF(2, 3);
int __wrap_asprintf(char **ret_text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = fault_now(FAULT_GATE_MEMORY) ? -1 : vasprintf(ret_text, format, arguments);
    va_end(arguments);
    return size;
}

int __wrap___asprintf_chk(char **ret_text, int flag, const char *format, ...) LZ_PRINTF(3, 4);
int __wrap___asprintf_chk(char **ret_text, int flag, const char *format, ...)
{
    va_list arguments;
    (void)flag;
    va_start(arguments, format);
    int size = fault_now(FAULT_GATE_MEMORY) ? -1 : vasprintf(ret_text, format, arguments);
    va_end(arguments);
    return size;
}

static void *jansson_malloc(size_t size)
{
    return fault_now(FAULT_GATE_MEMORY) ? NULL : __real_malloc(size);
}

__attribute__((constructor)) static void begin(void)
{
    json_set_alloc_funcs(jansson_malloc, free);
}
