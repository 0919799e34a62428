#include "registry/command/command.h"

#include "registry/base/encoding.h"
#include "registry/base/json_write.h"

#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

lz_err lz_command_print_json(struct lz_command_run *run, json_t *value)
{
    char *text = lz_json_text(value, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(value);
    if (!text)
        return lz_call_memory(run->call);
    puts(text);
    free(text);
    return LZ_OK;
}

void lz_command_say(const char *zh, const char *en)
{
    fprintf(stderr, "%s\n%s\n", zh, en);
}

lz_err lz_command_data(const struct lz_options *options, const char **ret_dir, struct lz_fault *fault)
{
    const char *dir = lz_options_text(options, "data");
    if (!dir || !dir[0])
        dir = getenv("LIANGZHENG_DATA");
    if (!dir || !dir[0])
        return lz_fault_set(fault, LZ_USAGE, "请用 --data 目录 指明登记库，或设置环境变量 LIANGZHENG_DATA。",
                            "Name the register with --data DIR, or set LIANGZHENG_DATA.");
    *ret_dir = dir;
    return LZ_OK;
}

lz_err lz_command_open(const struct lz_options *options, struct lz_register **ret_register,
                       struct lz_fault *fault)
{
    const char *dir = NULL;
    lz_err err = lz_command_data(options, &dir, fault);
    if (!err)
        err = lz_register_open(dir, NULL, ret_register, fault);
    if (err == LZ_NOT_FOUND)
        fault->code = err = LZ_IO;
    return err;
}

lz_err lz_command_uid(struct lz_call *call, const char *text, struct lz_bytes *ret_uid)
{
    *ret_uid = (struct lz_bytes){0};
    if (!text)
        return LZ_OK;
    struct lz_buf bytes;
    lz_buf_init(&bytes, 10);
    lz_err err = lz_hex_decode(lz_bytes_text(text), &bytes);
    const char *copy = err ? NULL : lz_arena_copy(call->arena, (const char *)bytes.data, bytes.size);
    size_t size = bytes.size;
    lz_buf_free(&bytes);
    if (err == LZ_MEMORY)
        return lz_call_memory(call);
    if (err)
        return lz_fault_field(&call->fault, "chip", text, "芯片 UID 应为十六进制，例如 04A1B2C3D4E5F6。",
                              "A chip's UID is hexadecimal, for example 04A1B2C3D4E5F6.");
    if (!copy)
        return lz_call_memory(call);
    *ret_uid = lz_bytes_of(copy, size);
    return LZ_OK;
}

/* Reads a line; what does not fit is passed over, for it must not be taken as the next answer. */
static bool read_line(char *ret_text, int size)
{
    if (!fgets(ret_text, size, stdin))
        return false;
    char *end = strchr(ret_text, '\n');
    for (int c = 0; !end && c != EOF && c != '\n';)
        c = fgetc(stdin);
    if (end)
        *end = '\0';
    return ret_text[0] != '\0';
}

lz_err lz_command_ask_password(const char *prompt, char ret_password[LZ_COMMAND_TYPED_SIZE],
                               struct lz_fault *fault)
{
    struct termios shown, hidden;
    if (tcgetattr(STDIN_FILENO, &shown))
        return lz_fault_set(fault, LZ_USAGE, "没有终端可以输入密码。",
                            "There is no terminal to type a password at.");
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden); /* before anybody is asked to type */
    fputs(prompt, stderr);
    bool typed = read_line(ret_password, LZ_COMMAND_TYPED_SIZE);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    return typed ? LZ_OK : lz_fault_set(fault, LZ_USAGE, "没有输入密码。", "No password was typed.");
}
