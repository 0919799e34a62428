/* The commands of liangzheng-nfc.  Each prints its result on stdout (one JSON value with --json) and returns
 * what went wrong; the caller reports it.  `stop` is set by a signal. */
#ifndef LZ_NFC_NFC_COMMAND_H
#define LZ_NFC_NFC_COMMAND_H

#include "nfc/nfc_options.h"
#include "nfc/tag.h"

#include <signal.h>

/* What every command works with. */
struct lz_nfc_program {
    const struct lz_nfc_options *options;
    const struct lz_clock *clock;
    const volatile sig_atomic_t *stop;
    const sigset_t
        *wait_mask; /* the signals that set `stop` are blocked except while waiting with this mask */
    struct lz_fault *fault;
};

LZ_MUST lz_err lz_nfc_list(const struct lz_nfc_program *program);
LZ_MUST lz_err lz_nfc_read(const struct lz_nfc_program *program);
LZ_MUST lz_err lz_nfc_probe(const struct lz_nfc_program *program);
LZ_MUST lz_err lz_nfc_encode(const struct lz_nfc_program *program); /* a URI, or a certificate's number */
LZ_MUST lz_err lz_nfc_wipe(const struct lz_nfc_program *program);
LZ_MUST lz_err lz_nfc_watch(const struct lz_nfc_program *program);   /* nfc_watch.c */
LZ_MUST lz_err lz_nfc_virtual(const struct lz_nfc_program *program); /* nfc_virtual.c */

/* Shared by commands that need one tag: opens the reader and waits for a tag as --wait says.  `*ret_reader`
 * is the caller's to free, also when the tag was not found. */
LZ_MUST lz_err lz_nfc_open_tag(const struct lz_nfc_program *program, struct lz_reader **ret_reader,
                               struct lz_tag *ret_tag);
/* Writes the URI with the password and lock that the options ask for; `*ret_size`: bytes of the data area
 * used. */
LZ_MUST lz_err lz_nfc_write_uri(const struct lz_nfc_program *program, struct lz_tag *tag, const char *uri,
                                size_t *ret_size);
/* Prints {uid, chip, bytes, capacity}, or the same as a sentence. */
LZ_MUST lz_err lz_nfc_print_written(const struct lz_nfc_program *program, const struct lz_tag *tag,
                                    size_t size);

#endif
