/* How a person or a test handles the virtual reader: one line of words over a Unix socket, one line of JSON
 * back.
 *
 *   insert [chip=NTAG216] [uid=HEX14] [dump=PATH]   lay a card on: the one with this UID if it was seen
 * before, else a new one; without words the one that lay there last remove take it away; it keeps its memory
 *   swap [chip=…] [uid=…] [dump=PATH]               another card in the same moment
 *   load dump=PATH | save dump=PATH                 the card's memory, every page in order
 *   list                                            all cards seen
 *   fault NAME [after=N]                            none, mute, noack, corrupt, tear, unplug, replug
 *
 * `dump=` takes the rest of the line, so a path may hold blanks.  Answer:
 * {"ok":true,"reader":"plugged|unplugged",
 * "fault":"none|…","cards":[{"uid":"…","chip":"NTAG216","on_reader":true}]} or
 * {"ok":false,"error":"name of the error","zh":"…","en":"…"}. */
#ifndef LZ_NFC_VIRTUAL_CONTROL_H
#define LZ_NFC_VIRTUAL_CONTROL_H

#include "nfc/virtual_pn532.h"

#include <jansson.h>

enum { LZ_VIRTUAL_LINE_MAX = 4096, LZ_VIRTUAL_PATH_MAX = 1024, LZ_VIRTUAL_ANSWER_MAX = 16384 };

enum lz_virtual_verb {
    LZ_VIRTUAL_INSERT,
    LZ_VIRTUAL_REMOVE,
    LZ_VIRTUAL_SWAP,
    LZ_VIRTUAL_LOAD,
    LZ_VIRTUAL_SAVE,
    LZ_VIRTUAL_LIST,
    LZ_VIRTUAL_FAULT,
    LZ_VIRTUAL_UNPLUG,
    LZ_VIRTUAL_REPLUG
};

struct lz_virtual_command {
    enum lz_virtual_verb verb;
    const struct lz_tag_type *type; /* NULL: not given */
    bool has_uid;
    uint8_t uid[7];
    char path[LZ_VIRTUAL_PATH_MAX]; /* empty: not given */
    enum lz_virtual_fault fault;
    unsigned after;
};

/* One line without its newline.  LZ_INVALID with a fault that names the word. */
LZ_MUST lz_err lz_virtual_command_parse(struct lz_bytes line, struct lz_virtual_command *ret_command,
                                        struct lz_fault *fault);

/* Sends one line and waits for its answer; what the answer refuses is the error here, with its words, so that
 * exit codes are the same on both sides of the socket.  `*ret_answer` (NULL: not wanted) is the caller's to
 * json_decref.  LZ_NETWORK: nobody listens there; LZ_TIMEOUT after `budget_ms` without a byte; LZ_INTERNAL:
 * what came is no answer. */
LZ_MUST lz_err lz_virtual_control_ask(const char *socket_path, const char *line, int budget_ms,
                                      json_t **ret_answer, struct lz_fault *fault);

#endif
