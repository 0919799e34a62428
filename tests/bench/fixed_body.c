/* The limit of the HTTP server we build on: its settings as in web/http/civetweb.c, and for every request one
 * write of the same bytes, which are a whole answer of ours, headers and all.  Usage: bench_fixed_body PORT
 * ANSWER THREADS; ends with its stdin. */
#include <civetweb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_MAX = 1 << 16 };

struct answer {
    char bytes[ANSWER_MAX];
    size_t size;
    int closes; /* "Connection: close" */
};

static int on_request(struct mg_connection *connection)
{
    const struct answer *answer = mg_get_user_data(mg_get_context(connection));
    if (answer->closes)
        mg_disable_connection_keep_alive(connection);
    mg_write(connection, answer->bytes, answer->size);
    return 200;
}

int main(int argc, char **argv)
{
    static struct answer answer;
    char listen[32], byte;
    FILE *file = argc == 4 ? fopen(argv[2], "rb") : NULL;
    if (!file)
        return 2;
    answer.size = fread(answer.bytes, 1, ANSWER_MAX - 1, file);
    answer.closes = strstr(answer.bytes, "Connection: close") != NULL;
    fclose(file);
    snprintf(listen, sizeof listen, "127.0.0.1:%s", argv[1]);
    const char *settings[] = {"listening_ports",
                              listen,
                              "num_threads",
                              argv[3],
                              "enable_keep_alive",
                              "yes",
                              "keep_alive_timeout_ms",
                              "10000",
                              "request_timeout_ms",
                              "10000",
                              "max_request_size",
                              "32768",
                              "tcp_nodelay",
                              "1",
                              "decode_url",
                              "no",
                              "decode_query_string",
                              "no",
                              "enable_directory_listing",
                              "no",
                              "linger_timeout_ms",
                              "1000",
                              "listen_backlog",
                              "1024",
                              "connection_queue",
                              "256",
                              NULL};
    struct mg_callbacks callbacks = {.begin_request = on_request};
    struct mg_context *context = mg_start(&callbacks, &answer, settings);
    if (!context)
        return 3;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    mg_stop(context);
    return 0;
}
