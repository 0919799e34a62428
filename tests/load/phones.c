/* Many phones, each with a connection of its own, each asking for a badge's page once a second; some of them
 * slow.  One thread, epoll.  Prints one line of JSON; script/load and the tests judge it.
 *
 * A wait is counted from the moment the request was due, so a server that makes one phone late cannot hide
 * how long the next one would have waited. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    SECOND_US = 1000000,
    EVENTS = 512,
    REQUEST_MAX = 2048,
    ANSWER_MAX = 1 << 20,
    SLOW_STEP_US = 25000, /* a slow phone sends one byte, or reads SLOW_READ, this often */
    SLOW_READ = 512,
    SLOW_WINDOW = 4096,          /* its receive buffer, so that the server feels the slowness */
    GIVE_UP_US = 20 * SECOND_US, /* no answer by then counts as refused */
    SHARED = 100                 /* phones behind one address, as behind a carrier's NAT */
};

enum stage { RESTING, CONNECTING, SENDING, READING };

struct page {
    char *path;
    char *marker; /* must stand in the answer; else it is somebody else's page */
};

struct phone {
    int fd; /* -1: not connected */
    enum stage stage;
    bool slow;
    size_t page;
    size_t sent, size; /* of the request */
    char request[REQUEST_MAX];
    char *answer;
    size_t got, want, room; /* want: 0 until the head has been read */
    int status;
    bool closing; /* the server said Connection: close */
    int64_t due_us, started_us, wake_us;
    size_t heap_at;
};

struct tally {
    int64_t *waits_us; /* of honest phones, after the warm-up */
    size_t waits, waits_room;
    size_t answered, slow_answered, refused, slow_refused, wrong, connects;
    int first_status; /* of the first answer that was not 200 */
    int first_errno;
};

