/* For whoever keeps the server running. */
#include "web/public/public.h"

#include "web/health.h"

lz_err lz_public_health(struct lz_visit *visit)
{
    lz_err err = lz_site_health_check(visit->site->health, visit->call);
    visit->status = err ? 503 : 200;
    return lz_visit_answer(visit, json_pack("{s:s}", "status", err ? lz_err_name(err) : "ok"));
}

lz_err lz_public_metrics(struct lz_visit *visit)
{
    struct lz_buf *out = &visit->reply->scratch;
    lz_buf_reset(out);
    lz_metrics_write(visit->site->metrics, out);
    if (out->err)
        return out->err;
    lz_http_reply_bytes(visit->reply, 200, "text/plain; version=0.0.4; charset=utf-8", lz_buf_view(out));
    return LZ_OK;
}
