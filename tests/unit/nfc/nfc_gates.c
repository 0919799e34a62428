#include "nfc_gates.h"

#include "faults/gate.h"
#include "nfc/virtual_reader.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

struct nfc_gates nfc_gates = {.code = NFC_EIO, .uid_size = -1};

#include "nfc_calls.inc"

void __real_nfc_init(nfc_context **ret_context);
void __wrap_nfc_init(nfc_context **ret_context);
void __wrap_nfc_init(nfc_context **ret_context)
{
    if (fault_now(FAULT_GATE_MEMORY))
        *ret_context = NULL;
    else
        __real_nfc_init(ret_context);
}

/* A gate of its own, so that a tag can be found and yet not answer. */
int __real_nfc_initiator_select_passive_target(nfc_device *device, const nfc_modulation modulation,
                                               const uint8_t *data, size_t size, nfc_target *ret_target);
int __wrap_nfc_initiator_select_passive_target(nfc_device *device, const nfc_modulation modulation,
                                               const uint8_t *data, size_t size, nfc_target *ret_target);
int __wrap_nfc_initiator_select_passive_target(nfc_device *device, const nfc_modulation modulation,
                                               const uint8_t *data, size_t size, nfc_target *ret_target)
{
    if (fault_now(FAULT_GATE_READ))
        return nfc_gates.code;
    int found = __real_nfc_initiator_select_passive_target(device, modulation, data, size, ret_target);
    if (found > 0 && nfc_gates.uid_size >= 0)
        ret_target->nti.nai.szUidLen = (size_t)nfc_gates.uid_size;
    return found;
}

int __real_flock(int fd, int operation);
int __wrap_flock(int fd, int operation);
int __wrap_flock(int fd, int operation)
{
    errno = nfc_gates.error_number;
    return nfc_gates.error_number ? -1 : __real_flock(fd, operation);
}

static volatile sig_atomic_t stop;
static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* Never returns; a byte into `ready` when the paths stand. */
static void be_the_reader(const struct nfc_bench *bench, int ready)
{
    char link[96];
    sigset_t blocked, before;
    struct lz_fault fault = {0};
    struct lz_virtual_reader *reader = NULL;
    struct sigaction action = {.sa_handler = on_signal};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    sigaction(SIGTERM, &action, NULL);
    snprintf(link, sizeof link, "%s/reader", bench->folder);
    const struct lz_virtual_reader_options options = {.link = link,
                                                      .control = bench->control,
                                                      .type = lz_tag_type_named("NTAG213"),
                                                      .clock = lz_clock_system(),
                                                      .random = lz_random_system()};
    lz_err err = lz_virtual_reader_new(&options, &reader, &fault);
    if (!err && write(ready, "!", 1) == 1)
        err = lz_virtual_reader_run(reader, &stop, &before);
    lz_virtual_reader_free(&reader);
    _exit(err ? 1 : 0);
}

int nfc_bench_start(void **state)
{
    int ends[2];
    char byte = 0;
    struct nfc_bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    snprintf(bench->folder, sizeof bench->folder, "/tmp/lz-nfc-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->control, sizeof bench->control, "%s/control", bench->folder);
    snprintf(bench->connstring, sizeof bench->connstring, "pn532_uart:%s/reader", bench->folder);
    setenv("XDG_RUNTIME_DIR", bench->folder, 1);
    setenv("LIBNFC_AUTO_SCAN", "no", 1);
    setenv("LIBNFC_LOG_LEVEL", "0", 1);
    assert_int_equal(pipe(ends), 0);
    bench->child = fork();
    if (bench->child == 0)
        be_the_reader(bench, ends[1]);
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    *state = bench;
    return 0;
}

int nfc_bench_end(void **state)
{
    char command[96];
    struct nfc_bench *bench = *state;
    int status = 0;
    kill(bench->child, SIGTERM);
    waitpid(bench->child, &status, 0);
    assert_int_equal(status, 0);
    snprintf(command, sizeof command, "rm -r '%s'", bench->folder);
    assert_int_equal(system(command), 0);
    free(bench);
    return 0;
}

void nfc_bench_say(const struct nfc_bench *bench, const char *line)
{
    struct lz_fault fault = {0};
    lz_err err = lz_virtual_control_ask(bench->control, line, 5000, NULL, &fault);
    if (err)
        fail_msg("%s: %s %s", line, lz_err_name(err), lz_fault_text(&fault, LZ_EN));
}
