/* grow_log REGISTER SIZE: appends to the register's log until it holds SIZE entries, in a few large writes,
 * so that a log as long as a city's stands in seconds.  The entries name organs that do not exist. */
#include "registry/publish.h"
#include "registry/register.h"

#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 20000 };

struct growth {
    int64_t until;
};

/* Names of all lengths, so that bundles have entries of all sizes. */
static void fill(struct lz_log_entry *entry, int64_t position)
{
    *entry = (struct lz_log_entry){.type = LZ_ENTRY_ORGAN, .time = position};
    entry->organ.organ = (uint32_t)position;
    size_t length = 1 + (size_t)(position % 96);
    for (size_t i = 0; i < length; i++)
        entry->organ.name[i] = (char)('a' + (position + (int64_t)i) % 26);
}

static lz_err append(struct lz_call *call, void *context)
{
    const struct growth *growth = context;
    struct lz_log_entry entry;
    int64_t position = 0;
    lz_err err = lz_log_size(call, &position);
    while (!err && position < growth->until) {
        fill(&entry, position);
        err = lz_log_append(call, &entry, &position);
        position++;
    }
    return err;
}

static lz_err grow(struct lz_call *call, int64_t size)
{
    int64_t now = 0;
    lz_err err = lz_log_size(call, &now);
    while (!err && now < size) {
        struct growth growth = {.until = size - now > BATCH ? now + BATCH : size};
        err = lz_call_write(call, append, &growth);
        if (!err)
            err = lz_log_size(call, &now);
    }
    return err;
}

int main(int argc, char **argv)
{
    struct lz_fault fault = {0};
    struct lz_register *reg = NULL;
    if (argc != 3) {
        fprintf(stderr, "usage: grow_log REGISTER SIZE\n");
        return 2;
    }
    struct lz_call call = {.actor = &lz_actor_system, .origin = "test", .arena = lz_arena_new(0)};
    lz_err err = call.arena ? lz_register_open(argv[1], NULL, &reg, &fault) : LZ_MEMORY;
    if (!err) {
        call.reg = reg;
        err = grow(&call, strtoll(argv[2], NULL, 10));
        fault = call.fault;
    }
    if (err)
        fprintf(stderr, "%s %s\n", lz_err_name(err), lz_fault_text(&fault, LZ_EN));
    lz_register_close(&reg);
    lz_arena_free(&call.arena);
    return err ? lz_err_exit(err) : 0;
}
