#include "web/kiosk/mirror.h"
#include "web/kiosk/registry_client.h"

enum { GET_MS = 60000 };

static lz_err get(void *context, const char *path, struct lz_buf *out)
{
    const struct lz_registry_ask ask = {.path = path, .budget_ms = GET_MS};
    return lz_registry_client_get(context, &ask, out, NULL);
}

lz_err lz_mirror(const char *registry, const struct lz_vkey *vkey, const char *folder,
                 const struct lz_clock *clock, struct lz_trust_state *ret_state, struct lz_fault *fault)
{
    struct lz_registry_client *client = NULL;
    struct lz_trust *trust = NULL;
    lz_err err = lz_registry_client_new(registry, NULL, &client, fault);
    if (!err)
        err = lz_trust_open(folder, vkey, &trust, fault);
    const struct lz_trust_fetch fetch = {.get = get, .context = client};
    if (!err)
        err = lz_trust_sync(trust, &fetch, clock, NULL, fault);
    if (!err)
        *ret_state = lz_trust_state(trust);
    lz_trust_free(&trust);
    lz_registry_client_free(&client);
    return err;
}
