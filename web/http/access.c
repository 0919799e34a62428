#include "registry/base/log.h"
#include "web/http/http.h"

void lz_http_access_log(const struct lz_log *log, const char *component, const struct lz_http_access *access)
{
    LZ_LOG(log, access->status >= 500 ? LZ_LOG_WARN : LZ_LOG_INFO, component, "request",
           lz_log_text("method", lz_http_method_text(access->method)), lz_log_text("path", access->path),
           lz_log_int("status", access->status), lz_log_int("bytes", (int64_t)access->bytes),
           lz_log_int("us", access->duration_us), lz_log_text("peer", access->peer));
}
