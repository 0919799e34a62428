#include "web/serve_settings.h"

#include "registry/base/config.h"

#include <unistd.h>

static const char SECTION[] = "serve";
/* Ranges as in the options' table (serve_main.c); a fallback is never used: the option has it. */
static const struct lz_config_key KEYS[] = {
    {.section = SECTION, .name = "listen", .kind = LZ_CONFIG_TEXT, .fallback = ""},
    {.section = SECTION, .name = "trusted-proxy", .kind = LZ_CONFIG_TEXT, .fallback = ""},
    {.section = SECTION, .name = "threads", .kind = LZ_CONFIG_INT, .fallback = "0", .min = 2, .max = 4096},
    {.section = SECTION,
     .name = "lookups-per-minute",
     .kind = LZ_CONFIG_INT,
     .fallback = "-1",
     .min = 0,
     .max = 1000000},
};

struct sources {
    const struct lz_options *options;
    const struct lz_config *file; /* NULL: there is none */
    struct lz_arena *arena;
};

static const char *text_of(const struct sources *from, const char *name)
{
    const char *text = from->file ? lz_config_text(from->file, SECTION, name) : "";
    if (lz_options_given(from->options, name) || !text[0])
        text = lz_options_text(from->options, name);
    return lz_arena_text(from->arena, text ? text : "");
}

static unsigned number_of(const struct sources *from, const char *name, int64_t none)
{
    int64_t number = from->file ? lz_config_int(from->file, SECTION, name) : none;
    if (lz_options_given(from->options, name) || number == none)
        number = lz_options_int(from->options, name);
    return (unsigned)number;
}

lz_err lz_serve_settings_read(const struct lz_options *options, const char *dir, struct lz_arena *arena,
                              struct lz_serve_settings *ret_settings, struct lz_fault *fault)
{
    struct lz_config *config = NULL;
    const char *path = lz_arena_printf(arena, "%s/liangzheng.ini", dir);
    if (!path)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    lz_err err = access(path, F_OK) == 0
                     ? lz_config_read(path, KEYS, sizeof KEYS / sizeof KEYS[0], &config, fault)
                     : LZ_OK;
    if (err)
        return err;
    const struct sources from = {.options = options, .file = config, .arena = arena};
    const struct lz_serve_settings settings = {
        .listen = text_of(&from, "listen"),
        .trusted_proxy = text_of(&from, "trusted-proxy"),
        .threads = number_of(&from, "threads", 0),
        .lookups_per_minute = number_of(&from, "lookups-per-minute", -1),
    };
    lz_config_free(&config);
    if (!settings.listen || !settings.trusted_proxy)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    *ret_settings = settings;
    return LZ_OK;
}
