#include "web/http/security.h"

#define CSP_BEFORE_SCRIPT "default-src 'none'; style-src 'self'; "
#define CSP_AFTER_SCRIPT                                                                                     \
    "; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "     \
    "frame-ancestors 'none'"

static const char CSP_PLAIN[] = CSP_BEFORE_SCRIPT "script-src 'self'" CSP_AFTER_SCRIPT;
static const char CSP_CAMERA[] = CSP_BEFORE_SCRIPT
    "script-src 'self' 'wasm-unsafe-eval'; media-src 'self' blob:; worker-src 'self'" CSP_AFTER_SCRIPT;

static void set_unless_there(struct lz_http_reply *reply, const char *name, const char *value)
{
    if (!lz_http_reply_header_get(reply, name))
        lz_http_reply_header_literal(reply, name, value);
}

void lz_security_public_data(struct lz_http_reply *reply)
{
    set_unless_there(reply, "Access-Control-Allow-Origin", "*");
    set_unless_there(reply, "Cross-Origin-Resource-Policy", "cross-origin");
}

void lz_security_headers(const struct lz_http_request *request, struct lz_http_reply *reply, unsigned needs)
{
    bool camera = (needs & LZ_NEEDS_CAMERA) != 0;
    set_unless_there(reply, "Content-Security-Policy", camera ? CSP_CAMERA : CSP_PLAIN);
    set_unless_there(reply, "X-Content-Type-Options", "nosniff");
    set_unless_there(reply, "X-Frame-Options", "DENY");
    set_unless_there(reply, "Referrer-Policy", "no-referrer");
    set_unless_there(reply, "Permissions-Policy",
                     camera ? "camera=(self), microphone=(), geolocation=(), usb=(), payment=()"
                            : "camera=(), microphone=(), geolocation=(), usb=(), payment=()");
    set_unless_there(reply, "Cross-Origin-Opener-Policy", "same-origin");
    set_unless_there(reply, "Cross-Origin-Resource-Policy", "same-origin");
    if (request->secure)
        set_unless_there(reply, "Strict-Transport-Security", "max-age=31536000");
    set_unless_there(reply, "Cache-Control", "no-store");
}
