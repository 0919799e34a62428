/* Command lines: arguments are separated by newlines. */
#include "nfc/nfc_options.h"
#include "registry/base/options.h"
#include "tests/fuzz/faults.h"

#include <string.h>

enum { ARGUMENTS = 24 };

static const struct lz_option OPTIONS[] = {
    {.name = "data", .letter = 'd', .kind = LZ_OPTION_TEXT, .value = "DIR", .help = {"", ""}},
    {.name = "port",
     .letter = 'p',
     .kind = LZ_OPTION_INT,
     .value = "N",
     .help = {"", ""},
     .fallback = "8080",
     .max = 65535},
    {.name = "json", .kind = LZ_OPTION_FLAG, .help = {"", ""}},
};
static const struct lz_program PROGRAM = {.name = "liangzheng test",
                                          .arguments = "[A…]",
                                          .about = {"", ""},
                                          .options = OPTIONS,
                                          .option_count = 3,
                                          .positional_max = 3};

static void check_table(int argc, char **argv)
{
    struct lz_options *options = NULL;
    struct lz_fault fault = {0};
    lz_err err = lz_options_parse(&PROGRAM, argc, argv, &options, &fault);
    lz_fuzz_need((err == LZ_OK) == (options != NULL) && (!err || fault.code == err));
    lz_fuzz_sure(!err || err == LZ_USAGE);
    if (options && !lz_options_flag(options, "help")) {
        const int64_t port = lz_options_int(options, "port");
        lz_fuzz_need(port >= 0 && port <= 65535 && lz_options_count(options) <= 3);
        for (size_t i = 0; i < lz_options_count(options); i++)
            lz_fuzz_need(lz_options_at(options, i) != NULL);
        lz_fuzz_need(!lz_options_given(options, "data") || lz_options_text(options, "data"));
    }
    lz_options_free(&options);
}

static void check_nfc(int argc, char **argv)
{
    struct lz_nfc_options options = {0};
    struct lz_fault fault = {0};
    lz_err err = lz_nfc_options_parse(argc, argv, &options, &fault);
    lz_fuzz_need(!err || fault.code == err);
    lz_fuzz_need(err ||
                 (options.argument_count <= LZ_NFC_ARGUMENTS_MAX && options.wait_s >= 0 && options.reader));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[1024], program[] = "liangzheng", *argv[ARGUMENTS + 1] = {program}, *save = NULL;
    int argc = 1;
    if (size >= sizeof text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    for (char *word = strtok_r(text, "\n", &save); word && argc < ARGUMENTS;
         word = strtok_r(NULL, "\n", &save))
        argv[argc++] = word;
    check_table(argc, argv);
    check_nfc(argc, argv);
    return 0;
}
