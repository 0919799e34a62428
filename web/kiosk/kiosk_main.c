/* liangzheng-kiosk: the public verifier at a counter. */
#include "registry/base/options.h"
#include "web/kiosk/guard.h"
#include "web/kiosk/mirror.h"
#include "web/kiosk/registry_client.h"
#include "web/kiosk/site.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct lz_option options_table[] = {
    {"registry",
     0,
     LZ_OPTION_TEXT,
     "URL",
     {"登记库网址，唯一会访问的主机", "the register's address, the only host asked"},
     NULL,
     0,
     0},
    {"log-key",
     0,
     LZ_OPTION_TEXT,
     "VKEY",
     {"日志公钥（liangzheng keys log 所示）", "the log's key, as `liangzheng keys log` prints it"},
     NULL,
     0,
     0},
    {"reader",
     0,
     LZ_OPTION_TEXT,
     "CONNSTRING",
     {"读卡器，例如 pn532_uart:/dev/ttyUSB0", "the reader, e.g. pn532_uart:/dev/ttyUSB0"},
     NULL,
     0,
     0},
    {"listen",
     0,
     LZ_OPTION_TEXT,
     "HOST:PORT",
     {"页面地址，仅限本机", "where the page is served; loopback only"},
     "127.0.0.1:8090",
     0,
     0},
    {"trust",
     0,
     LZ_OPTION_TEXT,
     "DIR",
     {"离线数据文件夹；不给则只存内存", "folder of the offline store; without it memory only"},
     NULL,
     0,
     0},
    {"mirror",
     0,
     LZ_OPTION_FLAG,
     NULL,
     {"只把公开日志取到 --trust 文件夹，然后退出", "only fetch the log into the --trust folder, then end"},
     NULL,
     0,
     0},
    {"max-age",
     0,
     LZ_OPTION_INT,
     "SECONDS",
     {"离线数据多久以内可以确认有效", "how old knowledge may be to confirm anything"},
     "300",
     1,
     (int64_t)30 * 24 * 3600},
    {"show",
     0,
     LZ_OPTION_INT,
     "SECONDS",
     {"结论显示多久后复位", "how long a verdict is shown"},
     "15",
     1,
     3600},
    {"virtual",
     0,
     LZ_OPTION_TEXT,
     "SOCKET",
     {"虚拟读卡器的控制套接字：页面出现演示面板",
      "the virtual reader's control socket: the page gets a demo panel"},
     NULL,
     0,
     0},
    {"virtual-tags",
     0,
     LZ_OPTION_TEXT,
     "DIR",
     {"演示面板的虚拟证件（*.ndef.json）", "badges for the demo panel (*.ndef.json)"},
     NULL,
     0,
     0},
    {"nfc",
     0,
     LZ_OPTION_TEXT,
     "PROGRAM",
     {"读卡程序；默认为旁边的 liangzheng-nfc", "the reader program; default: liangzheng-nfc beside this one"},
     NULL,
     0,
     0},
    {"templates", 0, LZ_OPTION_TEXT, "DIR", {"页面模板文件夹", "folder of page templates"}, NULL, 0, 0},
    {"static", 0, LZ_OPTION_TEXT, "DIR", {"静态文件夹", "folder of static files"}, NULL, 0, 0},
    {"messages", 0, LZ_OPTION_TEXT, "DIR", {"文字文件夹", "folder of texts"}, NULL, 0, 0},
};
static const struct lz_program program = {
    .name = "liangzheng kiosk",
    .arguments = "--registry URL --log-key VKEY --reader CONNSTRING [OPTION]...",
    .about = {"柜台上的自助核验台：刷卡、扫码或输入号码，当场看到能否执法。",
              "The public verifier at a counter: tap, scan or type, and see at once who may enforce."},
    .options = options_table,
    .option_count = sizeof options_table / sizeof options_table[0],
};

