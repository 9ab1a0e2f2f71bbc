/* How long each event took from its stamp until now, and the percentiles of that. */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include "frames.h"

static uint32_t *latencies; /* microseconds */
static long latency_count, latency_size;
static int latency_sorted;

static inline void latency_add(uint64_t stamp) {
    uint64_t now = now_ns();
    latency_sorted = 0;
    if (latency_count == latency_size) {
        latency_size = latency_size ? 2 * latency_size : 65536;
        latencies = realloc(latencies, (size_t)latency_size * sizeof *latencies);
        if (!latencies) exit(3);
    }
    latencies[latency_count++] = now > stamp ? (uint32_t)((now - stamp) / 1000) : 0;
}

static inline int latency_ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static inline void latency_sort(void) {
    if (latency_count) qsort(latencies, (size_t)latency_count, sizeof *latencies, latency_ascending);
    latency_sorted = 1;
}

/* In milliseconds; 0 when there are none, or they are not sorted. */
static inline double latency_at(double share) {
    if (!latency_count || !latency_sorted) return 0;
    return latencies[(long)(share * (double)(latency_count - 1) + 0.5)] / 1000.0;
}

#endif
