/* What a client has read: HTTP head, chunks, and the lines of Server-Sent Events, byte by byte. */
#ifndef BENCH_FRAMES_H
#define BENCH_FRAMES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum phase { HEAD, CHUNK_SIZE, CHUNK_END, BODY, ENDED };

struct parser {
    enum phase phase;
    int raw;                /* not HTTP: the replies of a Redis subscription */
    int status;             /* of the HTTP answer; 200 once a Redis subscription stands */
    int chunked;
    long left;              /* of the present chunk */
    int length;             /* of `line` */
    uint64_t stamp;         /* of the unfinished event: when it was published, in nanoseconds */
    long number;            /* of the unfinished event; 0 when it has none */
    int heartbeat;          /* the unfinished event has no number, yet has data */
    char pending[96];       /* id of the unfinished event */
    char id[96];            /* id of the last whole event: where to resume */
    char line[640];
};

/* Called for each whole event; `number` is 0 for one without a stamp. */
typedef void (*on_event)(void *owner, uint64_t stamp, long number);

static inline uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static inline void parser_reset(struct parser *p, int raw) {
    p->phase = raw ? BODY : HEAD;
    p->raw = raw;
    p->status = p->chunked = p->length = p->heartbeat = 0;
    p->left = p->number = 0;
    p->stamp = 0;
    p->pending[0] = 0;
}

/* A stamp is `@`, 19 digits of nanoseconds, `#`, 8 digits of the event's number. */
static inline int parser_stamp(struct parser *p) {
    for (char *at = p->line; (at = strchr(at, '@')) != NULL; at++) {
        char *end;
        uint64_t stamp = strtoull(at + 1, &end, 10);
        if (end == at + 20 && *end == '#') {
            p->stamp = stamp;
            p->number = strtol(end + 1, NULL, 10);
            return 1;
        }
    }
    return 0;
}

static inline void parser_dispatch(struct parser *p, void *owner, on_event event) {
    if (p->pending[0]) memcpy(p->id, p->pending, sizeof p->id);
    if (p->number || p->heartbeat) event(owner, p->stamp, p->number);
    p->number = 0;
    p->stamp = 0;
    p->heartbeat = 0;
    p->pending[0] = 0;
}

static inline void parser_body_line(struct parser *p, void *owner, on_event event) {
    if (p->raw) {
        if (p->line[0] == ':') p->status = 200;
        if (parser_stamp(p)) parser_dispatch(p, owner, event);
    } else if (p->length == 0) {
        parser_dispatch(p, owner, event);
    } else if (!strncmp(p->line, "data:", 5)) {
        if (!parser_stamp(p)) p->heartbeat = 1;
    } else if (!strncmp(p->line, "id:", 3)) {
        const char *value = p->line + 3 + (p->line[3] == ' ');
        size_t size = strnlen(value, sizeof p->pending - 1);
        memcpy(p->pending, value, size);
        p->pending[size] = 0;
    }
}

static inline void parser_head_line(struct parser *p) {
    if (!strncmp(p->line, "HTTP/1.", 7)) p->status = atoi(p->line + 9);
    else if (!strncasecmp(p->line, "Transfer-Encoding: chunked", 26)) p->chunked = 1;
    else if (p->length == 0) p->phase = p->chunked ? CHUNK_SIZE : BODY;
}

static inline void parser_line(struct parser *p, void *owner, on_event event) {
    if (p->length && p->line[p->length - 1] == '\r') p->length--;
    p->line[p->length] = 0;
    if (p->phase == HEAD) parser_head_line(p);
    else parser_body_line(p, owner, event);
    p->length = 0;
}

static inline int parser_hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Around chunks: `line` is left alone, since a line may span chunks. */
static inline void parser_around_chunk(struct parser *p, char c) {
    if (p->phase == CHUNK_END) {
        if (c != '\n') return;
        p->phase = CHUNK_SIZE;
        p->left = 0;
    } else if (c == '\n') {
        p->phase = p->left ? BODY : ENDED;
    } else if (parser_hex(c) >= 0) {
        p->left = p->left * 16 + parser_hex(c);
    }
}

static inline void parser_feed(struct parser *p, const char *bytes, long size,
                               void *owner, on_event event) {
    for (long i = 0; i < size && p->phase != ENDED; i++) {
        char c = bytes[i];
        if (p->phase == CHUNK_SIZE || p->phase == CHUNK_END) {
            parser_around_chunk(p, c);
            continue;
        }
        int in_chunk = p->phase == BODY && p->chunked;
        if (c == '\n') parser_line(p, owner, event);
        else if (p->length < (int)sizeof p->line - 1) p->line[p->length++] = c;
        if (in_chunk && --p->left == 0) p->phase = CHUNK_END;
    }
}

#endif
