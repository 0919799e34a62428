/* A person known to the register: one record for life, officer or auxiliary. */
#ifndef LZ_REGISTRY_PERSON_H
#define LZ_REGISTRY_PERSON_H

#include "registry/base/bytes.h"
#include "registry/register.h"

enum lz_person_state {
    LZ_PERSON_ACTIVE,
    LZ_PERSON_TRANSFERRED,
    LZ_PERSON_RETIRED,
    LZ_PERSON_RESIGNED,
    LZ_PERSON_DISMISSED,
    LZ_PERSON_DECEASED,
    LZ_PERSON_STATE_COUNT
};
const char *lz_person_state_name(enum lz_person_state state); /* "active"; stable */
const char *lz_person_state_word(enum lz_person_state state, lz_lang lang);

struct lz_person {
    int64_t id;
    const char *name;
    int sex; /* GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 unspecified */
    int64_t organ;
    const char *organ_name;
    const char *post; /* or NULL */
    bool auxiliary;
    enum lz_person_state state;
    bool has_photo;
    const char *certificate_number; /* the newest certificate's; NULL: none.  Filled by search and find */
    const char *certificate_state;  /* its state's name; NULL: none */
    const char *certificate_kind;   /* NULL: none */
    struct lz_date valid_until;     /* its date; empty: none */
};

LZ_MUST lz_err
lz_person_find(struct lz_call *call, int64_t id,
               struct lz_person *ret_person); /* LZ_NOT_FOUND, also outside the actor's scope */

/* May the actor read this person's file?  Staff, when the person's organ or one that applied for a
 * certificate of theirs lies within the actor's scope; else LZ_NOT_FOUND. */
LZ_MUST lz_err lz_person_scope(struct lz_call *call, int64_t id);

struct lz_person_search {
    const char *text;  /* part of a name, a whole certificate number, or a whole ID number; NULL: any */
    int64_t organ;     /* and below; 0: all */
    const char *state; /* certificate state name; NULL: any */
    size_t offset, limit;
};
/* People within the actor's scope, by name. */
LZ_MUST lz_err lz_person_search(struct lz_call *call, const struct lz_person_search *search,
                                struct lz_person **ret_people, size_t *ret_count, size_t *ret_total);

/* The masked ID number for the desk ("6106**********9075"), read with an audit event.  Roles: admin, bureau,
 * hr. */
LZ_MUST lz_err lz_person_id_number(struct lz_call *call, int64_t id, const char **ret_masked);

/* Stores a photo (JPEG without metadata, at most 512 KiB); audited.  Roles: admin, bureau, hr, clerk. */
LZ_MUST lz_err lz_person_photo_put(struct lz_call *call, int64_t id, struct lz_bytes jpeg);
/* LZ_NOT_FOUND, also for whom lz_person_scope keeps out; arena. */
LZ_MUST lz_err lz_person_photo_get(struct lz_call *call, int64_t id, struct lz_bytes *ret_jpeg);
/* The same without asking who: only for a caller that holds a proof of its own, as lz_verification_photo. */
LZ_MUST lz_err lz_person_photo_read(struct lz_call *call, int64_t id, struct lz_bytes *ret_jpeg);

/* Personal numbers: AES-256-GCM at rest, HMAC-SHA-256 for exact look-up. */
enum { LZ_ID_INDEX_SIZE = 32 };
LZ_MUST lz_err lz_id_number_index(struct lz_register *reg, const char *id_number,
                                  uint8_t ret_index[LZ_ID_INDEX_SIZE]);
LZ_MUST lz_err lz_id_number_seal(struct lz_register *reg, const char *id_number, struct lz_buf *ret_sealed);
LZ_MUST lz_err lz_id_number_open(struct lz_register *reg, struct lz_bytes sealed,
                                 struct lz_buf *ret_id_number); /* caller wipes */

#endif