/* What main takes down again. */
struct counter {
    struct lz_arena *arena;
    struct lz_catalogue *texts;
    struct lz_assets *assets;
    struct lz_pages *pages;
    struct lz_kiosk *kiosk;
    struct lz_kiosk_site site;
    struct lz_http_server *server;
    struct lz_vkey log_key;
    char nfc[PATH_MAX];
};

static lz_err load_share(struct counter *counter, const struct lz_options *options, struct lz_fault *fault)
{
    const char *templates = NULL, *files = NULL, *messages = NULL;
    lz_err err = lz_share_folder(counter->arena, lz_options_text(options, "templates"), "templates",
                                 &templates, fault);
    if (!err)
        err = lz_share_folder(counter->arena, lz_options_text(options, "static"), "static", &files, fault);
    if (!err)
        err = lz_share_folder(counter->arena, lz_options_text(options, "messages"), "messages", &messages,
                              fault);
    if (!err)
        err = lz_catalogue_load(messages, &counter->texts, fault);
    if (!err)
        err = lz_assets_load(files, "/static", &counter->assets, fault);
    const struct lz_pages_options pages = {
        .folder = templates, .texts = counter->texts, .assets = counter->assets};
    return err ? err : lz_pages_load(&pages, &counter->pages, fault);
}

/* Beside this program, unless told otherwise. */
static lz_err find_nfc(const char *given, char ret_path[PATH_MAX], struct lz_fault *fault)
{
    ssize_t size = readlink("/proc/self/exe", ret_path, PATH_MAX - 1);
    char *slash = size > 0 ? (ret_path[size] = '\0', strrchr(ret_path, '/')) : NULL;
    size_t room = slash ? (size_t)(PATH_MAX - (slash + 1 - ret_path)) : 0;
    if (given)
        snprintf(ret_path, PATH_MAX, "%s", given);
    else if (slash && (size_t)snprintf(slash + 1, room, "liangzheng-nfc") >= room)
        slash = NULL;
    return given || slash ? LZ_OK
                          : lz_fault_set(fault, LZ_NOT_FOUND, "找不到 liangzheng-nfc;请用 --nfc 指明。",
                                         "liangzheng-nfc was not found; name it with --nfc.");
}

static lz_err check_required(const struct lz_options *options, struct counter *counter,
                             struct lz_fault *fault)
{
    static const char *const required[] = {"registry", "log-key", NULL};
    const char *third = lz_options_flag(options, "mirror") ? "trust" : "reader";
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
        const char *name = required[i] ? required[i] : third;
        char zh[128], en[128];
        snprintf(zh, sizeof zh, "缺少 --%s;请查看 --help。", name);
        snprintf(en, sizeof en, "--%s is missing; see --help.", name);
        if (!lz_options_given(options, name))
            return lz_fault_set(fault, LZ_USAGE, zh, en);
    }
    if (lz_vkey_parse(lz_bytes_text(lz_options_text(options, "log-key")), &counter->log_key) ||
        counter->log_key.algorithm != LZ_NOTE_ED25519)
        return lz_fault_set(fault, LZ_USAGE, "--log-key 不是日志公钥；请用 liangzheng keys log 取得。",
                            "--log-key is no log key; `liangzheng keys log` prints it.");
    return find_nfc(lz_options_text(options, "nfc"), counter->nfc, fault);
}

