#include "nfc/nfc_options.h"

#include <getopt.h>
#include <stdlib.h>

enum { WAIT_MAX_S = 3600 };

enum option_id {
    OPT_READER = 0x100, /* beyond every character, and beyond 1, which getopt uses for arguments */
    OPT_DATA,
    OPT_URI,
    OPT_PASSWORD_FILE,
    OPT_LINK,
    OPT_CONTROL,
    OPT_CHIP,
    OPT_UID,
    OPT_DUMP,
    OPT_AFTER,
    OPT_WAIT,
    OPT_READ_ONLY,
    OPT_JSON
};

static const struct option long_options[] = {
    {"reader", required_argument, NULL, OPT_READER},
    {"data", required_argument, NULL, OPT_DATA},
    {"uri", required_argument, NULL, OPT_URI},
    {"password-file", required_argument, NULL, OPT_PASSWORD_FILE},
    {"link", required_argument, NULL, OPT_LINK},
    {"control", required_argument, NULL, OPT_CONTROL},
    {"chip", required_argument, NULL, OPT_CHIP},
    {"uid", required_argument, NULL, OPT_UID},
    {"dump", required_argument, NULL, OPT_DUMP},
    {"after", required_argument, NULL, OPT_AFTER},
    {"wait", required_argument, NULL, OPT_WAIT},
    {"read-only", no_argument, NULL, OPT_READ_ONLY},
    {"json", no_argument, NULL, OPT_JSON},
    {NULL, 0, NULL, 0},
};

/* Where an option's text goes; NULL: it is no text. */
static const char **text_of(struct lz_nfc_options *options, int id)
{
    switch (id) {
    case OPT_READER:
        return &options->reader;
    case OPT_DATA:
        return &options->data;
    case OPT_URI:
        return &options->uri;
    case OPT_PASSWORD_FILE:
        return &options->password_file;
    case OPT_LINK:
        return &options->link;
    case OPT_CONTROL:
        return &options->control;
    case OPT_CHIP:
        return &options->chip;
    case OPT_UID:
        return &options->uid;
    case OPT_DUMP:
        return &options->dump;
    case OPT_AFTER:
        return &options->after;
    default:
        return NULL;
    }
}

static lz_err parse_wait(const char *text, int *ret_seconds, struct lz_fault *fault)
{
    char *end = NULL;
    long seconds = strtol(text, &end, 10);
    if (end == text || *end || seconds < 0 || seconds > WAIT_MAX_S)
        return lz_fault_set(fault, LZ_USAGE, "--wait 应为 0 到 3600 的秒数。",
                            "--wait is seconds, 0 to 3600.");
    *ret_seconds = (int)seconds;
    return LZ_OK;
}

static lz_err fail_arguments(struct lz_fault *fault)
{
    return lz_fault_set(fault, LZ_USAGE, "参数太多；请查看 --help。",
                        "There are too many arguments; see --help.");
}

lz_err lz_nfc_options_parse(int argc, char **argv, struct lz_nfc_options *ret_options, struct lz_fault *fault)
{
    struct lz_nfc_options options = {0};
    lz_err err = LZ_OK;
    opterr = 0;
    optind = 0; /* glibc: start afresh */
    for (;;) {
        /* "-": arguments come back in order as option 1, even between options. */
        int id = getopt_long(argc, argv, "-", long_options, NULL);
        if (id == -1)
            break;
        if (id == '?')
            return lz_fault_set(fault, LZ_USAGE, "不认识的选项，或选项缺少值；请查看 --help。",
                                "An option is unknown or lacks its value; see --help.");
        if (id == 1) {
            if (options.argument_count == LZ_NFC_ARGUMENTS_MAX)
                return fail_arguments(fault);
            options.arguments[options.argument_count++] = optarg;
            continue;
        }
        const char **text = text_of(&options, id);
        if (text)
            *text = optarg;
        else if (id == OPT_WAIT)
            err = parse_wait(optarg, &options.wait_s, fault);
        else if (id == OPT_READ_ONLY)
            options.read_only = true;
        else if (id == OPT_JSON)
            options.json = true;
        if (err)
            return err;
    }
    while (optind < argc) { /* behind "--" */
        if (options.argument_count == LZ_NFC_ARGUMENTS_MAX)
            return fail_arguments(fault);
        options.arguments[options.argument_count++] = argv[optind++];
    }
    if (!options.reader)
        options.reader = getenv("LIANGZHENG_READER");
    if (!options.reader)
        options.reader = getenv("LIBNFC_DEVICE");
    if (!options.reader)
        options.reader = "";
    if (!options.data)
        options.data = getenv("LIANGZHENG_DATA");
    *ret_options = options;
    return LZ_OK;
}
