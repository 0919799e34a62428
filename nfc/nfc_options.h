/* The words after `liangzheng-nfc COMMAND`. */
#ifndef LZ_NFC_NFC_OPTIONS_H
#define LZ_NFC_NFC_OPTIONS_H

#include "registry/base/error.h"

#include <stdbool.h>

enum { LZ_NFC_ARGUMENTS_MAX = 4 };

/* All texts are borrowed from argv or the environment. */
struct lz_nfc_options {
    const char *reader;        /* --reader CONNSTRING, else LIANGZHENG_READER, else LIBNFC_DEVICE, else "" */
    const char *data;          /* --data DIR, else LIANGZHENG_DATA, else NULL */
    const char *uri;           /* --uri */
    const char *password_file; /* --password-file */
    const char *link;          /* --link */
    const char *control;       /* --control */
    const char *chip;          /* --chip */
    const char *uid;           /* --uid */
    const char *dump;          /* --dump */
    const char *after;         /* --after */
    int wait_s;                /* --wait SECONDS for a tag to be laid on; 0: it must lie there */
    bool read_only;            /* --read-only */
    bool json;                 /* --json */
    const char *arguments[LZ_NFC_ARGUMENTS_MAX]; /* what is no option, in order */
    int argument_count;
};

/* Options may stand before and after arguments.  LZ_USAGE with a fault. */
LZ_MUST lz_err lz_nfc_options_parse(int argc, char **argv, struct lz_nfc_options *ret_options,
                                    struct lz_fault *fault);

#endif
