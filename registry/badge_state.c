/* The life of a badge as data. */
#include "registry/badge.h"

#include <string.h>

struct word_row {
    const char *name;
    const char *word[LZ_LANG_COUNT];
};

static const struct word_row states[LZ_BADGE_STATE_COUNT] = {
    [LZ_BADGE_ORDERED] = {"ordered", {"待制作", "Ordered"}},
    [LZ_BADGE_PRINTED] = {"printed", {"已打印", "Printed"}},
    [LZ_BADGE_ENCODED] = {"encoded", {"已写芯片", "Encoded"}},
    [LZ_BADGE_HANDED_OVER] = {"handed-over", {"已发放", "Handed over"}},
    [LZ_BADGE_RETURNED] = {"returned", {"已收缴", "Returned"}},
    [LZ_BADGE_DESTROYED] = {"destroyed", {"已销毁", "Destroyed"}},
    [LZ_BADGE_LOST] = {"lost", {"遗失", "Lost"}},
    [LZ_BADGE_SPOILED] = {"spoiled", {"损坏", "Spoiled"}},
};

static const struct word_row events[LZ_BADGE_EVENT_COUNT] = {
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

static size_t find(const struct word_row *rows, size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && (!name || strcmp(rows[i].name, name) != 0))
        i++;
    return i;
}

const char *lz_badge_state_name(enum lz_badge_state state)
{
    return states[state].name;
}
const char *lz_badge_state_word(enum lz_badge_state state, lz_lang lang)
{
    return states[state].word[lang == LZ_EN];
}
lz_err lz_badge_state_parse(const char *name, enum lz_badge_state *ret_state)
{
    size_t i = find(states, LZ_BADGE_STATE_COUNT, name);
    if (i == LZ_BADGE_STATE_COUNT)
        return LZ_INVALID;
    *ret_state = (enum lz_badge_state)i;
    return LZ_OK;
}

const char *lz_badge_event_name(enum lz_badge_event event)
{
    return events[event].name;
}
const char *lz_badge_event_word(enum lz_badge_event event, lz_lang lang)
{
    return events[event].word[lang == LZ_EN];
}
lz_err lz_badge_event_parse(const char *name, enum lz_badge_event *ret_event)
{
    size_t i = find(events, LZ_BADGE_EVENT_COUNT, name);
    if (i == LZ_BADGE_EVENT_COUNT)
        return LZ_INVALID;
    *ret_event = (enum lz_badge_event)i;
    return LZ_OK;
}
