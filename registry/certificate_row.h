/* Reading a certificate from a statement of another file. */
#ifndef LZ_REGISTRY_CERTIFICATE_ROW_H
#define LZ_REGISTRY_CERTIFICATE_ROW_H

#include "registry/certificate.h"

enum { LZ_CERTIFICATE_COLUMNS = 21 };
/* The row's first LZ_CERTIFICATE_COLUMNS columns, in the order of the list that every certificate_* SELECT in
 * certificate.sql shares.  LZ_CORRUPT for a word or date unknown. */
LZ_MUST lz_err lz_certificate_read(struct lz_call *call, struct lz_query *q,
                                   struct lz_certificate *ret_certificate);

#endif
