/* A look-up without sockets: parse, dispatch, render and write each path of the file, over and over, on one
 * thread.  What is left of a request when kernel and HTTP server are taken away.  Usage: bench_lookup DIR
 * PATHS SECONDS. */
#include "web/dispatch.h"
#include "web/http/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATHS_MAX = 1000000, LINE = 1024 };

static const struct lz_http_header HEADERS[] = {{"Host", "127.0.0.1:8080"}, {"Accept", "application/json"}};

static lz_err one(struct lz_site *site, struct lz_arena *arena, const char *path, struct lz_buf *scratch,
                  struct lz_buf *out)
{
    const struct lz_http_server_options options = {0};
    const struct lz_http_head head = {
        .method = "GET", .path = path, .peer = "127.0.0.1", .headers = HEADERS, .header_count = 2};
    struct lz_http_request request = {.arena = arena, .body = lz_bytes_of("", 0)};
    struct lz_http_reply reply = {.arena = arena, .scratch = *scratch};
    int status = 0;
    lz_err err = lz_http_request_parse(&options, &head, &request, &status);
    if (err)
        return err;
    lz_dispatch(site, &request, &reply);
    lz_buf_reset(out);
    lz_http_reply_write(&request, &reply, true, 1, out);
    *scratch = reply.scratch;
    lz_arena_reset(arena);
    return reply.status == 200 ? out->err : LZ_NOT_FOUND;
}

static size_t read_paths(const char *name, char **paths)
{
    char line[LINE];
    size_t count = 0;
    FILE *file = fopen(name, "r");
    while (file && count < PATHS_MAX && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        paths[count++] = strdup(line);
    }
    if (file)
        fclose(file);
    return count;
}

int main(int argc, char **argv)
{
    struct lz_register *reg = NULL;
    struct lz_site *site = NULL;
    struct lz_fault fault = {0};
    struct lz_arena *arena = lz_arena_new(0);
    struct lz_buf scratch, out;
    char **paths = calloc(PATHS_MAX, sizeof *paths);
    size_t count = paths && argc == 4 ? read_paths(argv[2], paths) : 0;
    const struct lz_clock *clock = lz_clock_system();
    lz_buf_init(&scratch, 1 << 20);
    lz_buf_init(&out, 1 << 20);
    lz_err err = arena && count ? lz_register_open(argv[1], NULL, &reg, &fault) : LZ_USAGE;
    struct lz_site_options options = {.reg = reg};
    if (!err)
        err = lz_site_open(&options, &site, &fault);
    int64_t began = lz_clock_monotonic_ms(clock), took = 0;
    size_t done = 0;
    for (int64_t room = err ? 0 : 1000 * (int64_t)atoi(argv[3]); !err && took < room;
         took = lz_clock_monotonic_ms(clock) - began)
        for (int i = 0; !err && i < 100; i++)
            err = one(site, arena, paths[done++ % count], &scratch, &out);
    if (err)
        fprintf(stderr, "%s %s\n", lz_err_name(err), lz_fault_text(&fault, LZ_EN));
    else
        printf("%.0f %.2f\n", (double)done * 1000 / (double)took, (double)took * 1000 / (double)done);
    lz_site_close(&site);
    lz_register_close(&reg);
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
    lz_buf_free(&scratch);
    lz_buf_free(&out);
    lz_arena_free(&arena);
    return err ? 3 : 0;
}
