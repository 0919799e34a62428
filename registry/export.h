/* The whole register as plain files, for the day somebody leaves this software.
 *
 *   organs.jsonl people.jsonl certificates.jsonl certificate-events.jsonl badges.jsonl tokens.jsonl
 * accounts.jsonl policies.jsonl audit.jsonl   one JSON object a line, named as the database's columns; bytes
 * in hexadecimal photos/<person id>.jpg log/                         the public log, as `trust export` writes
 * it Never in it: private keys, passwords, sessions. */
#ifndef LZ_REGISTRY_EXPORT_H
#define LZ_REGISTRY_EXPORT_H

#include "registry/register.h"

struct lz_export_options {
    bool id_numbers; /* people's ID numbers, decrypted */
};
/* Writes into `dir` (missing or empty: LZ_EXISTS), folders 0700, files 0600, of one point in time but for the
 * log, which may be newer.  Audited before anything is written.  *ret_records counts lines and photos.  After
 * a failure `dir` is gone. Role: admin. */
LZ_MUST lz_err lz_export(struct lz_call *call, const char *dir, const struct lz_export_options *options,
                         int64_t *ret_records);

#endif
