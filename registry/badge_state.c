/* The life of a badge as data. */
#include "registry/badge.h"
#include "registry/word.h"

static const struct lz_word states[LZ_BADGE_STATE_COUNT] = {
    [LZ_BADGE_ORDERED] = {"ordered", {"待制作", "Ordered"}},
    [LZ_BADGE_PRINTED] = {"printed", {"已打印", "Printed"}},
    [LZ_BADGE_ENCODED] = {"encoded", {"已写芯片", "Encoded"}},
    [LZ_BADGE_HANDED_OVER] = {"handed-over", {"已发放", "Handed over"}},
    [LZ_BADGE_RETURNED] = {"returned", {"已收缴", "Returned"}},
    [LZ_BADGE_DESTROYED] = {"destroyed", {"已销毁", "Destroyed"}},
    [LZ_BADGE_LOST] = {"lost", {"遗失", "Lost"}},
    [LZ_BADGE_SPOILED] = {"spoiled", {"损坏", "Spoiled"}},
};

static const struct lz_word events[LZ_BADGE_EVENT_COUNT] = {
    [LZ_BADGE_PRINT] = {"print", {"打印", "Print"}},
    [LZ_BADGE_ENCODE] = {"encode", {"写芯片", "Encode"}},
    [LZ_BADGE_HAND_OVER] = {"hand-over", {"发放", "Hand over"}},
    [LZ_BADGE_RETURN] = {"return", {"收缴", "Take back"}},
    [LZ_BADGE_LOSE] = {"lose", {"报失", "Report lost"}},
    [LZ_BADGE_SPOIL] = {"spoil", {"报损", "Report damaged"}},
    [LZ_BADGE_DESTROY] = {"destroy", {"销毁", "Destroy"}},
};

#define S(name) LZ_BADGE_##name
#define TAKES_BACK (LZ_ROLES_BADGE | LZ_ROLES(LZ_ROLE_HR))

/* Printing and encoding may come in either order and again (a spoiled print, a rewritten chip). */
const struct lz_badge_transition lz_badge_transitions[] = {
    {S(ORDERED), S(PRINT), S(PRINTED), LZ_ROLES_BADGE, false},
    {S(ORDERED), S(ENCODE), S(ENCODED), LZ_ROLES_BADGE, false},
    {S(ORDERED), S(SPOIL), S(SPOILED), LZ_ROLES_BADGE, true},
    {S(PRINTED), S(PRINT), S(PRINTED), LZ_ROLES_BADGE, false},
    {S(PRINTED), S(ENCODE), S(ENCODED), LZ_ROLES_BADGE, false},
    {S(PRINTED), S(HAND_OVER), S(HANDED_OVER), LZ_ROLES_BADGE, false},
    {S(PRINTED), S(LOSE), S(LOST), TAKES_BACK, true},
    {S(PRINTED), S(SPOIL), S(SPOILED), LZ_ROLES_BADGE, true},
    {S(ENCODED), S(PRINT), S(ENCODED), LZ_ROLES_BADGE, false},
    {S(ENCODED), S(ENCODE), S(ENCODED), LZ_ROLES_BADGE, false},
    {S(ENCODED), S(HAND_OVER), S(HANDED_OVER), LZ_ROLES_BADGE, false},
    {S(ENCODED), S(LOSE), S(LOST), TAKES_BACK, true},
    {S(ENCODED), S(SPOIL), S(SPOILED), LZ_ROLES_BADGE, true},
    {S(HANDED_OVER), S(RETURN), S(RETURNED), TAKES_BACK, true},
    {S(HANDED_OVER), S(LOSE), S(LOST), TAKES_BACK, true},
    {S(HANDED_OVER), S(SPOIL), S(SPOILED), TAKES_BACK, true},
    {S(RETURNED), S(DESTROY), S(DESTROYED), TAKES_BACK, false},
    {S(SPOILED), S(DESTROY), S(DESTROYED), TAKES_BACK, false},
};
const size_t lz_badge_transition_count = sizeof lz_badge_transitions / sizeof lz_badge_transitions[0];

const struct lz_badge_transition *lz_badge_transition(enum lz_badge_state from, enum lz_badge_event event)
{
    for (size_t i = 0; i < lz_badge_transition_count; i++)
        if (lz_badge_transitions[i].from == from && lz_badge_transitions[i].event == event)
            return &lz_badge_transitions[i];
    return NULL;
}

LZ_WORDS(badge_state, states, LZ_BADGE_STATE_COUNT)
LZ_WORDS(badge_event, events, LZ_BADGE_EVENT_COUNT)
