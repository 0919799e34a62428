#include "web/health.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_MS = 1000 };

struct lz_site_health {
    pthread_mutex_t mutex; /* held while probing: whoever asks meanwhile waits for that answer */
    bool known;
    int64_t at_ms;
    lz_err result;
};

lz_err lz_site_health_new(struct lz_site_health **ret_health)
{
    struct lz_site_health *health = calloc(1, sizeof *health);
    if (!health)
        return LZ_MEMORY;
    pthread_mutex_init(&health->mutex, NULL);
    *ret_health = health;
    return LZ_OK;
}

void lz_site_health_free(struct lz_site_health **health)
{
    if (!health || !*health)
        return;
    pthread_mutex_destroy(&(*health)->mutex);
    free(*health);
    *health = NULL;
}

static lz_err write_probe(struct lz_call *call, void *context)
{
    return lz_setting_put(call, "health_probe", context);
}

/* Written, committed, and read back by a reading connection. */
static lz_err probe(struct lz_call *call)
{
    char now[24];
    const char *found = NULL;
    snprintf(now, sizeof now, "%lld", (long long)lz_call_now_s(call));
    lz_err err = lz_call_write(call, write_probe, now);
    if (!err)
        err = lz_setting_get(call, "health_probe", &found);
    return err;
}

lz_err lz_site_health_check(struct lz_site_health *health, struct lz_call *call)
{
    const struct lz_clock *clock = lz_register_clock(call->reg);
    pthread_mutex_lock(&health->mutex);
    int64_t now = lz_clock_monotonic_ms(clock);
    if (!health->known || now - health->at_ms >= KEPT_MS) {
        health->result = probe(call);
        health->at_ms = lz_clock_monotonic_ms(clock);
        health->known = true;
    }
    lz_err result = health->result;
    pthread_mutex_unlock(&health->mutex);
    return result;
}
