/* The file of requests: one line each, with \r and \n escaped. */
#ifndef BENCH_REQUESTS_H
#define BENCH_REQUESTS_H

#include <stdio.h>
#include <string.h>

/* Return the next line, unescaped, or NULL at the end of the file. */
static inline char *next_request(FILE *file) {
    char line[2048], *to = line;
    if (!fgets(line, sizeof line, file)) return NULL;
    for (char *from = line; *from && *from != '\n'; from++) {
        if (from[0] == '\\' && (from[1] == 'r' || from[1] == 'n'))
            *to++ = *++from == 'r' ? '\r' : '\n';
        else *to++ = *from;
    }
    *to = 0;
    return strdup(line);
}

#endif
