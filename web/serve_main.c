/* liangzheng-serve: pages and interfaces of a register over HTTP. */
#include "registry/base/json_write.h"
#include "registry/base/options.h"
#include "web/route.h"
#include "web/serve.h"
#include "web/serve_settings.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROXIES_MAX = 16, ADDRESS_SIZE = 128 };

static const struct lz_option OPTIONS[] = {
    {.name = "data",
     .kind = LZ_OPTION_TEXT,
     .value = "DIR",
     .help = {"登记库目录（也可用环境变量 LIANGZHENG_DATA）", "folder of the register (or LIANGZHENG_DATA)"}},
    {.name = "listen",
     .kind = LZ_OPTION_TEXT,
     .value = "HOST:PORT",
     .fallback = "127.0.0.1:8080",
     .help = {"监听地址；端口 0 表示任取空闲端口", "address to listen on; port 0 takes a free one"}},
    {.name = "threads",
     .kind = LZ_OPTION_INT,
     .value = "N",
     .fallback = "512",
     .min = 2,
     .max = 4096,
     .help = {"同时服务的连接数（每个连接占一个线程）",
              "connections served at once, each by a thread of its own"}},
    {.name = "trusted-proxy",
     .kind = LZ_OPTION_TEXT,
     .value = "ADDR,…",
     .help = {"可信反向代理的地址，用逗号分隔", "addresses of trusted reverse proxies, separated by commas"}},
    {.name = "lookups-per-minute",
     .kind = LZ_OPTION_INT,
     .value = "N",
     .fallback = "120",
     .min = 0,
     .max = 1000000,
     .help = {"每个来访地址每分钟可按证号查询的次数；0 不限",
              "look-ups by number that one address may make in a minute; 0: no limit"}},
    {.name = "share",
     .kind = LZ_OPTION_TEXT,
     .value = "DIR",
     .help = {"模板、文字和样式所在目录", "folder of templates, messages and static files"}},
    {.name = "routes",
     .kind = LZ_OPTION_FLAG,
     .help = {"以 JSON 列出全部网址后退出", "print the table of routes as JSON and exit"}},
    {.name = "json",
     .kind = LZ_OPTION_FLAG,
     .help = {"就绪时在标准输出写一行 JSON", "when listening, write one line of JSON on stdout"}},
};
static const struct lz_program PROGRAM = {
    .name = "liangzheng serve",
    .arguments = "[OPTION]…",
    .about = {"运行登记库的网页和接口。", "Serves a register's pages and interfaces."},
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
};

struct listen {
    char host[ADDRESS_SIZE];
    uint16_t port;
};

/* "127.0.0.1:8080", "[::1]:8080", ":8080" (every address) or "8080" (loopback). */
static bool parse_listen(const char *text, struct listen *ret_listen)
{
    const char *colon = strrchr(text, ':');
    const char *port = colon ? colon + 1 : text;
    size_t host = colon ? (size_t)(colon - text) : 0;
    size_t digits = strspn(port, "0123456789");
    long number = strtol(port, NULL, 10);
    if (digits == 0 || digits > 5 || port[digits] || number > 65535 || host >= ADDRESS_SIZE)
        return false;
    memcpy(ret_listen->host, text, host);
    ret_listen->host[host] = '\0';
    if (host == 0)
        snprintf(ret_listen->host, sizeof ret_listen->host, "%s", colon ? "0.0.0.0" : "127.0.0.1");
    ret_listen->port = (uint16_t)number;
    return true;
}

struct proxies {
    size_t count;
    const char *list[PROXIES_MAX]; /* in `text`, as a socket's address is written */
    char text[PROXIES_MAX][INET6_ADDRSTRLEN];
};

/* A name or a typing error would match no socket, and every phone would look like one. */
static bool parse_proxy(const char *text, char ret_address[INET6_ADDRSTRLEN])
{
    struct in6_addr address;
    int family = strchr(text, ':') ? AF_INET6 : AF_INET;
    return inet_pton(family, text, &address) == 1 &&
           inet_ntop(family, &address, ret_address, INET6_ADDRSTRLEN);
}

static bool parse_proxies(const char *list, struct proxies *ret_proxies)
{
    char *rest = NULL, *copy = strdup(list);
    size_t count = 0;
    bool sane = copy != NULL;
    for (char *one = sane ? strtok_r(copy, ", ", &rest) : NULL; one && sane;
         one = strtok_r(NULL, ", ", &rest)) {
        sane = count < PROXIES_MAX && parse_proxy(one, ret_proxies->text[count]);
        if (sane)
            ret_proxies->list[count] = ret_proxies->text[count];
        count++;
    }
    free(copy);
    ret_proxies->count = sane ? count : 0;
    return sane;
}

static int tell(const struct lz_fault *fault)
{
    fprintf(stderr, "%s\n%s\n", lz_fault_text(fault, LZ_ZH), lz_fault_text(fault, LZ_EN));
    for (size_t i = 0; i < fault->field_count && i < LZ_FAULT_FIELDS; i++)
        fprintf(stderr, "  %s: %s %s\n", fault->fields[i].field, fault->fields[i].message[LZ_ZH],
                fault->fields[i].message[LZ_EN]);
    return lz_err_exit(fault->code);
}