static lz_err start(struct counter *counter, const struct lz_options *options, const struct lz_log *log,
                    struct lz_fault *fault)
{
    char host[LZ_LISTEN_HOST] = "";
    uint16_t port = 0;
    const struct lz_clock *clock = log->clock;
    lz_err err = check_required(options, counter, fault);
    if (!err)
        err = lz_kiosk_listen_parse(lz_options_text(options, "listen"), host, &port, fault);
    if (!err)
        err = load_share(counter, options, fault);
    const struct lz_kiosk_options kiosk = {.registry = lz_options_text(options, "registry"),
                                           .log_key = &counter->log_key,
                                           .reader = lz_options_text(options, "reader"),
                                           .nfc_program = counter->nfc,
                                           .trust = lz_options_text(options, "trust"),
                                           .max_age_s = lz_options_int(options, "max-age"),
                                           .show_s = lz_options_int(options, "show"),
                                           .virtual_control = lz_options_text(options, "virtual"),
                                           .virtual_tags = lz_options_text(options, "virtual-tags"),
                                           .clock = clock,
                                           .log = log};
    if (!err)
        err = lz_kiosk_start(&kiosk, &counter->kiosk, fault);
    if (err)
        return err;
    counter->site = (struct lz_kiosk_site){.kiosk = counter->kiosk,
                                           .pages = counter->pages,
                                           .assets = counter->assets,
                                           .texts = counter->texts,
                                           .clock = clock};
    const struct lz_http_server_options server = {.host = host,
                                                  .port = port,
                                                  .body_cap = 16384,
                                                  .handler = lz_kiosk_handle,
                                                  .context = &counter->site,
                                                  .clock = clock};
    return lz_http_server_start(&server, &counter->server, fault);
}

static void stop(struct counter *counter)
{
    if (counter->kiosk)
        lz_feed_close(lz_kiosk_feed(counter->kiosk));
    lz_http_server_stop(&counter->server);
    lz_kiosk_stop(&counter->kiosk);
    lz_pages_free(&counter->pages);
    lz_assets_free(&counter->assets);
    lz_catalogue_free(&counter->texts);
    lz_arena_free(&counter->arena);
}

/* Blocked before any thread starts, so that only sigwait sees them. */
static void block_signals(sigset_t *ret_signals)
{
    sigemptyset(ret_signals);
    sigaddset(ret_signals, SIGINT);
    sigaddset(ret_signals, SIGTERM);
    sigaddset(ret_signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, ret_signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static lz_err mirror(struct counter *counter, const struct lz_options *options, const struct lz_log *log,
                     struct lz_fault *fault)
{
    struct lz_trust_state state;
    lz_err err = check_required(options, counter, fault);
    if (!err)
        err = lz_mirror(lz_options_text(options, "registry"), &counter->log_key,
                        lz_options_text(options, "trust"), log->clock, &state, fault);
    if (!err)
        LZ_LOG(log, LZ_LOG_INFO, "kiosk", "the log is mirrored", lz_log_int("size", (int64_t)state.size));
    return err;
}

int main(int argc, char **argv)
{
    struct lz_options *options = NULL;
    struct lz_fault fault = {0};
    struct counter counter = {0};
    struct lz_log log;
    sigset_t signals;
    int status = 0, got = 0;
    if (!lz_options_begin(&program, argc, argv, &options, &status))
        return status;
    block_signals(&signals);
    lz_log_init(&log, lz_clock_system());
    counter.arena = lz_arena_new(0);
    lz_err err = counter.arena ? lz_registry_client_prepare() : LZ_MEMORY;
    bool mirrors = lz_options_flag(options, "mirror");
    if (!err && mirrors)
        err = mirror(&counter, options, &log, &fault);
    if (!err && !mirrors)
        err = start(&counter, options, &log, &fault);
    if (!err && !mirrors) {
        printf("{\"event\":\"kiosk\",\"port\":%u}\n", lz_http_server_port(counter.server));
        fflush(stdout);
        LZ_LOG(&log, LZ_LOG_INFO, "kiosk", "listening",
               lz_log_int("port", lz_http_server_port(counter.server)));
        sigwait(&signals, &got);
    } else if (err) {
        if (fault.code != err)
            lz_fault_set(&fault, err, NULL, NULL);
        fprintf(stderr, "%s\n%s\n", lz_fault_text(&fault, LZ_ZH), lz_fault_text(&fault, LZ_EN));
    }
    stop(&counter);
    lz_options_free(&options);
    return lz_err_exit(err);
}
