/* One process per reader.  libnfc's own claim on a serial port does nothing (a second opener breaks the
 * first), so we take a lock of our own: flock on the device, then TIOCEXCL so that programs which know
 * nothing of us are refused, too (root is not). */
#ifndef LZ_NFC_READER_LOCK_H
#define LZ_NFC_READER_LOCK_H

#include "registry/base/error.h"

struct lz_reader_lock {
    int fd; /* -1: not held */
    bool is_tty;
};
#define LZ_READER_LOCK_NONE ((struct lz_reader_lock){.fd = -1})

/* The device path inside a connection string ("driver:/path[:speed]"), written to `ret_path`; false when it
 * names none (USB readers). */
bool lz_reader_path(const char *connstring, char *ret_path, size_t room);

/* Takes the lock; call before libnfc opens.  A reader without a path is locked by a file in the temporary
 * folder. LZ_BUSY: another process holds it; LZ_DEVICE: no such device or no permission. */
LZ_MUST lz_err lz_reader_lock_take(const char *connstring, struct lz_reader_lock *ret_lock,
                                   struct lz_fault *fault);
/* Refuses other openers; call after libnfc has opened, because it would refuse libnfc as well. */
void lz_reader_lock_exclude(const struct lz_reader_lock *lock);
void lz_reader_lock_release(struct lz_reader_lock *lock); /* harmless when not held */

#endif
