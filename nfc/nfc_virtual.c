#include "nfc/nfc_command.h"
#include "nfc/virtual_reader.h"
#include "registry/base/json_write.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ASK_BUDGET_MS = 5000 };

static lz_err usage(struct lz_fault *fault)
{
    return lz_fault_set(
        fault, LZ_USAGE,
        "用法：virtual start --link 路径 --control 套接字 | insert|remove|swap|load|save|list|fault …",
        "Usage: virtual start --link PATH --control SOCKET | insert|remove|swap|load|save|list|fault …");
}

static lz_err start(const struct lz_nfc_program *program)
{
    const struct lz_nfc_options *o = program->options;
    const struct lz_tag_type *type = lz_tag_type_named(o->chip ? o->chip : "NTAG216");
    if (!o->link || !o->control || !type)
        return usage(program->fault);
    const struct lz_virtual_reader_options options = {.link = o->link,
                                                      .control = o->control,
                                                      .type = type,
                                                      .clock = program->clock,
                                                      .random = lz_random_system()};
    struct lz_virtual_reader *reader = NULL;
    lz_err err = lz_virtual_reader_new(&options, &reader, program->fault);
    if (err)
        return err;
    json_t *value = json_pack("{s:s, s:s+, s:s}", "event", "virtual", "reader", "pn532_uart:", o->link,
                              "control", o->control);
    char *text = lz_json_text(value, JSON_COMPACT | JSON_PRESERVE_ORDER);
    if (text)
        puts(text);
    fflush(stdout);
    free(text);
    json_decref(value);
    err = lz_virtual_reader_run(reader, program->stop, program->wait_mask);
    lz_virtual_reader_free(&reader);
    return err;
}

/* The other process has another working folder: paths go over whole. */
static lz_err add_dump(struct lz_buf *line, const char *path)
{
    char folder[PATH_MAX] = "";
    if (path[0] != '/' && !getcwd(folder, sizeof folder))
        return LZ_IO;
    lz_buf_printf(line, " dump=%s%s%s", folder, path[0] == '/' ? "" : "/", path);
    return strchr(path, '\n') ? LZ_INVALID : line->err;
}

static lz_err build_line(const struct lz_nfc_options *o, struct lz_buf *line)
{
    const char *dump = o->dump;
    lz_buf_text(line, o->arguments[0]);
    for (int i = 1; i < o->argument_count; i++) {
        bool is_file = strcmp(o->arguments[0], "load") == 0 || strcmp(o->arguments[0], "save") == 0;
        if (is_file)
            dump = o->arguments[i];
        else
            lz_buf_printf(line, " %s", o->arguments[i]);
    }
    if (o->chip)
        lz_buf_printf(line, " chip=%s", o->chip);
    if (o->uid)
        lz_buf_printf(line, " uid=%s", o->uid);
    if (o->after)
        lz_buf_printf(line, " after=%s", o->after);
    return dump ? add_dump(line, dump) : line->err;
}

static lz_err command(const struct lz_nfc_program *program)
{
    struct lz_buf line;
    json_t *answer = NULL;
    char *text = NULL;
    lz_buf_init(&line, LZ_VIRTUAL_LINE_MAX);
    lz_err err = program->options->control ? build_line(program->options, &line) : usage(program->fault);
    if (!err)
        err = lz_virtual_control_ask(program->options->control, (const char *)line.data, ASK_BUDGET_MS,
                                     &answer, program->fault);
    if (err)
        goto out;
    text = lz_json_text(answer, JSON_COMPACT | JSON_PRESERVE_ORDER);
    if (text)
        puts(text);
    else
        err = LZ_MEMORY;
out:
    free(text);
    json_decref(answer);
    lz_buf_free(&line);
    return err;
}

lz_err lz_nfc_virtual(const struct lz_nfc_program *program)
{
    if (program->options->argument_count == 0)
        return usage(program->fault);
    return strcmp(program->options->arguments[0], "start") == 0 ? start(program) : command(program);
}