struct crowd {
    struct sockaddr_in server;
    struct phone *phones;
    struct phone **heap; /* by wake_us, the earliest first */
    struct page *pages;
    size_t count, page_count;
    int epoll;
    int64_t begin_us, measure_us, end_us;
    struct tally tally;
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

static void *must(void *memory)
{
    if (!memory) {
        fputs("out of memory\n", stderr);
        exit(3);
    }
    return memory;
}

/* ---- who acts next ---- */

static void heap_put(struct crowd *crowd, size_t at, struct phone *phone)
{
    crowd->heap[at] = phone;
    phone->heap_at = at;
}

static void wake_at(struct crowd *crowd, struct phone *phone, int64_t when_us)
{
    size_t at = phone->heap_at;
    phone->wake_us = when_us;
    while (at > 0 && crowd->heap[(at - 1) / 2]->wake_us > when_us) {
        heap_put(crowd, at, crowd->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= crowd->count)
            break;
        if (child + 1 < crowd->count && crowd->heap[child + 1]->wake_us < crowd->heap[child]->wake_us)
            child++;
        if (crowd->heap[child]->wake_us >= when_us)
            break;
        heap_put(crowd, at, crowd->heap[child]);
        at = child;
    }
    heap_put(crowd, at, phone);
}

/* ---- one phone ---- */

static void hang_up(struct phone *phone)
{
    if (phone->fd >= 0)
        close(phone->fd);
    phone->fd = -1;
}

/* A slow phone never catches up, it goes on at once; an honest one keeps its second. */
static void rest(struct crowd *crowd, struct phone *phone, int64_t now)
{
    free(phone->answer);
    phone->answer = NULL;
    phone->got = phone->want = phone->room = 0;
    phone->stage = RESTING;
    phone->due_us = phone->slow ? now : phone->due_us + SECOND_US;
    wake_at(crowd, phone, phone->due_us);
}

static void refused(struct crowd *crowd, struct phone *phone, int64_t now)
{
    struct tally *tally = &crowd->tally;
    if (phone->slow)
        tally->slow_refused++;
    else
        tally->refused++;
    if (!tally->first_errno)
        tally->first_errno = errno;
    if (!tally->first_status)
        tally->first_status = phone->status;
    hang_up(phone);
    rest(crowd, phone, now);
}

static void answered(struct crowd *crowd, struct phone *phone, int64_t now)
{
    struct tally *tally = &crowd->tally;
    const char *marker = crowd->pages[phone->page].marker;
    if (phone->status != 200) {
        errno = 0;
        refused(crowd, phone, now);
        return;
    }
    if (*marker && !memmem(phone->answer, phone->got, marker, strlen(marker)))
        tally->wrong++;
    if (phone->slow) {
        tally->slow_answered++;
    } else if (phone->due_us >= crowd->measure_us) {
        tally->answered++;
        if (tally->waits < tally->waits_room)
            tally->waits_us[tally->waits++] = now - phone->due_us;
    }
    if (phone->closing)
        hang_up(phone);
    rest(crowd, phone, now);
}

/* Status, length and the server's wish to close; false: no answer of HTTP/1.1 with a length. */
static bool read_head(struct phone *phone)
{
    char *end = memmem(phone->answer, phone->got, "\r\n\r\n", 4);
    if (!end)
        return phone->got < ANSWER_MAX;
    *end = '\0';
    const char *length = strcasestr(phone->answer, "\r\nContent-Length:");
    const char *connection = strcasestr(phone->answer, "\r\nConnection: close");
    if (strncmp(phone->answer, "HTTP/1.1 ", 9) != 0 || !length)
        return false;
    phone->status = atoi(phone->answer + 9);
    phone->closing = connection != NULL;
    phone->want = (size_t)(end + 4 - phone->answer) + (size_t)strtoul(length + 17, NULL, 10);
    *end = '\r';
    return phone->want <= ANSWER_MAX;
}

static void read_some(struct crowd *crowd, struct phone *phone, int64_t now)
{
    for (;;) {
        size_t most = phone->slow ? SLOW_READ : 16384;
        if (phone->room < phone->got + most) {
            phone->room = phone->got + 2 * most;
            phone->answer = must(realloc(phone->answer, phone->room));
        }
        ssize_t got = recv(phone->fd, phone->answer + phone->got, most, MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN)
            break;
        if (got <= 0) {
            refused(crowd, phone, now);
            return;
        }
        phone->got += (size_t)got;
        if (!phone->want && !read_head(phone)) {
            refused(crowd, phone, now);
            return;
        }
        if (phone->want && phone->got >= phone->want) {
            answered(crowd, phone, now);
            return;
        }
        if (phone->slow)
            break;
    }
    if (phone->slow)
        wake_at(crowd, phone, now + SLOW_STEP_US);
}

static void send_some(struct crowd *crowd, struct phone *phone, int64_t now)
{
    size_t rest_size = phone->size - phone->sent;
    ssize_t sent = send(phone->fd, phone->request + phone->sent, phone->slow ? 1 : rest_size,
                        MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        refused(crowd, phone, now);
        return;
    }
    phone->sent += sent > 0 ? (size_t)sent : 0;
    if (phone->sent == phone->size)
        phone->stage = READING;
    wake_at(crowd, phone, phone->slow ? now + SLOW_STEP_US : phone->started_us + GIVE_UP_US);
}

static void connect_to(struct crowd *crowd, struct phone *phone)
{
    int one = 1, window = SLOW_WINDOW;
    phone->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (phone->fd < 0) {
        perror("socket");
        exit(3);
    }
    setsockopt(phone->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (phone->slow)
        setsockopt(phone->fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
    /* 127/8 is this machine, so the server sees as many clients as there are addresses */
    uint32_t number = (uint32_t)((size_t)(phone - crowd->phones) / SHARED);
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(0x7F010001 + (number / 250 << 8) + number % 250)};
    setsockopt(phone->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(phone->fd, (struct sockaddr *)&from, sizeof from) != 0) {
        perror("bind");
        exit(3);
    }
    crowd->tally.connects++;
    (void)!connect(phone->fd, (struct sockaddr *)&crowd->server, sizeof crowd->server);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = phone};
    epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, phone->fd, &event);
    phone->stage = CONNECTING;
}

