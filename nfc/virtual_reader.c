#include "nfc/virtual_reader.h"
#include "nfc/pn532_frame.h"
#include "registry/base/file.h"
#include "registry/base/json_write.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

enum {
    CARDS_MAX = 64,
    CLIENTS_MAX = 8,
    DUMP_MAX = 4096,
    LINE_MAX_BYTES = LZ_VIRTUAL_LINE_MAX + 1,
    CLAIM_CHECK_MS = 250
};

struct client {
    int fd; /* -1: free */
    struct lz_buf line;
};

struct lz_virtual_reader {
    char *link;
    char *control;
    const struct lz_tag_type *type;
    const struct lz_clock *clock;
    struct lz_random *random;
    int master, slave, listener; /* master -1: unplugged */
    struct client clients[CLIENTS_MAX];
    struct lz_virtual_pn532 *chip;
    struct lz_virtual_tag *cards[CARDS_MAX];
    size_t card_count;
    struct lz_virtual_tag *on_reader; /* of cards; stays while unplugged */
    struct lz_virtual_tag *last;      /* what lay there last */
    struct lz_buf out;                /* bytes for the host */
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* --- the line to the host
 * ----------------------------------------------------------------------------------- */

/* Makes the symlink beside and renames it over, so that the path never points nowhere. */
static lz_err point_link(const char *link, const char *device, struct lz_fault *fault)
{
    struct stat st;
    if (lstat(link, &st) == 0 && !S_ISLNK(st.st_mode))
        return lz_fault_set(fault, LZ_EXISTS, "该路径已有文件，不会覆盖；请换一个 --link 路径。",
                            "Something else stands at this path and is not replaced; choose another --link.");
    char beside[1024];
    int n = snprintf(beside, sizeof beside, "%s.new.%ld", link, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof beside)
        return lz_fault_set(fault, LZ_INVALID, "--link 路径太长。", "The path of --link is too long.");
    (void)unlink(beside);
    if (symlink(device, beside) != 0 || rename(beside, link) != 0) {
        int error_number = errno;
        (void)unlink(beside);
        return lz_fault_set(fault, lz_err_from_errno(error_number),
                            "无法创建 --link 路径；请检查文件夹是否存在。",
                            "The path of --link cannot be made; check that its folder exists.");
    }
    return LZ_OK;
}

/* The slave end stays open here, so that the master never sees a hang-up between two programs. */
static lz_err plug_in(struct lz_virtual_reader *reader, struct lz_fault *fault)
{
    char device[128];
    struct termios raw;
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    int slave = -1;
    lz_err err = LZ_OK;
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 ||
        ptsname_r(master, device, sizeof device) != 0 ||
        (slave = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0 || tcgetattr(slave, &raw) != 0) {
        err = lz_fault_set(fault, LZ_IO, "无法创建虚拟终端。", "No pseudo-terminal could be made.");
        goto out;
    }
    cfmakeraw(&raw);
    if (tcsetattr(slave, TCSANOW, &raw) != 0) {
        err = lz_fault_set(fault, LZ_IO, "无法创建虚拟终端。", "No pseudo-terminal could be made.");
        goto out;
    }
    err = point_link(reader->link, device, fault);
    if (err)
        goto out;
    reader->master = master;
    reader->slave = slave;
    lz_virtual_pn532_reset(reader->chip);
    lz_virtual_pn532_put_tag(reader->chip, reader->on_reader, &reader->out);
    return LZ_OK;
out:
    close_fd(&slave);
    close_fd(&master);
    return err;
}

static void pull_out(struct lz_virtual_reader *reader)
{
    (void)unlink(reader->link);
    close_fd(&reader->slave);
    close_fd(&reader->master);
    lz_virtual_pn532_put_tag(reader->chip, NULL, &reader->out);
    lz_virtual_pn532_reset(reader->chip);
}

/* What the chip said goes out; a host that does not read loses it, as on a real line. */
static void flush_out(struct lz_virtual_reader *reader)
{
    size_t at = 0;
    while (reader->master >= 0 && at < reader->out.size) {
        ssize_t n = write(reader->master, reader->out.data + at, reader->out.size - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    lz_buf_reset(&reader->out);
}

static void serve_host(struct lz_virtual_reader *reader)
{
    uint8_t data[512];
    ssize_t n = read(reader->master, data, sizeof data);
    if (n <= 0)
        return;
    lz_virtual_pn532_feed(reader->chip, lz_bytes_of(data, (size_t)n), lz_clock_monotonic_ms(reader->clock),
                          &reader->out);
    /* The fault "tear" takes the card away by itself. */
    if (reader->on_reader && !lz_virtual_pn532_tag(reader->chip)) {
        reader->last = reader->on_reader;
        reader->on_reader = NULL;
    }
}

/* --- cards
 * -------------------------------------------------------------------------------------------------- */

static struct lz_virtual_tag *find_card(struct lz_virtual_reader *reader, const uint8_t uid[7])
{
    for (size_t i = 0; i < reader->card_count; i++)
        if (memcmp(reader->cards[i]->id.uid, uid, 7) == 0)
            return reader->cards[i];
    return NULL;
}

static lz_err make_card(struct lz_virtual_reader *reader, const struct lz_virtual_command *command,
                        struct lz_virtual_tag **ret_card, struct lz_fault *fault)
{
    uint8_t uid[7] = {0};
    lz_err err = LZ_OK;
    if (reader->card_count == CARDS_MAX)
        return lz_fault_set(fault, LZ_TOO_LARGE, "虚拟卡太多。", "There are too many virtual cards.");
    if (command->has_uid) {
        memcpy(uid, command->uid, sizeof uid);
    } else {
        err = lz_random_fill(reader->random, uid, sizeof uid);
        uid[0] = 0x04; /* NXP */
        if (uid[1] == 0x88)
            uid[1] = 0x01; /* never the cascade tag's value in its place */
    }
    struct lz_virtual_tag *card = NULL;
    if (!err)
        err = lz_virtual_tag_new(command->type ? command->type : reader->type, uid, &card);
    if (err)
        return lz_fault_set(fault, err, NULL, NULL);
    reader->cards[reader->card_count++] = card;
    *ret_card = card;
    return LZ_OK;
}

static lz_err load_dump(struct lz_virtual_tag *card, const char *path, struct lz_fault *fault)
{
    struct lz_buf dump;
    lz_buf_init(&dump, DUMP_MAX);
    lz_err err = lz_file_read(path, &dump, fault);
    if (!err && card->ops->load(card, lz_buf_view(&dump)))
        err = lz_fault_set(fault, LZ_INVALID, "文件大小与该芯片不符。",
                           "The file has not the size of this chip.");
    lz_buf_free(&dump);
    return err;
}

static lz_err save_dump(const struct lz_virtual_tag *card, const char *path, struct lz_fault *fault)
{
    struct lz_buf dump;
    lz_buf_init(&dump, DUMP_MAX);
    card->ops->save(card, &dump);
    lz_err err = dump.err;
    if (!err)
        err = lz_file_replace(path, lz_buf_view(&dump), 0600, fault);
    lz_buf_free(&dump);
    return err;
}

static void lay_on(struct lz_virtual_reader *reader, struct lz_virtual_tag *card)
{
    if (reader->on_reader)
        reader->last = reader->on_reader;
    reader->on_reader = card;
    if (reader->master >= 0)
        lz_virtual_pn532_put_tag(reader->chip, card, &reader->out);
}

static lz_err insert(struct lz_virtual_reader *reader, const struct lz_virtual_command *command,
                     struct lz_fault *fault)
{
    struct lz_virtual_tag *card = NULL;
    bool is_swap = command->verb == LZ_VIRTUAL_SWAP;
    if (command->has_uid)
        card = find_card(reader, command->uid);
    else if (!command->type && !command->path[0] && !is_swap)
        card = reader->on_reader ? reader->on_reader : reader->last;
    if (card && command->type && card->type != command->type)
        return lz_fault_set(fault, LZ_CONFLICT, "该 UID 的卡是另一种芯片。",
                            "The card with this UID is another chip.");
    lz_err err = card ? LZ_OK : make_card(reader, command, &card, fault);
    if (!err && command->path[0])
        err = load_dump(card, command->path, fault);
    if (!err)
        lay_on(reader, card);
    return err;
}

static lz_err need_card(const struct lz_virtual_reader *reader, struct lz_fault *fault)
{
    if (reader->on_reader)
        return LZ_OK;
    return lz_fault_set(fault, LZ_NOT_FOUND, "读卡器上没有卡。", "No card lies on the reader.");
}

static lz_err run(struct lz_virtual_reader *reader, const struct lz_virtual_command *command,
                  struct lz_fault *fault)
{
    lz_err err = LZ_OK;
    switch (command->verb) {
    case LZ_VIRTUAL_INSERT:
    case LZ_VIRTUAL_SWAP:
        return insert(reader, command, fault);
    case LZ_VIRTUAL_REMOVE:
        lay_on(reader, NULL);
        return LZ_OK;
    case LZ_VIRTUAL_LOAD:
        err = need_card(reader, fault);
        if (!err)
            err = load_dump(reader->on_reader, command->path, fault);
        if (!err)
            lay_on(reader, reader->on_reader);
        return err;
    case LZ_VIRTUAL_SAVE:
        err = need_card(reader, fault);
        return err ? err : save_dump(reader->on_reader, command->path, fault);
    case LZ_VIRTUAL_LIST:
        return LZ_OK;
    case LZ_VIRTUAL_FAULT:
        lz_virtual_pn532_set_fault(reader->chip, command->fault, command->after);
        return LZ_OK;
    case LZ_VIRTUAL_UNPLUG:
        if (reader->master >= 0)
            pull_out(reader);
        return LZ_OK;
    case LZ_VIRTUAL_REPLUG:
        if (reader->master >= 0)
            pull_out(reader);
        err = plug_in(reader, fault);
    }
    return err;
}

/* --- the control socket
 * ------------------------------------------------------------------------------------- */

static json_t *describe(const struct lz_virtual_reader *reader)
{
    json_t *cards = json_array();
    bool whole = cards;
    for (size_t i = 0; i < reader->card_count && whole; i++) {
        const struct lz_virtual_tag *card = reader->cards[i];
        char uid[LZ_UID_HEX_SIZE];
        lz_tag_uid_hex(&card->id, uid);
        whole =
            json_array_append_new(cards, json_pack("{s:s, s:s, s:b}", "uid", uid, "chip", card->type->name,
                                                   "on_reader", card == reader->on_reader)) == 0;
    }
    /* "o" takes the cards, also when there is no memory for the rest; without them the answer is memory. */
    return json_pack("{s:b, s:s, s:s, s:o}", "ok", 1, "reader", reader->master >= 0 ? "plugged" : "unplugged",
                     "fault", lz_virtual_fault_name(lz_virtual_pn532_fault(reader->chip)), "cards",
                     whole ? cards : (json_decref(cards), NULL));
}

static json_t *describe_fault(const struct lz_fault *fault)
{
    const char *zh = fault->field_count ? fault->fields[0].message[LZ_ZH] : lz_fault_text(fault, LZ_ZH);
    const char *en = fault->field_count ? fault->fields[0].message[LZ_EN] : lz_fault_text(fault, LZ_EN);
    return json_pack("{s:b, s:s, s:s, s:s}", "ok", 0, "error", lz_err_name(fault->code), "zh", zh, "en", en);
}

void lz_virtual_reader_command(struct lz_virtual_reader *reader, struct lz_bytes line, struct lz_buf *answer)
{
    struct lz_virtual_command command = {0};
    struct lz_fault fault = {0};
    lz_err err = lz_virtual_command_parse(line, &command, &fault);
    if (!err)
        err = run(reader, &command, &fault);
    if (err)
        fault.code = err;
    json_t *value = err ? describe_fault(&fault) : describe(reader);
    char *text = lz_json_text(value, JSON_COMPACT);
    lz_buf_text(answer, text ? text : "{\"ok\":false,\"error\":\"memory\"}");
    lz_buf_byte(answer, '\n');
    free(text);
    json_decref(value);
}

/* LZ_OK when nobody answers on the socket (any longer). */
static lz_err clear_stale(const struct sockaddr_un *address, struct lz_fault *fault)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool alive = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    close_fd(&fd);
    if (alive)
        return lz_fault_set(fault, LZ_BUSY, "已有虚拟读卡器使用这个 --control 路径。",
                            "Another virtual reader uses this --control path.");
    struct stat st;
    if (lstat(address->sun_path, &st) == 0 && S_ISSOCK(st.st_mode))
        (void)unlink(address->sun_path);
    return LZ_OK;
}

static lz_err listen_on(const char *path, int *ret_fd, struct lz_fault *fault)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return lz_fault_set(fault, LZ_INVALID, "--control 路径太长。", "The path of --control is too long.");
    memcpy(address.sun_path, path, strlen(path) + 1);
    lz_err err = clear_stale(&address, fault);
    if (err)
        return err;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t before = umask(0077);
    bool bound = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    umask(before);
    if (!bound || listen(fd, CLIENTS_MAX) != 0) {
        if (bound)
            (void)unlink(path);
        close_fd(&fd);
        return lz_fault_set(fault, LZ_IO, "无法创建 --control 套接字；请检查文件夹是否存在。",
                            "The socket of --control cannot be made; check that its folder exists.");
    }
    *ret_fd = fd;
    return LZ_OK;
}

static void accept_client(struct lz_virtual_reader *reader)
{
    int fd = accept4(reader->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        if (reader->clients[i].fd < 0) {
            reader->clients[i].fd = fd;
            lz_buf_init(&reader->clients[i].line, LINE_MAX_BYTES);
            return;
        }
    }
    close(fd);
}

static void drop_client(struct client *client)
{
    close_fd(&client->fd);
    lz_buf_free(&client->line);
}

/* One line, one answer, then the connection ends. */
static void serve_client(struct lz_virtual_reader *reader, struct client *client)
{
    char part[512];
    ssize_t n = recv(client->fd, part, sizeof part, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0)
        lz_buf_add(&client->line, part, (size_t)n);
    if (n <= 0 || client->line.err) {
        drop_client(client);
        return;
    }
    const uint8_t *end = memchr(client->line.data, '\n', client->line.size);
    if (!end)
        return;
    struct lz_buf answer;
    lz_buf_init(&answer, LZ_VIRTUAL_ANSWER_MAX);
    lz_virtual_reader_command(reader, lz_bytes_of(client->line.data, (size_t)(end - client->line.data)),
                              &answer);
    if (!answer.err)
        (void)send(client->fd, answer.data, answer.size, MSG_NOSIGNAL);
    lz_buf_free(&answer);
    drop_client(client);
}

/* --- life
 * --------------------------------------------------------------------------------------------------- */

lz_err lz_virtual_reader_new(const struct lz_virtual_reader_options *options,
                             struct lz_virtual_reader **ret_reader, struct lz_fault *fault)
{
    lz_err err = LZ_OK;
    struct lz_virtual_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    reader->master = reader->slave = reader->listener = -1;
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        reader->clients[i].fd = -1;
    reader->type = options->type;
    reader->clock = options->clock;
    reader->random = options->random;
    lz_buf_init(&reader->out, (size_t)16 * LZ_PN532_FRAME_MAX);
    reader->chip = lz_virtual_pn532_new();
    reader->control = strdup(options->control);
    reader->link = strdup(options->link);
    if (!reader->chip || !reader->control || !reader->link) {
        err = lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
        goto out;
    }
    err = listen_on(reader->control, &reader->listener, fault);
    if (!err)
        err = plug_in(reader, fault);
    if (err)
        goto out;
    *ret_reader = reader;
    reader = NULL;
out:
    lz_virtual_reader_free(&reader);
    return err;
}

void lz_virtual_reader_free(struct lz_virtual_reader **where)
{
    if (!where || !*where)
        return;
    struct lz_virtual_reader *reader = *where;
    /* A path is ours to remove once its end is open. */
    if (reader->master >= 0)
        (void)unlink(reader->link);
    if (reader->listener >= 0)
        (void)unlink(reader->control);
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (reader->clients[i].fd >= 0)
            drop_client(&reader->clients[i]);
    close_fd(&reader->slave);
    close_fd(&reader->master);
    close_fd(&reader->listener);
    lz_virtual_pn532_free(&reader->chip);
    for (size_t i = 0; i < reader->card_count; i++)
        lz_virtual_tag_free(&reader->cards[i]);
    lz_buf_free(&reader->out);
    free(reader->link);
    free(reader->control);
    free(reader);
    *where = NULL;
}

/* How long to wait for events. */
static struct timespec time_left(const struct lz_virtual_reader *reader)
{
    int64_t left = CLAIM_CHECK_MS;
    int64_t deadline = lz_virtual_pn532_deadline(reader->chip);
    if (deadline >= 0 && deadline - lz_clock_monotonic_ms(reader->clock) < left)
        left = deadline - lz_clock_monotonic_ms(reader->clock);
    if (left < 0)
        left = 0;
    return (struct timespec){.tv_sec = left / 1000, .tv_nsec = (left % 1000) * 1000000};
}

/* TIOCEXCL (reader_lock.h) ends with the last close of a terminal; here the slave end never closes, so a
 * program that was killed would keep everyone out for ever.  Its flock, which did end, tells that it is gone.
 */
static void end_stale_claim(const struct lz_virtual_reader *reader)
{
    int exclusive = 0;
    if (reader->slave < 0 || ioctl(reader->slave, TIOCGEXCL, &exclusive) != 0 || !exclusive)
        return;
    if (flock(reader->slave, LOCK_EX | LOCK_NB) != 0)
        return;
    (void)ioctl(reader->slave, TIOCNXCL);
    (void)flock(reader->slave, LOCK_UN);
}

lz_err lz_virtual_reader_run(struct lz_virtual_reader *reader, const volatile sig_atomic_t *stop,
                             const sigset_t *mask)
{
    while (!*stop) {
        struct pollfd fds[2 + CLIENTS_MAX];
        struct timespec wait = time_left(reader);
        fds[0] = (struct pollfd){.fd = reader->listener, .events = POLLIN};
        fds[1] = (struct pollfd){.fd = reader->master, .events = POLLIN};
        for (size_t i = 0; i < CLIENTS_MAX; i++)
            fds[2 + i] = (struct pollfd){.fd = reader->clients[i].fd, .events = POLLIN};
        int ready = ppoll(fds, 2 + CLIENTS_MAX, &wait, mask);
        if (ready < 0 && errno != EINTR)
            return LZ_IO;
        if (ready > 0) {
            /* The host first: a card that is laid on now must not answer an older command. */
            if (fds[1].revents & POLLIN)
                serve_host(reader);
            flush_out(reader);
            for (size_t i = 0; i < CLIENTS_MAX; i++)
                if (fds[2 + i].fd >= 0 && fds[2 + i].revents)
                    serve_client(reader, &reader->clients[i]);
            if (fds[0].revents & POLLIN)
                accept_client(reader);
        }
        end_stale_claim(reader);
        lz_virtual_pn532_tick(reader->chip, lz_clock_monotonic_ms(reader->clock), &reader->out);
        flush_out(reader);
    }
    return LZ_OK;
}
