/* What the actor may do now: the state tables, read for one certificate or badge and one role. */
#ifndef LZ_WEB_DESK_CHOICES_H
#define LZ_WEB_DESK_CHOICES_H

#include "registry/badge.h"
#include "web/visit.h"

/* The events that the desk offers, in its order. */
extern const enum lz_certificate_event lz_desk_events[];
extern const size_t lz_desk_event_count;

/* What a form asks for an event. */
struct lz_desk_event_form {
    enum lz_certificate_event event;
    bool has_reasons, reason_required, schedulable, valid_until;
    bool danger; /* takes a right away */
};
const struct lz_desk_event_form *lz_desk_event_form(enum lz_certificate_event event); /* never NULL */

/* The table and the role allow it; whoever filed it is not asked to confirm it. */
bool lz_desk_may(const struct lz_visit *visit, const struct lz_certificate *certificate,
                 enum lz_certificate_event event);
bool lz_desk_may_badge(const struct lz_visit *visit, const struct lz_badge *badge, enum lz_badge_event event);
/* Filed by the actor, so another must confirm it (谁提交谁不得审批). */
bool lz_desk_filed_by_self(const struct lz_visit *visit, const struct lz_certificate *certificate);

/* The last event of `certificate` in a history that the actor may still take back; NULL: none.  *ret_until
 * is the end of the time for it, UTC seconds. */
LZ_MUST lz_err lz_desk_undoable(struct lz_visit *visit, const struct lz_certificate *certificate,
                                const struct lz_certificate_history *history, size_t count,
                                const struct lz_certificate_history **ret_event, int64_t *ret_until);

/* The certificate that an event under a number means: for confirmation and refusal a filed successor. */
LZ_MUST lz_err lz_desk_target(struct lz_visit *visit, const char *number, enum lz_certificate_event event,
                              struct lz_certificate *ret_certificate);

#endif
