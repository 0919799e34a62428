/* The life of a certificate as data.  Commands, desk and tests read these tables. */
#include "registry/certificate.h"
#include "registry/word.h"

static const struct lz_word kinds[LZ_CERTIFICATE_KIND_COUNT] = {
    [LZ_CERTIFICATE_ENFORCEMENT] = {"enforcement", {"行政执法证", "Enforcement certificate"}},
    [LZ_CERTIFICATE_SUPERVISION] = {"supervision", {"行政执法监督证", "Supervision certificate"}},
    [LZ_CERTIFICATE_AUXILIARY] = {"auxiliary", {"行政执法辅助人员工作证", "Auxiliary work card"}},
};

static const struct lz_word states[LZ_CERTIFICATE_STATE_COUNT] = {
    [LZ_CERTIFICATE_AWAITING] = {"awaiting-confirmation", {"待确认", "Awaiting confirmation"}},
    [LZ_CERTIFICATE_VALID] = {"valid", {"有效", "Valid"}},
    [LZ_CERTIFICATE_SUSPENDED] = {"suspended", {"暂扣", "Suspended"}},
    [LZ_CERTIFICATE_REVOKED] = {"revoked", {"吊销", "Revoked"}},
    [LZ_CERTIFICATE_CANCELLED] = {"cancelled", {"注销", "Cancelled"}},
    [LZ_CERTIFICATE_EXPIRED] = {"expired", {"过期", "Expired"}},
    [LZ_CERTIFICATE_REPLACED] = {"replaced", {"已换发", "Replaced"}},
    [LZ_CERTIFICATE_REFUSED] = {"refused", {"未予确认", "Not confirmed"}},
    [LZ_CERTIFICATE_NOT_YET_VALID] = {"not-yet-valid", {"未生效", "Not yet valid"}},
};

static const struct lz_word events[LZ_CERTIFICATE_EVENT_COUNT] = {
    [LZ_CERTIFICATE_ISSUE] = {"issue", {"确认发证", "Issue"}},
    [LZ_CERTIFICATE_REFUSE] = {"refuse", {"不予确认", "Refuse"}},
    [LZ_CERTIFICATE_SUSPEND] = {"suspend", {"暂扣", "Suspend"}},
    [LZ_CERTIFICATE_REINSTATE] = {"reinstate", {"恢复", "Reinstate"}},
    [LZ_CERTIFICATE_REVOKE] = {"revoke", {"吊销", "Revoke"}},
    [LZ_CERTIFICATE_CANCEL] = {"cancel", {"注销", "Cancel"}},
    [LZ_CERTIFICATE_EXPIRE] = {"expire", {"到期", "Expire"}},
    [LZ_CERTIFICATE_RENEW] = {"renew", {"换证（延续）", "Renew"}},
    [LZ_CERTIFICATE_REISSUE] = {"reissue", {"补发", "Reissue"}},
    [LZ_CERTIFICATE_REPLACE] = {"replace", {"被换发", "Replace"}},
    [LZ_CERTIFICATE_UNDO] = {"undo", {"撤回", "Undo"}},
};

#define S(state) LZ_CERTIFICATE_##state
#define E(effect) LZ_EFFECT_##effect

/* Revocation, suspension and confirmation are the bureau's; leaving is HR's, who applied and cleans up
 * (谁申办、谁清理). Expiry writes no status: every token carries its own last day. */
