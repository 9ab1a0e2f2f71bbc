/* Opens many event streams of one server and measures what arrives on them.
 *
 * load PORT FILE WINDOW [raw] [reconnect]: each line of FILE is the request of one client, with \r
 * and \n escaped. WINDOW connections are opened at a time. `raw` reads Redis replies instead of
 * HTTP; `reconnect` opens what was closed again, with Last-Event-ID, as an EventSource does.
 * Commands on standard input: `mark` forgets what was measured, `report` prints it as one line of
 * JSON, `count` the same without percentiles. The end of the input ends the program.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "frames.h"
#include "latency.h"
#include "requests.h"

struct client {
    int fd;
    int answered;       /* the head of its answer came */
    int refused;        /* with another status than 200 */
    int live;           /* an event came since it was opened last */
    long last;          /* number of its last event */
    uint64_t open_at;   /* when to open it; 0: not to be opened */
    char *request;
    struct parser parser;
};

static struct client *clients;
static int count, port, raw, reconnecting, window, opening, answered, refused, live;
static int input_open = 1, epoll;
static long heartbeats, gaps, duplicates, closed;
static uint64_t began, last_answer, last_live;

static void seen(void *owner, uint64_t stamp, long number) {
    struct client *c = owner;
    if (!c->live) {
        c->live = 1;
        live++;
        last_live = now_ns();
    }
    if (!number) {
        heartbeats++;
        return;
    }
    if (number <= c->last) duplicates++;
    else if (number != c->last + 1) gaps++;
    if (number > c->last) c->last = number;
    latency_add(stamp);
}

static void drop(struct client *c) {
    close(c->fd);
    c->fd = -1;
    if (!c->answered) opening--;
    else if (!c->refused) answered--;
    live -= c->live;
    c->answered = c->live = 0;
    closed++;
    if (reconnecting && !c->refused)
        c->open_at = now_ns() + 20000000ull + (uint64_t)(rand() % 180) * 1000000ull;
}

static void greet(struct client *c) {
    char text[2048];
    int size = (int)strlen(c->request);
    memcpy(text, c->request, (size_t)size);
    if (c->parser.id[0]) /* before the empty line that ends the head */
        size += snprintf(text + size - 2, sizeof text - (size_t)size, "Last-Event-ID: %s\r\n\r\n",
                         c->parser.id) - 2;
    if (send(c->fd, text, (size_t)size, MSG_NOSIGNAL) != size) drop(c);
}

static void open_client(struct client *c) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->open_at = 0;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) exit(4);
    opening++;
    c->refused = 0;
    parser_reset(&c->parser, raw);
    struct epoll_event wanted = {.events = EPOLLOUT, .data.ptr = c};
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) drop(c);
    else epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &wanted);
}

static void head_came(struct client *c) {
    c->answered = 1;
    opening--;
    c->refused = c->parser.status != 200;
    if (c->refused) refused++;
    else answered++;
    last_answer = now_ns();
}

static void ready(struct client *c, uint32_t what) {
    static char buffer[65536];
    if (what & EPOLLOUT) {
        int failed = 0;
        socklen_t size = sizeof failed;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &failed, &size);
        if (failed) {
            drop(c);
            return;
        }
        struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &wanted);
        greet(c);
        return;
    }
    ssize_t size = recv(c->fd, buffer, sizeof buffer, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size > 0) parser_feed(&c->parser, buffer, size, c, seen);
    if (!c->answered && c->parser.status && c->parser.phase != HEAD) head_came(c);
    if (size <= 0 || c->parser.phase == ENDED) drop(c);
}

/* Sorting takes the time of thousands of deliveries: only a whole report does it. */
static void report(int whole) {
    long low = count ? clients[0].last : 0, high = 0;
    for (int i = 0; i < count; i++) {
        if (clients[i].last < low) low = clients[i].last;
        if (clients[i].last > high) high = clients[i].last;
    }
    if (whole) latency_sort();
    printf("{\"clients\":%d,\"open\":%d,\"refused\":%d,\"live\":%d,\"closed\":%ld,\"events\":%ld,"
           "\"heartbeats\":%ld,\"gaps\":%ld,\"duplicates\":%ld,\"lowest\":%ld,\"highest\":%ld,"
           "\"p50\":%.3f,\"p99\":%.3f,\"worst\":%.3f,\"opened_seconds\":%.6f,\"live_ns\":%llu}\n",
           count, answered, refused, live, closed, latency_count, heartbeats, gaps, duplicates,
           low, high, latency_at(0.5), latency_at(0.99), latency_at(1),
           (double)(last_answer - began) / 1e9, (unsigned long long)last_live);
    fflush(stdout);
}

static void command(void) {
    char text[256];
    ssize_t size = read(0, text, sizeof text - 1);
    if (size <= 0) {
        input_open = 0;
        return;
    }
    text[size] = 0;
    if (strstr(text, "mark")) latency_count = heartbeats = gaps = duplicates = closed = 0;
    if (strstr(text, "count")) report(0);
    if (strstr(text, "report")) report(1);
}

static void read_requests(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) exit(2);
    for (char *request; (request = next_request(file)); count++) {
        if (count % 1024 == 0)
            clients = realloc(clients, (size_t)(count + 1024) * sizeof *clients);
        memset(&clients[count], 0, sizeof *clients);
        clients[count].request = request;
        clients[count].fd = -1;
        clients[count].open_at = 1;
    }
    fclose(file);
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    port = atoi(argv[1]);
    window = atoi(argv[3]);
    for (int i = 4; i < argc; i++) {
        if (!strcmp(argv[i], "raw")) raw = 1;
        if (!strcmp(argv[i], "reconnect")) reconnecting = 1;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    read_requests(argv[2]);
    epoll = epoll_create1(0);
    struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL}, found[512];
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &input);
    began = now_ns();
    for (int next = 0; input_open;) {
        while (next < count && opening < window) open_client(&clients[next++]);
        if (reconnecting && next == count) {
            uint64_t now = now_ns();
            for (int i = 0; i < count; i++)
                if (clients[i].fd < 0 && clients[i].open_at && clients[i].open_at <= now)
                    open_client(&clients[i]);
        }
        int size = epoll_wait(epoll, found, 512, reconnecting ? 5 : -1);
        for (int i = 0; i < size; i++) {
            if (found[i].data.ptr) ready(found[i].data.ptr, found[i].events);
            else command();
        }
    }
    return 0;
}
