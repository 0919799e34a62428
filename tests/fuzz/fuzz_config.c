/* A settings file with any content is read or refused with a story. */
#include "registry/base/config.h"
#include "tests/fuzz/faults.h"

static const struct lz_config_key keys[] = {
    {.section = "register", .name = "public-url", .kind = LZ_CONFIG_TEXT, .fallback = ""},
    {.section = "server", .name = "port", .kind = LZ_CONFIG_INT, .fallback = "8080", .min = 0, .max = 65535},
    {.section = "server", .name = "public", .kind = LZ_CONFIG_BOOL, .fallback = "false"},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_config *config = NULL;
    struct lz_fault fault = {0};
    lz_err err = lz_config_parse(lz_bytes_of(data, size), "fuzz.ini", keys, sizeof keys / sizeof keys[0],
                                 &config, &fault);
    lz_fuzz_need((err == LZ_OK) == (config != NULL) && fault.code == err);
    if (config) {
        int64_t port = lz_config_int(config, "server", "port");
        lz_fuzz_need(port >= 0 && port <= 65535 && lz_config_text(config, "register", "public-url"));
        (void)lz_config_bool(config, "server", "public");
    }
    lz_config_free(&config);
    return 0;
}
