// Loops over stored values that are compiled for several instruction sets, the processor at hand choosing when the
// program is loaded: a Swift function is compiled for one, and the oldest that must be served has vectors of 16 bytes.
#ifndef CSYSTEM_VECTORS_H
#define CSYSTEM_VECTORS_H
#include <stddef.h>
#include <stdint.h>

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

/// target[i] = source[i] * keep + source[i - shift] * lower + source[i - shift - 1] * upper, for i in 0 ..< count, rounded
/// after every operation; source is readable from -(shift + 1) on.
void csystem_spread(const double *_Nonnull source, size_t count, size_t shift, double keep, double lower, double upper,
                    double *_Nonnull target);

/// One round of a fast Fourier transform in place: count numbers (a multiple of 2 * half) in blocks of 2 * half, with
/// half cosines and sines.
void csystem_butterflies(double *_Nonnull real, double *_Nonnull imaginary, size_t count, size_t half,
                         const double *_Nonnull cosines, const double *_Nonnull sines);
#endif
