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
#endif
