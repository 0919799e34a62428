/* The limit of the HTTP server we build on: its settings as in web/http/civetweb.c, one write of 600 bytes.
 * Usage: bench_fixed_body PORT; ends with its stdin. */
#include <civetweb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BODY = 600 };

static int on_request(struct mg_connection *connection)
{
    char answer[1024];
    int head = snprintf(answer, sizeof answer,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                        "Connection: keep-alive\r\n\r\n",
                        BODY);
    memset(answer + head, 'x', BODY);
    mg_write(connection, answer, (size_t)head + BODY);
    return 200;
}

int main(int argc, char **argv)
{
    char listen[32], byte;
    snprintf(listen, sizeof listen, "127.0.0.1:%s", argc > 1 ? argv[1] : "0");
    const char *settings[] = {"listening_ports",
                              listen,
                              "num_threads",
                              "128",
                              "enable_keep_alive",
                              "yes",
                              "keep_alive_timeout_ms",
                              "5000",
                              "tcp_nodelay",
                              "1",
                              "decode_url",
                              "no",
                              "enable_directory_listing",
                              "no",
                              "listen_backlog",
                              "1024",
                              "connection_queue",
                              "256",
                              NULL};
    struct mg_callbacks callbacks = {.begin_request = on_request};
    struct mg_context *context = mg_start(&callbacks, NULL, settings);
    if (!context)
        return 3;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    mg_stop(context);
    return 0;
}
