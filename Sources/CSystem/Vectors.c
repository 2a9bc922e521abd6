#include "Vectors.h"

#if defined(__x86_64__) && defined(__linux__)
#define FOR_EVERY_PROCESSOR __attribute__((target_clones("avx512bw", "avx2", "default")))
#else
#define FOR_EVERY_PROCESSOR
#endif

#define RANGE(bits)                                                                                            \
    FOR_EVERY_PROCESSOR void csystem_range_##bits(const uint##bits##_t *restrict values, size_t count,         \
                                                  uint##bits##_t first, uint##bits##_t span,                   \
                                                  uint8_t *restrict mask) {                                    \
        for (size_t i = 0; i < count; i++) mask[i] = (uint##bits##_t)(values[i] - first) <= span;              \
    }

RANGE(8)
RANGE(16)
RANGE(32)
RANGE(64)

#define SUM(bits)                                                                                              \
    FOR_EVERY_PROCESSOR uint64_t csystem_sum_##bits(const uint##bits##_t *restrict values,                     \
                                                    const uint8_t *restrict mask, size_t count) {              \
        uint64_t sum = 0;                                                                                      \
        for (size_t i = 0; i < count; i++) sum += values[i] & (uint##bits##_t)(0 - (uint##bits##_t)mask[i]);   \
        return sum;                                                                                            \
    }

SUM(8)
SUM(16)
SUM(32)
