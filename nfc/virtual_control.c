#include "nfc/virtual_control.h"
#include "registry/base/encoding.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Which words a verb takes. */
enum { TAKES_CHIP = 1, TAKES_UID = 2, TAKES_DUMP = 4, NEEDS_DUMP = 8, TAKES_FAULT = 16 };

static const struct {
    const char *name;
    enum lz_virtual_verb verb;
    unsigned takes;
} verbs[] = {
    {"insert", LZ_VIRTUAL_INSERT, TAKES_CHIP | TAKES_UID | TAKES_DUMP},
    {"remove", LZ_VIRTUAL_REMOVE, 0},
    {"swap", LZ_VIRTUAL_SWAP, TAKES_CHIP | TAKES_UID | TAKES_DUMP},
    {"load", LZ_VIRTUAL_LOAD, TAKES_DUMP | NEEDS_DUMP},
    {"save", LZ_VIRTUAL_SAVE, TAKES_DUMP | NEEDS_DUMP},
    {"list", LZ_VIRTUAL_LIST, 0},
    {"fault", LZ_VIRTUAL_FAULT, TAKES_FAULT},
};

/* Cuts the next blank-separated word off `*rest`; empty at the end. */
static struct lz_bytes next_word(struct lz_bytes *rest)
{
    while (rest->size > 0 && rest->data[0] == ' ')
        *rest = lz_bytes_of(rest->data + 1, rest->size - 1);
    size_t size = 0;
    while (size < rest->size && rest->data[size] != ' ')
        size++;
    struct lz_bytes word = lz_bytes_of(rest->data, size);
    *rest = lz_bytes_of(rest->data + size, rest->size - size);
    return word;
}

static bool starts_with(struct lz_bytes word, const char *key, struct lz_bytes *ret_value)
{
    size_t size = strlen(key);
    if (word.size < size || memcmp(word.data, key, size) != 0)
        return false;
    *ret_value = lz_bytes_of(word.data + size, word.size - size);
    return true;
}

/* A word as text; false when it does not fit or holds a NUL. */
static bool as_text(struct lz_bytes word, char *ret_text, size_t room)
{
    if (word.size >= room || (word.size > 0 && memchr(word.data, 0, word.size)))
        return false;
    memcpy(ret_text, word.data, word.size);
    ret_text[word.size] = '\0';
    return true;
}

static lz_err refuse(struct lz_fault *fault, const char *field, const char *zh, const char *en)
{
    return lz_fault_field(fault, field, NULL, zh, en);
}

static lz_err parse_uid(struct lz_bytes value, struct lz_virtual_command *command, struct lz_fault *fault)
{
    struct lz_buf uid;
    lz_buf_init(&uid, sizeof command->uid);
    lz_err err = lz_hex_decode(value, &uid);
    if (err || uid.size != sizeof command->uid) {
        err = refuse(fault, "uid", "UID 应为 14 位十六进制数。", "A UID is 14 hexadecimal digits.");
    } else {
        memcpy(command->uid, uid.data, sizeof command->uid);
        command->has_uid = true;
    }
    lz_buf_free(&uid);
    return err;
}

static lz_err parse_chip(struct lz_bytes value, struct lz_virtual_command *command, struct lz_fault *fault)
{
    char name[16];
    command->type = as_text(value, name, sizeof name) ? lz_tag_type_named(name) : NULL;
    if (!command->type)
        return refuse(fault, "chip", "芯片型号应为 NTAG213、NTAG215 或 NTAG216。",
                      "A chip is NTAG213, NTAG215 or NTAG216.");
    return LZ_OK;
}

static lz_err parse_fault_name(struct lz_bytes word, struct lz_virtual_command *command,
                               struct lz_fault *fault)
{
    char name[16];
    if (!as_text(word, name, sizeof name))
        name[0] = '\0';
    if (strcmp(name, "unplug") == 0)
        command->verb = LZ_VIRTUAL_UNPLUG;
    else if (strcmp(name, "replug") == 0)
        command->verb = LZ_VIRTUAL_REPLUG;
    else if (lz_virtual_fault_named(name, &command->fault))
        return refuse(fault, "fault", "故障名应为 none、mute、noack、corrupt、tear、unplug 或 replug。",
                      "A fault is none, mute, noack, corrupt, tear, unplug or replug.");
    return LZ_OK;
}

static lz_err parse_after(struct lz_bytes value, struct lz_virtual_command *command, struct lz_fault *fault)
{
    unsigned n = 0;
    for (size_t i = 0; i < value.size && n < 100000; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            return refuse(fault, "after", "after 应为数字。", "after is a number.");
        n = n * 10 + (unsigned)(value.data[i] - '0');
    }
    if (value.size == 0 || value.size > 5)
        return refuse(fault, "after", "after 应为数字。", "after is a number.");
    command->after = n;
    return LZ_OK;
}

