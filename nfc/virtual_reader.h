/* A PN532 reader without hardware: a pseudo-terminal that libnfc's pn532_uart driver opens, a drawer of
 * virtual cards, and a control socket (virtual_control.h).  One thread. */
#ifndef LZ_NFC_VIRTUAL_READER_H
#define LZ_NFC_VIRTUAL_READER_H

#include "nfc/virtual_control.h"
#include "registry/base/clock.h"
#include "registry/base/random.h"

#include <signal.h>

struct lz_virtual_reader_options {
    const char *link;               /* stable path: a symlink to the terminal, made anew at every replug */
    const char *control;            /* Unix socket, for this user only */
    const struct lz_tag_type *type; /* chip of new cards when the command names none */
    const struct lz_clock *clock;   /* borrowed */
    struct lz_random *random;       /* borrowed; UIDs of new cards */
};

struct lz_virtual_reader;

/* Opens terminal, link and socket.  LZ_BUSY: another virtual reader answers on that socket; LZ_EXISTS: `link`
 * is something that is no symlink, which is never replaced. */
LZ_MUST lz_err lz_virtual_reader_new(const struct lz_virtual_reader_options *options,
                                     struct lz_virtual_reader **ret_reader, struct lz_fault *fault);
/* Removes link and socket, too. */
void lz_virtual_reader_free(struct lz_virtual_reader **where);

/* Serves until `*stop` is set.  The signals that set it must be blocked; `mask` is the signal mask to wait
 * with. */
LZ_MUST lz_err lz_virtual_reader_run(struct lz_virtual_reader *reader, const volatile sig_atomic_t *stop,
                                     const sigset_t *mask);

/* One command, as the socket would run it; appends the line of JSON (virtual_control.h).  For tests, too. */
void lz_virtual_reader_command(struct lz_virtual_reader *reader, struct lz_bytes line, struct lz_buf *answer);

#endif
