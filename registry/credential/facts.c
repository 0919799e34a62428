#include "registry/credential/facts.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Records in arrays, found through open-addressed slots that hold record number + 1.  Nothing is ever
 * removed. */
struct slots {
    uint32_t *table;
    size_t room; /* a power of two, at least twice the records */
};

struct token_row {
    uint8_t digest[32];
    uint32_t list, idx;
    int64_t published_at;
    atomic_bool held; /* the signature was checked and held */
};

struct status_row {
    uint64_t place;
    struct lz_facts_status status;
};

struct organ_row {
    uint32_t organ;
    char *name;
};

struct key_row {
    struct lz_verifying_key *key;
    uint8_t kid[LZ_KID_SIZE];
    int64_t from, until;
    bool gap;
};

struct lz_facts {
    struct token_row *tokens;
    size_t token_count, token_room;
    struct slots token_slots;
    struct status_row *statuses;
    size_t status_count, status_room;
    struct slots status_slots;
    struct organ_row *organs;
    size_t organ_count, organ_room;
    struct key_row *keys;
    size_t key_count, key_room;
    struct lz_public_key log_key;
    bool has_log_key;
};

lz_err lz_facts_new(struct lz_facts **ret_facts)
{
    struct lz_facts *facts = calloc(1, sizeof *facts);
    if (facts == NULL) {
        return LZ_MEMORY;
    }
    *ret_facts = facts;
    return LZ_OK;
}

void lz_facts_free(struct lz_facts **facts)
{
    if (facts == NULL || *facts == NULL) {
        return;
    }
    for (size_t i = 0; i < (*facts)->organ_count; i++) {
        free((*facts)->organs[i].name);
    }
    for (size_t i = 0; i < (*facts)->key_count; i++) {
        lz_verifying_key_free(&(*facts)->keys[i].key);
    }
    free((*facts)->tokens);
    free((*facts)->token_slots.table);
    free((*facts)->statuses);
    free((*facts)->status_slots.table);
    free((*facts)->organs);
    free((*facts)->keys);
    free(*facts);
    *facts = NULL;
}

static uint64_t place_of(uint32_t list, uint32_t idx)
{
    return (uint64_t)list << 32 | idx;
}

/* A digest is random already. */
static uint64_t digest_hash(const uint8_t digest[32])
{
    uint64_t hash;
    memcpy(&hash, digest, sizeof hash);
    return hash;
}

