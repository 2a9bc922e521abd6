#include "Vectors.h"

// The choice is made before a sanitizer is ready for it.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
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

#define PLACES(bits)                                                                                           \
    FOR_EVERY_PROCESSOR void csystem_places_##bits(const uint##bits##_t *restrict values, size_t count,        \
                                                   uint32_t shift, uint32_t inverse, uint32_t twos,            \
                                                   uint32_t last, uint32_t *restrict places) {                 \
        for (size_t i = 0; i < count; i++) {                                                                   \
            uint32_t product = (values[i] + shift) * inverse;                                                  \
            uint32_t place = product >> (twos & 31) | product << (-twos & 31);                                 \
            places[i] = (place < last ? place : last) + 1;                                                     \
        }                                                                                                      \
    }

PLACES(8)
PLACES(16)
PLACES(32)

FOR_EVERY_PROCESSOR int csystem_is_plain(const uint8_t *bytes, size_t count) {
    uint8_t others = 0;
    for (size_t i = 0; i < count; i++) others |= (int8_t)bytes[i] <= 0;
    return others == 0;
}

FOR_EVERY_PROCESSOR int csystem_is_odd(const uint8_t *bytes, size_t count, uint8_t byte) {
    uint8_t odd = 0;
    for (size_t i = 0; i < count; i++) odd ^= bytes[i] == byte;
    return odd;
}

FOR_EVERY_PROCESSOR size_t csystem_places_of_4(const uint8_t *bytes, size_t count, uint32_t first, uint8_t a, uint8_t b,
                                               uint8_t c, uint8_t d, uint32_t *places) {
    typedef uint8_t Bytes __attribute__((ext_vector_type(64)));
    typedef _Bool Bits __attribute__((ext_vector_type(64)));
    size_t found = 0, i = 0;
    for (; i + 64 <= count; i += 64) {
        Bytes some;
        memcpy(&some, bytes + i, 64);
        Bits bits = __builtin_convertvector((some == a) | (some == b) | (some == c) | (some == d), Bits);
        uint64_t word;
        memcpy(&word, &bits, 8);
        // Eight at a time whether there are as many or not: how many there are is not foreseen, and guessing wrong costs more.
        uint32_t *next = places + found;
        found += (size_t)__builtin_popcountll(word);
        for (uint32_t *end = places + found; next < end; next += 8) {
            for (int k = 0; k < 8; k++) {
                next[k] = first + (uint32_t)i + (uint32_t)__builtin_ctzll(word | (uint64_t)1 << 63);
                word &= word - 1;
            }
        }
    }
    for (; i < count; i++) {
        uint8_t byte = bytes[i];
        if (byte == a || byte == b || byte == c || byte == d) places[found++] = first + (uint32_t)i;
    }
    return found;
}

FOR_EVERY_PROCESSOR void csystem_code_bounds(const uint32_t *codes, size_t count, uint32_t *smallest,
                                             uint32_t *largest, size_t *zero_count) {
    uint32_t least = UINT32_MAX, most = 0, zeros = 0;
    for (size_t i = 0; i < count; i++) {
        // 0 wraps to the largest number, so that it never counts as the smallest.
        uint32_t before = codes[i] - 1;
        least = before < least ? before : least;
        most = codes[i] > most ? codes[i] : most;
        zeros += codes[i] == 0;
    }
    *smallest = least == UINT32_MAX ? UINT32_MAX : least + 1;
    *largest = most;
    *zero_count = zeros;
}

FOR_EVERY_PROCESSOR void csystem_integer_bounds(const int64_t *values, size_t count, int64_t missing,
                                                int64_t *smallest, int64_t *largest, size_t *missing_count) {
    int64_t least = INT64_MAX, most = INT64_MIN;
    uint64_t missing_values = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t value = values[i];
        int64_t low = value == missing ? INT64_MAX : value;
        int64_t high = value == missing ? INT64_MIN : value;
        least = low < least ? low : least;
        most = high > most ? high : most;
        missing_values += value == missing;
    }
    *smallest = least;
    *largest = most;
    *missing_count = missing_values;
}

FOR_EVERY_PROCESSOR void csystem_present_bits(const int64_t *values, size_t count, int64_t missing, uint8_t *bits) {
    size_t whole = count / 8;
    for (size_t i = 0; i < whole; i++) {
        uint8_t byte = 0;
        for (int bit = 0; bit < 8; bit++) byte |= (uint8_t)(values[8 * i + bit] != missing) << bit;
        bits[i] = byte;
    }
    if (count % 8 == 0) return;
    bits[whole] = 0;
    for (size_t i = 8 * whole; i < count; i++) bits[whole] |= (uint8_t)(values[i] != missing) << i % 8;
}

#define PACK(bits)                                                                                             \
    FOR_EVERY_PROCESSOR void csystem_pack_##bits(const int64_t *restrict values, size_t count, int64_t base,   \
                                                 int64_t missing, uint##bits##_t *restrict packed) {           \
        for (size_t i = 0; i < count; i++) {                                                                   \
            uint64_t rest = (uint64_t)values[i] - (uint64_t)base;                                              \
            packed[i] = values[i] == missing ? 0 : (uint##bits##_t)rest;                                       \
        }                                                                                                      \
    }

PACK(8)
PACK(16)
PACK(32)
PACK(64)

#define NARROW(bits)                                                                                           \
    FOR_EVERY_PROCESSOR void csystem_narrow_##bits(const uint32_t *restrict wide, size_t count,                \
                                                   uint##bits##_t *restrict narrow) {                          \
        for (size_t i = 0; i < count; i++) narrow[i] = (uint##bits##_t)wide[i];                                \
    }

NARROW(8)
NARROW(16)

// A product and a sum fused into one rounding on some processors would give other amounts there.
#pragma STDC FP_CONTRACT OFF

FOR_EVERY_PROCESSOR void csystem_spread(const double *source, size_t count, size_t shift, double keep, double lower,
                                        double upper, double *restrict target) {
    const double *near = source - shift;
    const double *far = near - 1;
    for (size_t i = 0; i < count; i++) target[i] = source[i] * keep + near[i] * lower + far[i] * upper;
}

FOR_EVERY_PROCESSOR void csystem_butterflies(double *real, double *imaginary, size_t count, size_t half,
                                             const double *restrict cosines, const double *restrict sines) {
    for (size_t start = 0; start < count; start += 2 * half) {
        double *restrict low_real = real + start, *restrict high_real = low_real + half;
        double *restrict low_imaginary = imaginary + start, *restrict high_imaginary = low_imaginary + half;
        for (size_t i = 0; i < half; i++) {
            double re = high_real[i] * cosines[i] - high_imaginary[i] * sines[i];
            double im = high_real[i] * sines[i] + high_imaginary[i] * cosines[i];
            high_real[i] = low_real[i] - re;
            high_imaginary[i] = low_imaginary[i] - im;
            low_real[i] += re;
            low_imaginary[i] += im;
        }
    }
}
