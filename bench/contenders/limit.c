/* The bare limit of fan-out: each line of a named pipe goes to every client with one send() each,
 * on non-blocking sockets that were accepted before. No queue, no state, no second try: a server
 * that delivers every event to everybody can hardly do less.
 *
 * limit PORT PIPE
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

static int sockets[65536], count;

static void accept_one(int listener) {
    char request[4096];
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) return;
    if (count == 65536 || recv(fd, request, sizeof request, 0) <= 0 ||
        send(fd, HEAD, sizeof HEAD - 1, MSG_NOSIGNAL) < 0) {
        close(fd);
        return;
    }
    sockets[count++] = fd;
}

static long send_to_all(const char *line, long number) {
    static char frame[8192];
    long failed = 0;
    size_t size = (size_t)snprintf(frame, sizeof frame, "id: %ld\ndata: %s\n\n", number, line);
    for (int i = 0; i < count; i++)
        if (send(sockets[i], frame, size, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)size) failed++;
    return failed;
}

/* Lines may arrive in parts and several at once. */
static int take_lines(int pipe) {
    static char text[65536];
    static size_t length;
    static long number;
    ssize_t size = read(pipe, text + length, sizeof text - 1 - length);
    if (size <= 0) return 0;
    length += (size_t)size;
    char *start = text, *end;
    while ((end = memchr(start, '\n', length - (size_t)(start - text)))) {
        *end = 0;
        long failed = send_to_all(start, ++number);
        if (failed) fprintf(stderr, "%ld sends failed\n", failed);
        start = end + 1;
    }
    length -= (size_t)(start - text);
    memmove(text, start, length);
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int pipe = open(argv[2], O_RDWR); /* its own writer, too: no end of file between writers */
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (pipe < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 4096)) {
        perror("limit");
        return 1;
    }
    struct pollfd waiting[2] = {{listener, POLLIN, 0}, {pipe, POLLIN, 0}};
    for (int more = 1; more;) {
        if (poll(waiting, 2, -1) < 0) return 1;
        if (waiting[0].revents) accept_one(listener);
        if (waiting[1].revents) more = take_lines(pipe);
    }
    return 0;
}