static void ask(struct crowd *crowd, struct phone *phone, int64_t now)
{
    phone->page = (phone->page + 1) % crowd->page_count;
    phone->size = (size_t)snprintf(phone->request, sizeof phone->request,
                                   "GET %s HTTP/1.1\r\nHost: zf.example.gov.cn\r\nAccept: text/html\r\n\r\n",
                                   crowd->pages[phone->page].path);
    phone->sent = 0;
    phone->status = 0;
    phone->started_us = now;
    if (phone->fd >= 0) {
        phone->stage = SENDING;
        send_some(crowd, phone, now);
        return;
    }
    connect_to(crowd, phone);
    wake_at(crowd, phone, now + GIVE_UP_US);
}

static void connected(struct crowd *crowd, struct phone *phone, int64_t now)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(phone->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        errno = error;
        refused(crowd, phone, now);
        return;
    }
    phone->stage = SENDING;
    send_some(crowd, phone, now);
}

/* Its time has come: to ask, to take a slow step, or to give up. */
static void woken(struct crowd *crowd, struct phone *phone, int64_t now)
{
    if (phone->stage == RESTING) {
        if (phone->due_us < crowd->end_us)
            ask(crowd, phone, now);
        else
            wake_at(crowd, phone, INT64_MAX);
    } else if (now - phone->started_us >= GIVE_UP_US) {
        errno = ETIMEDOUT;
        refused(crowd, phone, now);
    } else if (phone->stage == SENDING) {
        send_some(crowd, phone, now);
    } else if (phone->stage == READING) {
        read_some(crowd, phone, now);
    } else {
        wake_at(crowd, phone, phone->started_us + GIVE_UP_US);
    }
}

static void happened(struct crowd *crowd, struct phone *phone, uint32_t events, int64_t now)
{
    if (phone->stage == CONNECTING) {
        if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
            connected(crowd, phone, now);
    } else if (phone->stage == READING) {
        if (!phone->slow && (events & EPOLLIN))
            read_some(crowd, phone, now);
    } else if (phone->stage == RESTING && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))) {
        hang_up(phone); /* an idle connection that the server let go; the next request makes a new one */
    } else if (phone->stage == SENDING && (events & (EPOLLHUP | EPOLLERR))) {
        errno = ECONNRESET;
        refused(crowd, phone, now);
    }
}

static bool still_asking(const struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->count; i++) {
        const struct phone *phone = &crowd->phones[i];
        if (!phone->slow && (phone->stage != RESTING || phone->due_us < crowd->end_us))
            return true;
    }
    return false;
}

static void run(struct crowd *crowd)
{
    struct epoll_event events[EVENTS];
    int64_t look_us = crowd->end_us;
    for (;;) {
        int64_t now = now_us();
        if (now >= look_us) {
            if (!still_asking(crowd))
                return;
            look_us = now + SECOND_US / 10;
        }
        while (crowd->heap[0]->wake_us <= now)
            woken(crowd, crowd->heap[0], now);
        int64_t next = crowd->heap[0]->wake_us < look_us ? crowd->heap[0]->wake_us : look_us;
        int64_t wait_us = next - now_us();
        struct timespec wait = {.tv_nsec = wait_us <= 0 ? 0 : wait_us < 50000 ? wait_us * 1000 : 50000000};
        int count = epoll_pwait2(crowd->epoll, events, EVENTS, &wait, NULL);
        now = now_us();
        for (int i = 0; i < count; i++)
            happened(crowd, events[i].data.ptr, events[i].events, now);
    }
}

/* ---- beginning and end ---- */