const struct lz_certificate_transition lz_certificate_transitions[] = {
    {S(AWAITING), S(ISSUE), S(VALID), LZ_ROLES_BUREAU, E(STATUS) | E(OTHER_HAND) | E(IN_SERVICE)},
    {S(AWAITING), S(REFUSE), S(REFUSED), LZ_ROLES_BUREAU, E(UNDOABLE)},
    {S(AWAITING), S(CANCEL), S(CANCELLED), LZ_ROLES_FILING, E(PERSON) | E(UNDOABLE)},
    {S(VALID), S(SUSPEND), S(SUSPENDED), LZ_ROLES_BUREAU, E(STATUS) | E(UNDOABLE)},
    {S(VALID), S(REVOKE), S(REVOKED), LZ_ROLES_BUREAU, E(STATUS) | E(UNDOABLE)},
    {S(VALID), S(CANCEL), S(CANCELLED), LZ_ROLES_FILING, E(STATUS) | E(PERSON) | E(UNDOABLE)},
    {S(VALID), S(EXPIRE), S(EXPIRED), LZ_ROLES_SYSTEM, 0},
    {S(VALID), S(RENEW), S(VALID), LZ_ROLES_FILING, E(SUCCESSOR) | E(IN_SERVICE)},
    {S(VALID), S(REISSUE), S(VALID), LZ_ROLES_FILING, E(SUCCESSOR) | E(IN_SERVICE)},
    {S(VALID), S(REPLACE), S(REPLACED), LZ_ROLES_SYSTEM, E(STATUS)},
    {S(VALID), S(UNDO), S(VALID), LZ_ROLES_BUREAU, E(STATUS) | E(RESTORES)},
    {S(SUSPENDED), S(REINSTATE), S(VALID), LZ_ROLES_BUREAU, E(STATUS) | E(UNDOABLE) | E(IN_SERVICE)},
    {S(SUSPENDED), S(REVOKE), S(REVOKED), LZ_ROLES_BUREAU, E(STATUS) | E(UNDOABLE)},
    {S(SUSPENDED), S(CANCEL), S(CANCELLED), LZ_ROLES_FILING, E(STATUS) | E(PERSON) | E(UNDOABLE)},
    {S(SUSPENDED), S(EXPIRE), S(EXPIRED), LZ_ROLES_SYSTEM, 0},
    {S(SUSPENDED), S(UNDO), S(SUSPENDED), LZ_ROLES_BUREAU, E(STATUS) | E(RESTORES)},
    {S(REVOKED), S(UNDO), S(REVOKED), LZ_ROLES_BUREAU, E(STATUS) | E(RESTORES)},
    {S(CANCELLED), S(UNDO), S(CANCELLED), LZ_ROLES_FILING, E(STATUS) | E(RESTORES)},
    {S(EXPIRED), S(CANCEL), S(CANCELLED), LZ_ROLES_FILING, E(STATUS) | E(PERSON) | E(UNDOABLE)},
    {S(EXPIRED), S(REVOKE), S(REVOKED), LZ_ROLES_BUREAU, E(STATUS) | E(UNDOABLE)},
    {S(EXPIRED), S(RENEW), S(EXPIRED), LZ_ROLES_FILING, E(SUCCESSOR) | E(IN_SERVICE)},
    {S(EXPIRED), S(REPLACE), S(REPLACED), LZ_ROLES_SYSTEM, E(STATUS)},
    {S(REFUSED), S(UNDO), S(REFUSED), LZ_ROLES_BUREAU, E(RESTORES)},
    {S(NOT_YET_VALID), S(SUSPEND), S(SUSPENDED), LZ_ROLES_BUREAU, E(STATUS) | E(UNDOABLE)},
    {S(NOT_YET_VALID), S(REVOKE), S(REVOKED), LZ_ROLES_BUREAU, E(STATUS) | E(UNDOABLE)},
    {S(NOT_YET_VALID), S(CANCEL), S(CANCELLED), LZ_ROLES_FILING, E(STATUS) | E(PERSON) | E(UNDOABLE)},
    {S(NOT_YET_VALID), S(REPLACE), S(REPLACED), LZ_ROLES_SYSTEM, E(STATUS)},
};
const size_t lz_certificate_transition_count =
    sizeof lz_certificate_transitions / sizeof lz_certificate_transitions[0];

const struct lz_certificate_transition *lz_certificate_transition(enum lz_certificate_state from,
                                                                  enum lz_certificate_event event)
{
    for (size_t i = 0; i < lz_certificate_transition_count; i++) {
        const struct lz_certificate_transition *row = &lz_certificate_transitions[i];
        if (row->from == from && row->event == event)
            return row;
    }
    return NULL;
}

LZ_WORDS(certificate_kind, kinds, LZ_CERTIFICATE_KIND_COUNT)
LZ_WORDS(certificate_state, states, LZ_CERTIFICATE_STATE_COUNT)
LZ_WORDS(certificate_event, events, LZ_CERTIFICATE_EVENT_COUNT)
