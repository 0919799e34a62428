/* The demo's synthetic people and organs.  ID numbers begin with 610699, an area that does not exist, so that
 * none can be a real person's. */
#ifndef LZ_REGISTRY_COMMAND_DEMO_PEOPLE_H
#define LZ_REGISTRY_COMMAND_DEMO_PEOPLE_H

#include "registry/base/bytes.h"
#include "registry/base/clock.h"

#include <stdbool.h>

struct lz_demo_organ {
    const char *name, *complaint_line, *basis, *scope;
    bool entrusted;
    size_t parent; /* place in the table; itself: directly below the bureau */
};
extern const struct lz_demo_organ lz_demo_organs[];
enum { LZ_DEMO_ORGANS = 8 };

/* The first ones play parts (demo.c); those from LZ_DEMO_FILED on are filed by HR and await confirmation. */
enum lz_demo_part {
    LZ_DEMO_VALID,
    LZ_DEMO_AUXILIARY,
    LZ_DEMO_SUSPENDED,
    LZ_DEMO_CANCELLED,
    LZ_DEMO_COPIED,
    LZ_DEMO_POINTER,
    LZ_DEMO_REVOKED,
    LZ_DEMO_EXPIRED,
    LZ_DEMO_EXPIRING,
    LZ_DEMO_FILED = 60,
    LZ_DEMO_PEOPLE = 65
};
enum { LZ_DEMO_HR_ORGAN = 0, LZ_DEMO_NUMBER_SIZE = 16 };

void lz_demo_number(size_t person, char ret_number[LZ_DEMO_NUMBER_SIZE]);
/* People [from, to) as a roster's CSV, the same for the same day. */
LZ_MUST lz_err lz_demo_roster(struct lz_date today, size_t from, size_t to, struct lz_buf *out);

bool lz_demo_female(size_t person);

#endif
