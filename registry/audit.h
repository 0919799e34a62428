/* Who did what, when, before and after: one event per change in the change's own transaction, chained by
 * hash. */
#ifndef LZ_REGISTRY_AUDIT_H
#define LZ_REGISTRY_AUDIT_H

#include "registry/base/bytes.h"
#include "registry/register.h"

#include <jansson.h>

enum { LZ_AUDIT_CLOCK_SLACK_S = 120 }; /* a clock may be set back this far: time services do */

/* Appends an event; inside a write.  Its time is now, or the newest event's where the clock has gone back:
 * recorded time never runs backwards.  Gone back by more than the slack, LZ_CLOCK, and with it the whole
 * change is refused (but for objects "account" and "register"): what was done "in the future" would else be
 * undone in its past.  `before` and `after` are borrowed, may be NULL, and must hold no
 * personal number and no secret.  hash = SHA-256(previous hash, position, time, actor, origin, action,
 * object, before, after), each length-prefixed. */
LZ_MUST lz_err lz_audit_add(struct lz_call *call, const char *action, const char *object_kind, int64_t object,
                            const json_t *before, const json_t *after);
/* A member of an event's before or after, for events that are written often and always look alike: the bytes
 * in the register are those of a json_t, the price is a tenth.  Names ascend. */
struct lz_audit_field {
    const char *name;
    const char *text; /* NULL: null, or `number` */
    const int64_t *number;
};
/* The same event.  LZ_INVALID when a text is not UTF-8. */
LZ_MUST lz_err lz_audit_add_fields(struct lz_call *call, const char *action, const char *object_kind,
                                   int64_t object, const struct lz_audit_field *before, size_t before_count,
                                   const struct lz_audit_field *after, size_t after_count);
/* The way out when the clock was ahead and is right now: this event alone carries a time before the one it
 * follows, which is returned.  LZ_WRONG_STATE when the clock does not lie behind.  Role: admin. */
LZ_MUST lz_err lz_audit_accept_clock(struct lz_call *call, int64_t *ret_newest);
/* Many events at once, cheaply (an import): the same, with texts already serialised. */
struct lz_audit_event {
    int64_t position;
    int64_t at;
    const char *actor, *origin, *action, *object_kind;
    int64_t object;
    const char *before, *after; /* JSON, or NULL */
};
/* Newest first.  All events (`object_kind` NULL) or one object's: admin, bureau, auditor, whatever their
 * organ (the chain proves itself only whole); a person's also for other staff who may see the person
 * (LZ_NOT_FOUND outside, lz_person_scope); else LZ_FORBIDDEN. */
LZ_MUST lz_err lz_audit_list(struct lz_call *call, const char *object_kind, int64_t object, size_t offset,
                             size_t limit, struct lz_audit_event **ret_list, size_t *ret_count,
                             size_t *ret_total);
/* Walks the whole chain.  LZ_CORRUPT names the first event that does not fit. */
LZ_MUST lz_err lz_audit_verify(struct lz_call *call, int64_t *ret_count);
LZ_MUST lz_err lz_audit_head(struct lz_call *call, uint8_t ret_hash[32], int64_t *ret_count);

#endif
