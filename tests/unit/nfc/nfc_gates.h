/* What the gates of nfc_calls.inc do, and a virtual reader in a process of its own, so that its calls do not
 * count.  Everything lies in a temporary folder. */
#ifndef LZ_TEST_NFC_GATES_H
#define LZ_TEST_NFC_GATES_H

#include "faults/faults.h"

#include <nfc/nfc.h>
#include <sys/types.h>

struct nfc_gates {
    int code;         /* what a failing call of libnfc returns; NFC_EIO unless a test says otherwise */
    int uid_size;     /* of every tag that is found; -1: as it is */
    int error_number; /* of a flock that fails; 0: it does not */
};
extern struct nfc_gates nfc_gates;

struct nfc_bench {
    pid_t child;
    char folder[64], control[96], connstring[96];
};
/* setup and teardown of cmocka: `*state` is a struct nfc_bench. */
int nfc_bench_start(void **state);
int nfc_bench_end(void **state);
/* A word to the virtual reader, which must agree. */
void nfc_bench_say(const struct nfc_bench *bench, const char *line);

#endif