static lz_err parse_words(struct lz_bytes rest, unsigned takes, struct lz_virtual_command *command,
                          struct lz_fault *fault)
{
    if (takes & TAKES_FAULT) {
        lz_err err = parse_fault_name(next_word(&rest), command, fault);
        if (err)
            return err;
    }
    for (;;) {
        struct lz_bytes before = rest;
        struct lz_bytes word = next_word(&rest), value = {0};
        lz_err err = LZ_OK;
        if (word.size == 0)
            return LZ_OK;
        if ((takes & TAKES_CHIP) && starts_with(word, "chip=", &value)) {
            err = parse_chip(value, command, fault);
        } else if ((takes & TAKES_UID) && starts_with(word, "uid=", &value)) {
            err = parse_uid(value, command, fault);
        } else if ((takes & TAKES_FAULT) && starts_with(word, "after=", &value)) {
            err = parse_after(value, command, fault);
        } else if ((takes & TAKES_DUMP) && starts_with(word, "dump=", &value)) {
            size_t end = (size_t)(before.data + before.size - value.data);
            if (!as_text(lz_bytes_of(value.data, end), command->path, sizeof command->path))
                err = refuse(fault, "dump", "文件路径太长。", "The path is too long.");
            rest.size = 0;
        } else {
            err = refuse(fault, "word", "不认识这个参数。", "This word is not known here.");
        }
        if (err)
            return err;
    }
}

lz_err lz_virtual_command_parse(struct lz_bytes line, struct lz_virtual_command *ret_command,
                                struct lz_fault *fault)
{
    struct lz_virtual_command command = {0};
    if (line.size > LZ_VIRTUAL_LINE_MAX)
        return refuse(fault, "line", "命令太长。", "The line is too long.");
    struct lz_bytes rest = line;
    struct lz_bytes word = next_word(&rest);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (!lz_bytes_equal(word, lz_bytes_text(verbs[i].name)))
            continue;
        command.verb = verbs[i].verb;
        lz_err err = parse_words(rest, verbs[i].takes, &command, fault);
        if (!err && (verbs[i].takes & NEEDS_DUMP) && !command.path[0])
            err = refuse(fault, "dump", "请给出文件。", "Name a file.");
        if (!err)
            *ret_command = command;
        return err;
    }
    return refuse(fault, "command", "命令应为 insert、remove、swap、load、save、list 或 fault。",
                  "A command is insert, remove, swap, load, save, list or fault.");
}

static lz_err fail_connect(struct lz_fault *fault)
{
    return lz_fault_set(fault, LZ_NETWORK, "虚拟读卡器没有在运行；请先执行 liangzheng-nfc virtual start。",
                        "The virtual reader is not running; start it with liangzheng-nfc virtual start.");
}

static lz_err ask(const char *socket_path, const char *line, int budget_ms, struct lz_buf *out,
                  struct lz_fault *fault)
{
    lz_err err = LZ_OK;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = -1;
    if (strlen(socket_path) >= sizeof address.sun_path)
        return fail_connect(fault);
    memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        err = fail_connect(fault);
        goto out;
    }
    size_t size = strlen(line);
    if (send(fd, line, size, MSG_NOSIGNAL) != (ssize_t)size || send(fd, "\n", 1, MSG_NOSIGNAL) != 1) {
        err = fail_connect(fault);
        goto out;
    }
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int ready = poll(&wait, 1, budget_ms);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0) {
            err = lz_fault_set(fault, LZ_TIMEOUT, NULL, NULL);
            goto out;
        }
        char part[1024];
        ssize_t n = recv(fd, part, sizeof part, 0);
        if (n <= 0)
            break;
        lz_buf_add(out, part, (size_t)n);
    }
    err = out->err;
    if (!err && out->size == 0)
        err = fail_connect(fault);
out:
    if (fd >= 0)
        close(fd);
    return err;
}

static lz_err take_error(const json_t *answer, struct lz_fault *fault)
{
    const char *name = json_string_value(json_object_get(answer, "error"));
    for (int i = 1; name && i < LZ_ERR_COUNT; i++)
        if (strcmp(name, lz_err_name((lz_err)i)) == 0)
            return lz_fault_set(fault, (lz_err)i, json_string_value(json_object_get(answer, "zh")),
                                json_string_value(json_object_get(answer, "en")));
    return lz_fault_set(fault, LZ_INTERNAL, NULL, NULL);
}

lz_err lz_virtual_control_ask(const char *socket_path, const char *line, int budget_ms, json_t **ret_answer,
                              struct lz_fault *fault)
{
    struct lz_buf text;
    json_t *answer = NULL;
    lz_buf_init(&text, LZ_VIRTUAL_ANSWER_MAX);
    lz_err err = ask(socket_path, line, budget_ms, &text, fault);
    if (!err) {
        answer = json_loadb((const char *)text.data, text.size, 0, NULL);
        if (!json_is_true(json_object_get(answer, "ok")))
            err = take_error(answer, fault);
    }
    if (!err && ret_answer)
        *ret_answer = json_incref(answer);
    json_decref(answer);
    lz_buf_free(&text);
    return err;
}