/* Places are handed out at random, yet a list is dense: mix (splitmix64's finish). */
static uint64_t place_hash(uint64_t place)
{
    place = (place ^ place >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    place = (place ^ place >> 27) * UINT64_C(0x94d049bb133111eb);
    return place ^ place >> 31;
}

/* The slot of a token, or the empty one where it belongs. */
static size_t token_slot(const struct lz_facts *facts, const uint8_t digest[32])
{
    const struct slots *slots = &facts->token_slots;
    size_t at = (size_t)digest_hash(digest) & (slots->room - 1);
    while (slots->table[at] != 0 && memcmp(facts->tokens[slots->table[at] - 1].digest, digest, 32) != 0) {
        at = (at + 1) & (slots->room - 1);
    }
    return at;
}

static size_t status_slot(const struct lz_facts *facts, uint64_t place)
{
    const struct slots *slots = &facts->status_slots;
    size_t at = (size_t)place_hash(place) & (slots->room - 1);
    while (slots->table[at] != 0 && facts->statuses[slots->table[at] - 1].place != place) {
        at = (at + 1) & (slots->room - 1);
    }
    return at;
}

/* Room for `count` records in all; grows by halves so that a long log is not copied for every bundle. */
static lz_err grow(void **rows, size_t *room, size_t count, size_t row_size)
{
    if (count <= *room) {
        return LZ_OK;
    }
    size_t wanted = *room + *room / 2 > count ? *room + *room / 2 : count;
    if (wanted > UINT32_MAX / 4) {
        return LZ_TOO_LARGE; /* slots count in 32 bits */
    }
    void *more = reallocarray(*rows, wanted, row_size);
    if (more == NULL) {
        return LZ_MEMORY;
    }
    *rows = more;
    *room = wanted;
    return LZ_OK;
}

/* *ret_fresh: the table is new and must be filled. */
static lz_err slots_grow(struct slots *slots, size_t records, bool *ret_fresh)
{
    size_t room = slots->room > 0 ? slots->room : 64;
    *ret_fresh = false;
    while (room < records * 2) {
        room *= 2;
    }
    if (room == slots->room) {
        return LZ_OK;
    }
    uint32_t *table = calloc(room, sizeof *table);
    if (table == NULL) {
        return LZ_MEMORY;
    }
    free(slots->table);
    *slots = (struct slots){.table = table, .room = room};
    *ret_fresh = true;
    return LZ_OK;
}

static lz_err reserve_tokens(struct lz_facts *facts, size_t more)
{
    bool fresh;
    size_t count = facts->token_count + more;
    void *rows = facts->tokens;
    lz_err err = grow(&rows, &facts->token_room, count, sizeof *facts->tokens);
    facts->tokens = rows;
    if (err == LZ_OK) {
        err = slots_grow(&facts->token_slots, facts->token_room, &fresh);
    }
    for (size_t i = 0; err == LZ_OK && fresh && i < facts->token_count; i++) {
        facts->token_slots.table[token_slot(facts, facts->tokens[i].digest)] = (uint32_t)(i + 1);
    }
    return err;
}

static lz_err reserve_statuses(struct lz_facts *facts, size_t more)
{
    bool fresh;
    size_t count = facts->status_count + more;
    void *rows = facts->statuses;
    lz_err err = grow(&rows, &facts->status_room, count, sizeof *facts->statuses);
    facts->statuses = rows;
    if (err == LZ_OK) {
        err = slots_grow(&facts->status_slots, facts->status_room, &fresh);
    }
    for (size_t i = 0; err == LZ_OK && fresh && i < facts->status_count; i++) {
        facts->status_slots.table[status_slot(facts, facts->statuses[i].place)] = (uint32_t)(i + 1);
    }
    return err;
}

lz_err lz_facts_reserve(struct lz_facts *facts, const struct lz_facts_need *need)
{
    lz_err err = reserve_tokens(facts, need->issues);
    if (err == LZ_OK) {
        err = reserve_statuses(facts, need->statuses);
    }
    void *rows = facts->organs;
    if (err == LZ_OK) {
        err = grow(&rows, &facts->organ_room, facts->organ_count + need->organs, sizeof *facts->organs);
        facts->organs = rows;
    }
    rows = facts->keys;
    if (err == LZ_OK) {
        err = grow(&rows, &facts->key_room, facts->key_count + need->keys, sizeof *facts->keys);
        facts->keys = rows;
    }
    return err;
}

void lz_facts_need_add(struct lz_facts_need *need, const struct lz_log_entry *entry)
{
    switch (entry->type) {
    case LZ_ENTRY_ISSUE:
        need->issues++;
        break;
    case LZ_ENTRY_STATUS:
        need->statuses++;
        break;
    case LZ_ENTRY_KEY:
        need->keys++;
        break;
    case LZ_ENTRY_ORGAN:
        need->organs++;
        break;
    case LZ_ENTRY_ANCHOR:
    case LZ_ENTRY_RESTORE:
        break;
    }
}

static void apply_issue(struct lz_facts *facts, const struct lz_log_entry *entry)
{
    size_t slot = token_slot(facts, entry->issue.digest);
    if (facts->token_slots.table[slot] != 0) {
        return;
    }
    struct token_row *row = &facts->tokens[facts->token_count++];
    memcpy(row->digest, entry->issue.digest, sizeof row->digest);
    row->list = entry->issue.list;
    row->idx = entry->issue.idx;
    row->published_at = entry->time;
    atomic_init(&row->held, false);
    facts->token_slots.table[slot] = (uint32_t)facts->token_count;
}

static void apply_status(struct lz_facts *facts, const struct lz_log_entry *entry)
{
    uint64_t place = place_of(entry->status.list, entry->status.idx);
    size_t slot = status_slot(facts, place);
    if (facts->status_slots.table[slot] == 0) {
        facts->statuses[facts->status_count++].place = place;
        facts->status_slots.table[slot] = (uint32_t)facts->status_count;
    }
    facts->statuses[facts->status_slots.table[slot] - 1].status = (struct lz_facts_status){
        .status = entry->status.status,
        .reason = entry->status.reason,
        .published_at = entry->time,
        .effective_at = entry->status.effective,
    };
}

/* An issuer's key, or a new window for one that is known; an Ed25519 key succeeds the log's own. */
static lz_err apply_key(struct lz_facts *facts, const struct lz_log_entry *entry)
{
    uint8_t kid[LZ_KID_SIZE];
    if (entry->key.key.kind == LZ_KEY_ED25519) {
        facts->log_key = entry->key.key;
        facts->has_log_key = true;
        return LZ_OK;
    }
    lz_err err = lz_key_kid(&entry->key.key, kid);
    if (err != LZ_OK) {
        return err;
    }
    for (size_t i = 0; i < facts->key_count; i++) {
        struct key_row *row = &facts->keys[i];
        if (memcmp(row->kid, kid, sizeof kid) != 0) {
            continue;
        }
        /* A second key under a taken kid never counts: the first stands. */
        if (lz_public_key_equal(lz_verifying_key_public(row->key), &entry->key.key)) {
            row->from = entry->key.from;
            row->until = entry->key.until;
        }
        return LZ_OK;
    }
    struct key_row row = {.from = entry->key.from, .until = entry->key.until};
    memcpy(row.kid, kid, sizeof kid);
    err = lz_verifying_key_new(&entry->key.key, &row.key);
    if (err == LZ_OK) {
        facts->keys[facts->key_count++] = row;
    }
    return err;
}

static lz_err apply_organ(struct lz_facts *facts, const struct lz_log_entry *entry)
{
    char *name = strdup(entry->organ.name);
    if (name == NULL) {
        return LZ_MEMORY;
    }
    for (size_t i = 0; i < facts->organ_count; i++) {
        if (facts->organs[i].organ == entry->organ.organ) {
            free(facts->organs[i].name);
            facts->organs[i].name = name;
            return LZ_OK;
        }
    }
    facts->organs[facts->organ_count++] = (struct organ_row){.organ = entry->organ.organ, .name = name};
    return LZ_OK;
}

/* What the key in use signed last may have been lost with its entry; not so with a key whose end came before,
 * since all that it signed stands above that. */
static void apply_restore(struct lz_facts *facts)
{
    for (size_t i = 0; i < facts->key_count; i++) {
        facts->keys[i].gap = facts->keys[i].gap || facts->keys[i].until == 0;
    }
}

lz_err lz_facts_apply(struct lz_facts *facts, const struct lz_log_entry *entry)
{
    struct lz_facts_need need = {0};
    lz_facts_need_add(&need, entry);
    lz_err err = lz_facts_reserve(facts, &need);
    if (err != LZ_OK) {
        return err;
    }
    switch (entry->type) {
    case LZ_ENTRY_ISSUE:
        apply_issue(facts, entry);
        return LZ_OK;
    case LZ_ENTRY_STATUS:
        apply_status(facts, entry);
        return LZ_OK;
    case LZ_ENTRY_KEY:
        return apply_key(facts, entry);
    case LZ_ENTRY_ORGAN:
        return apply_organ(facts, entry);
    case LZ_ENTRY_RESTORE:
        apply_restore(facts);
        return LZ_OK;
    case LZ_ENTRY_ANCHOR:
        return LZ_OK;
    }
    return LZ_OK;
}

bool lz_facts_token(const struct lz_facts *facts, const uint8_t digest[32], struct lz_facts_token *ret_token)
{
    if (facts->token_count == 0) {
        return false;
    }
    uint32_t number = facts->token_slots.table[token_slot(facts, digest)];
    if (number == 0) {
        return false;
    }
    struct token_row *row = &facts->tokens[number - 1];
    *ret_token = (struct lz_facts_token){
        .list = row->list, .idx = row->idx, .published_at = row->published_at, .mark = &row->held};
    return true;
}

bool lz_facts_held(const struct lz_facts_token *token)
{
    return atomic_load_explicit((atomic_bool *)token->mark, memory_order_relaxed);
}

void lz_facts_hold(const struct lz_facts_token *token)
{
    atomic_store_explicit((atomic_bool *)token->mark, true, memory_order_relaxed);
}

struct lz_facts_status lz_facts_status(const struct lz_facts *facts, uint32_t list, uint32_t idx)
{
    struct lz_facts_status status = {0};
    if (facts->status_count > 0) {
        uint32_t number = facts->status_slots.table[status_slot(facts, place_of(list, idx))];
        if (number > 0)
            status = facts->statuses[number - 1].status;
    }
    return status;
}

bool lz_facts_key_at(const struct lz_facts *facts, size_t position, struct lz_facts_key *ret_key)
{
    if (position >= facts->key_count) {
        return false;
    }
    const struct key_row *row = &facts->keys[position];
    *ret_key =
        (struct lz_facts_key){.key = row->key, .from = row->from, .until = row->until, .gap = row->gap};
    memcpy(ret_key->kid, row->kid, sizeof row->kid);
    return true;
}

bool lz_facts_key(const struct lz_facts *facts, const uint8_t kid[LZ_KID_SIZE], struct lz_facts_key *ret_key)
{
    for (size_t i = 0; i < facts->key_count; i++) {
        if (memcmp(facts->keys[i].kid, kid, LZ_KID_SIZE) == 0) {
            return lz_facts_key_at(facts, i, ret_key);
        }
    }
    return false;
}

const struct lz_public_key *lz_facts_log_key(const struct lz_facts *facts)
{
    return facts->has_log_key ? &facts->log_key : NULL;
}

const char *lz_facts_organ(const struct lz_facts *facts, uint32_t organ)
{
    for (size_t i = 0; i < facts->organ_count; i++) {
        if (facts->organs[i].organ == organ) {
            return facts->organs[i].name;
        }
    }
    return NULL;
}

size_t lz_facts_token_count(const struct lz_facts *facts)
{
    return facts->token_count;
}

lz_err lz_facts_each_status(const struct lz_facts *facts,
                            lz_err (*each)(void *context, uint32_t list, uint32_t idx,
                                           const struct lz_facts_status *status),
                            void *context)
{
    for (size_t i = 0; i < facts->status_count; i++) {
        const struct status_row *row = &facts->statuses[i];
        lz_err err = each(context, (uint32_t)(row->place >> 32), (uint32_t)row->place, &row->status);
        if (err != LZ_OK) {
            return err;
        }
    }
    return LZ_OK;
}