static int print_routes(void)
{
    json_t *routes = lz_routes_json();
    char *text = lz_json_text(routes, JSON_INDENT(1));
    json_decref(routes);
    int failed = !text || puts(text) < 0 || fflush(stdout) != 0;
    free(text);
    return failed ? 3 : 0;
}

static void announce(const struct lz_options *options, const struct lz_log *log, const struct listen *listen,
                     uint16_t port)
{
    char url[ADDRESS_SIZE + 16];
    const char *host = strcmp(listen->host, "0.0.0.0") == 0 ? "127.0.0.1" : listen->host;
    snprintf(url, sizeof url, "http://%s:%u", host, (unsigned)port);
    LZ_LOG(log, LZ_LOG_INFO, "serve", "listening", lz_log_text("url", url));
    if (lz_options_flag(options, "json")) {
        printf("{\"url\":\"%s\",\"port\":%u}\n", url, (unsigned)port);
        fflush(stdout);
    }
}

static lz_err serve(const struct lz_options *options, const struct lz_serve_settings *settings,
                    struct lz_register *reg, const struct lz_log *log, const struct listen *listen,
                    struct lz_fault *fault)
{
    struct lz_site *site = NULL;
    struct lz_serve *server = NULL;
    struct proxies proxies;
    sigset_t ending;
    int received;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    struct lz_site_options site_options = {
        .reg = reg,
        .log = log,
        .share = lz_options_text(options, "share"),
        .lookups_per_minute = settings->lookups_per_minute,
    };
    lz_err err =
        parse_proxies(settings->trusted_proxy, &proxies)
            ? lz_site_open(&site_options, &site, fault)
            : lz_fault_set(
                  fault, LZ_USAGE,
                  "可信代理（trusted-proxy）应为 IP 地址，用逗号分隔，最多十六个，例如 127.0.0.1,::1。",
                  "Trusted proxies (trusted-proxy) are IP addresses, at most sixteen, separated by "
                  "commas, for example 127.0.0.1,::1.");
    struct lz_serve_options serve_options = {
        .host = listen->host,
        .port = listen->port,
        .threads = settings->threads,
        .trusted_proxies = proxies.list,
        .trusted_proxy_count = proxies.count,
    };
    if (!err)
        err = lz_serve_start(site, &serve_options, &server, fault);
    if (!err) {
        announce(options, log, listen, lz_serve_port(server));
        sigwait(&ending, &received);
        LZ_LOG(log, LZ_LOG_INFO, "serve", "ending");
    }
    lz_serve_stop(&server);
    lz_site_close(&site);
    return err;
}

/* Before any thread starts: the signals that end us are taken by sigwait alone; a client that hangs up is no
 * reason to die. */
static void take_signals(void)
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Everything that needs no register yet. */
static lz_err prepare(const struct lz_options *options, struct lz_arena *arena, const char **ret_dir,
                      struct lz_serve_settings *ret_settings, struct listen *ret_listen,
                      struct lz_fault *fault)
{
    const char *dir = lz_options_text(options, "data");
    if (!dir)
        dir = getenv("LIANGZHENG_DATA");
    if (!dir || !dir[0])
        return lz_fault_set(fault, LZ_USAGE, "请用 --data 指明登记库目录。",
                            "Name the register's folder with --data.");
    lz_err err = lz_serve_settings_read(options, dir, arena, ret_settings, fault);
    if (err)
        return err;
    *ret_dir = dir;
    return parse_listen(ret_settings->listen, ret_listen)
               ? LZ_OK
               : lz_fault_set(
                     fault, LZ_USAGE, "监听地址（--listen）应为 主机:端口，例如 127.0.0.1:8080。",
                     "The address to listen on (--listen) is HOST:PORT, for example 127.0.0.1:8080.");
}

static int run(const struct lz_options *options)
{
    struct lz_fault fault = {0};
    struct lz_register *reg = NULL;
    struct lz_serve_settings settings = {0};
    struct listen listen;
    struct lz_log log;
    const char *dir = NULL;
    if (lz_options_flag(options, "routes"))
        return print_routes();
    take_signals();
    lz_log_init(&log, lz_clock_system());
    struct lz_arena *arena = lz_arena_new(0);
    lz_err err = arena ? prepare(options, arena, &dir, &settings, &listen, &fault) : LZ_MEMORY;
    if (!err)
        err = lz_register_open(dir, NULL, &reg, &fault);
    if (!err)
        err = serve(options, &settings, reg, &log, &listen, &fault);
    lz_register_close(&reg);
    lz_arena_free(&arena);
    if (err && fault.code == LZ_OK)
        lz_fault_set(&fault, err, NULL, NULL);
    return err ? tell(&fault) : 0;
}

int main(int argc, char **argv)
{
    struct lz_options *options = NULL;
    int code = 0;
    if (!lz_options_begin(&PROGRAM, argc, argv, &options, &code))
        return code;
    code = run(options);
    lz_options_free(&options);
    return code;
}
