/* Errors over HTTP: RFC 9457 problem details from struct lz_fault. */
#ifndef LZ_WEB_HTTP_PROBLEM_H
#define LZ_WEB_HTTP_PROBLEM_H

#include "web/http/http.h"

#define LZ_PROBLEM_TYPE "application/problem+json"

/* {"type":"urn:liangzheng:problem:<name>","title":…,"status":…,"detail":…,"code":"<name>",
 *  "fields":[{"field":…,"found":…,"message":…}]} in `lang`; `fields` only when there are any; `status` 0: the
 * code's own.  NULL: memory is out.  The caller owns the reference. */
LZ_MUST json_t *lz_problem_json(const struct lz_fault *fault, int status, lz_lang lang);
/* Answers with it.  Retry-After is set for LZ_THROTTLED and LZ_BUSY unless already there. */
void lz_problem_reply(struct lz_http_reply *reply, const struct lz_fault *fault, int status, lz_lang lang);

#endif