/* Lines "path" or "path marker". */
static void read_pages(struct crowd *crowd, const char *name)
{
    FILE *file = fopen(name, "r");
    char *line = NULL;
    size_t room = 0;
    if (!file) {
        perror(name);
        exit(2);
    }
    while (getline(&line, &room, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        char *blank = strchr(line, ' ');
        if (blank)
            *blank = '\0';
        crowd->pages = must(realloc(crowd->pages, (crowd->page_count + 1) * sizeof *crowd->pages));
        crowd->pages[crowd->page_count++] =
            (struct page){must(strdup(line)), must(strdup(blank ? blank + 1 : ""))};
    }
    free(line);
    fclose(file);
    if (crowd->page_count == 0) {
        fprintf(stderr, "%s: no pages\n", name);
        exit(2);
    }
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double percentile_ms(const struct tally *tally, size_t per_mille)
{
    return tally->waits ? (double)tally->waits_us[(tally->waits - 1) * per_mille / 1000] / 1000.0 : 0;
}

static void report(struct crowd *crowd, size_t seconds)
{
    struct tally *tally = &crowd->tally;
    size_t over_second = 0;
    qsort(tally->waits_us, tally->waits, sizeof *tally->waits_us, by_size);
    for (size_t i = tally->waits; i-- > 0 && tally->waits_us[i] > SECOND_US;)
        over_second++;
    printf("{\"phones\":%zu,\"seconds\":%zu,\"answered\":%zu,\"per_second\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%"
           ".2f,"
           "\"max_ms\":%.2f,\"over_1s\":%zu,\"refused\":%zu,\"wrong\":%zu,\"slow_answered\":%zu,"
           "\"slow_refused\":%zu,\"connections\":%zu,\"first_status\":%d,\"first_error\":\"%s\"}\n",
           crowd->count, seconds, tally->answered, (double)tally->answered / (double)seconds,
           percentile_ms(tally, 500), percentile_ms(tally, 990), percentile_ms(tally, 1000), over_second,
           tally->refused, tally->wrong, tally->slow_answered, tally->slow_refused, tally->connects,
           tally->first_status, tally->first_errno ? strerror(tally->first_errno) : "");
}

static void gather(struct crowd *crowd, size_t slow_percent, size_t seconds)
{
    /* The crowd comes within a second for each two thousand; then it is measured. */
    int64_t ramp_us = SECOND_US + (int64_t)(crowd->count / 2000) * SECOND_US;
    crowd->begin_us = now_us();
    crowd->measure_us = crowd->begin_us + ramp_us + SECOND_US;
    crowd->end_us = crowd->measure_us + (int64_t)seconds * SECOND_US;
    crowd->phones = must(calloc(crowd->count, sizeof *crowd->phones));
    crowd->heap = must(calloc(crowd->count, sizeof(struct phone *)));
    crowd->tally.waits_room = crowd->count * (seconds + 1);
    crowd->tally.waits_us = must(calloc(crowd->tally.waits_room, sizeof(int64_t)));
    for (size_t i = 0; i < crowd->count; i++) {
        struct phone *phone = &crowd->phones[i];
        phone->fd = -1;
        phone->slow = i * slow_percent / 100 != (i + 1) * slow_percent / 100;
        phone->page = i % crowd->page_count;
        /* later ones wake later, so the heap is in order */
        phone->due_us = phone->wake_us = crowd->begin_us + ramp_us * (int64_t)i / (int64_t)crowd->count;
        heap_put(crowd, i, phone);
    }
}

int main(int argc, char **argv)
{
    struct crowd crowd = {.server = {.sin_family = AF_INET}};
    if (argc != 6) {
        fprintf(stderr, "usage: %s PORT PAGES PHONES SLOW_PERCENT SECONDS\n", argv[0]);
        return 2;
    }
    crowd.server.sin_port = htons((uint16_t)atoi(argv[1]));
    crowd.server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    read_pages(&crowd, argv[2]);
    crowd.count = strtoul(argv[3], NULL, 10);
    size_t seconds = strtoul(argv[5], NULL, 10);
    crowd.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (crowd.epoll < 0 || crowd.count == 0 || seconds == 0)
        return 2;
    gather(&crowd, strtoul(argv[4], NULL, 10), seconds);
    run(&crowd);
    report(&crowd, seconds);
    for (size_t i = 0; i < crowd.count; i++) {
        hang_up(&crowd.phones[i]);
        free(crowd.phones[i].answer);
    }
    for (size_t i = 0; i < crowd.page_count; i++) {
        free(crowd.pages[i].path);
        free(crowd.pages[i].marker);
    }
    free(crowd.pages);
    free(crowd.phones);
    free(crowd.heap);
    free(crowd.tally.waits_us);
    close(crowd.epoll);
    return 0;
}
