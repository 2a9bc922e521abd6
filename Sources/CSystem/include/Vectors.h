// Loops over stored values that are compiled for several instruction sets, the processor at hand choosing when the
// program is loaded: a Swift function is compiled for one, and the oldest that must be served has vectors of 16 bytes.
#ifndef CSYSTEM_VECTORS_H
#define CSYSTEM_VECTORS_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// mask[i] = 1 where values[i] - first <= span (unsigned, wrapping), else 0, for i in 0 ..< count.
void csystem_range_8(const uint8_t *_Nonnull values, size_t count, uint8_t first, uint8_t span, uint8_t *_Nonnull mask);
void csystem_range_16(const uint16_t *_Nonnull values, size_t count, uint16_t first, uint16_t span,
                      uint8_t *_Nonnull mask);
void csystem_range_32(const uint32_t *_Nonnull values, size_t count, uint32_t first, uint32_t span,
                      uint8_t *_Nonnull mask);
void csystem_range_64(const uint64_t *_Nonnull values, size_t count, uint64_t first, uint64_t span,
                      uint8_t *_Nonnull mask);

/// The sum of values[i] where mask[i] is 1 (masks hold 0 and 1), for i in 0 ..< count; wraps at 64 bits.
uint64_t csystem_sum_8(const uint8_t *_Nonnull values, const uint8_t *_Nonnull mask, size_t count);
uint64_t csystem_sum_16(const uint16_t *_Nonnull values, const uint8_t *_Nonnull mask, size_t count);
uint64_t csystem_sum_32(const uint32_t *_Nonnull values, const uint8_t *_Nonnull mask, size_t count);

/// places[i] = 1 + (values[i] + shift) / step where that divides exactly and is below last, else 1 + last, all wrapping at 32
/// bits: step is its odd part, of which inverse is the inverse, doubled `twos` times; last <= UINT32_MAX / step + 1.
void csystem_places_8(const uint8_t *_Nonnull values, size_t count, uint32_t shift, uint32_t inverse, uint32_t twos,
                      uint32_t last, uint32_t *_Nonnull places);
void csystem_places_16(const uint16_t *_Nonnull values, size_t count, uint32_t shift, uint32_t inverse, uint32_t twos,
                       uint32_t last, uint32_t *_Nonnull places);
void csystem_places_32(const uint32_t *_Nonnull values, size_t count, uint32_t shift, uint32_t inverse, uint32_t twos,
                       uint32_t last, uint32_t *_Nonnull places);

/// target[i] = source[i] * keep + source[i - shift] * lower + source[i - shift - 1] * upper, for i in 0 ..< count, rounded
/// after every operation; source is readable from -(shift + 1) on.
void csystem_spread(const double *_Nonnull source, size_t count, size_t shift, double keep, double lower, double upper,
                    double *_Nonnull target);

/// One round of a fast Fourier transform in place: count numbers (a multiple of 2 * half) in blocks of 2 * half, with
/// half cosines and sines.
void csystem_butterflies(double *_Nonnull real, double *_Nonnull imaginary, size_t count, size_t half,
                         const double *_Nonnull cosines, const double *_Nonnull sines);

/// 1 when all bytes are 1 ... 127, else 0.
int csystem_is_plain(const uint8_t *_Nonnull bytes, size_t count);

/// 1 when an odd number of the bytes is this one, else 0.
int csystem_is_odd(const uint8_t *_Nonnull bytes, size_t count, uint8_t byte);

/// The smallest and the largest of codes that are not 0 (smallest > largest when there are none), and how many are 0.
void csystem_code_bounds(const uint32_t *_Nonnull codes, size_t count, uint32_t *_Nonnull smallest,
                         uint32_t *_Nonnull largest, size_t *_Nonnull zero_count);

/// The smallest and the largest of values that are not `missing` (smallest > largest when there are none), and how many are.
void csystem_integer_bounds(const int64_t *_Nonnull values, size_t count, int64_t missing, int64_t *_Nonnull smallest,
                            int64_t *_Nonnull largest, size_t *_Nonnull missing_count);

/// Bit i % 8 of bits[i / 8] is 1 where values[i] is not `missing`; bits behind the last one are 0.
void csystem_present_bits(const int64_t *_Nonnull values, size_t count, int64_t missing, uint8_t *_Nonnull bits);

/// packed[i] = values[i] - base cut to its lowest bits, 0 where values[i] is `missing`, for i in 0 ..< count.
void csystem_pack_8(const int64_t *_Nonnull values, size_t count, int64_t base, int64_t missing,
                    uint8_t *_Nonnull packed);
void csystem_pack_16(const int64_t *_Nonnull values, size_t count, int64_t base, int64_t missing,
                     uint16_t *_Nonnull packed);
void csystem_pack_32(const int64_t *_Nonnull values, size_t count, int64_t base, int64_t missing,
                     uint32_t *_Nonnull packed);
void csystem_pack_64(const int64_t *_Nonnull values, size_t count, int64_t base, int64_t missing,
                     uint64_t *_Nonnull packed);

/// narrow[i] = wide[i] cut to its lowest bits, for i in 0 ..< count.
void csystem_narrow_8(const uint32_t *_Nonnull wide, size_t count, uint8_t *_Nonnull narrow);
void csystem_narrow_16(const uint32_t *_Nonnull wide, size_t count, uint16_t *_Nonnull narrow);

/// Asks for the cache line of an address to be brought near.
static inline void csystem_prefetch(const void *_Nonnull address) { __builtin_prefetch(address); }

/// The places where bytes[i] is one of four, for i in 0 ..< count, each more by `first`; gives how many there are. Up to 7
/// more are written: places has room for count + 7.
size_t csystem_places_of_4(const uint8_t *_Nonnull bytes, size_t count, uint32_t first, uint8_t a, uint8_t b, uint8_t c,
                           uint8_t d, uint32_t *_Nonnull places);
#endif
