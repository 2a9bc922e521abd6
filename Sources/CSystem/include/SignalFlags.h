// Signals as flags: a handler sets one bit of an atomic word and writes a byte to a pipe, nothing else, so that a
// query can poll the word and the prompt can wait for the pipe beside its keys.
#ifndef CSYSTEM_SIGNAL_FLAGS_H
#define CSYSTEM_SIGNAL_FLAGS_H
#include <stdint.h>

/// From now on the signal (1…31) only sets its flag; calls that it interrupts end with EINTR. 0 done, -1 not.
int csystem_signal_watch(int signal_number);
/// From now on the signal does what it did before it was watched.
void csystem_signal_restore(int signal_number);
/// The flags of the signals that came and were not cleared: bit n stands for signal n.
uint32_t csystem_signal_flags(void);
/// Clears the flags in the mask.
void csystem_signal_clear(uint32_t mask);
/// A descriptor that can be read when a signal came; -1 before the first csystem_signal_watch.
int csystem_signal_descriptor(void);
/// Empties that descriptor.
void csystem_signal_drain(void);
#endif
