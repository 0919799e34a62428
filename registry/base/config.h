/* liangzheng.ini of a register (inih): known keys only, so that a typing error is an error and not a silent
 * default. */
#ifndef LZ_BASE_CONFIG_H
#define LZ_BASE_CONFIG_H

#include "registry/base/arena.h"
#include "registry/base/bytes.h"

#include <stdint.h>

/* One known setting.  Kinds are checked when the file is read. */
enum lz_config_kind { LZ_CONFIG_TEXT, LZ_CONFIG_INT, LZ_CONFIG_BOOL };
struct lz_config_key {
    const char *section;
    const char *name;
    enum lz_config_kind kind;
    const char *fallback; /* value when the file is silent; NULL: must be given */
    int64_t min, max;     /* for LZ_CONFIG_INT */
};

struct lz_config;

/* Parses the text of a file (UTF-8, at most 64 KiB; LZ_MALFORMED, LZ_TOO_LARGE); `name` is how messages call
 * it. */
LZ_MUST lz_err lz_config_parse(struct lz_bytes text, const char *name, const struct lz_config_key *keys,
                               size_t count, struct lz_config **ret_config, struct lz_fault *fault);
/* Reads `path`; `keys` (count) must outlive the result.  LZ_INVALID names file, line, key and what was
 * expected, for every fault at once; texts, which may be secret, are never repeated. */
LZ_MUST lz_err lz_config_read(const char *path, const struct lz_config_key *keys, size_t count,
                              struct lz_config **ret_config, struct lz_fault *fault);
void lz_config_free(struct lz_config **config);
/* Settings that are in `keys`; a name that is not gives "", 0, false. */
const char *lz_config_text(const struct lz_config *config, const char *section,
                           const char *name); /* borrowed; never NULL */
int64_t lz_config_int(const struct lz_config *config, const char *section, const char *name);
bool lz_config_bool(const struct lz_config *config, const char *section, const char *name);

#endif
