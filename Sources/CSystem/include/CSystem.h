// Calls of the C library that Swift cannot see: feature-test macros hide them or they are variadic.
#ifndef CSYSTEM_H
#define CSYSTEM_H
#include <stddef.h>
#include <stdint.h>
#include "BusError.h"
#include "SignalFlags.h"
#include "Terminal.h"
#include "Vectors.h"

/// memmem(3): first place of needle in haystack, NULL when there is none.
const void *_Nullable csystem_memmem(const void *_Nonnull haystack, size_t haystack_byte_count,
                                     const void *_Nonnull needle, size_t needle_byte_count);

/// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST when the new path exists.
int csystem_rename_new(const char *_Nonnull path, const char *_Nonnull new_path);

/// sched_getaffinity(2) of the process: writes up to capacity processor numbers, ascending, and gives how many it
/// wrote; 0 on failure.
size_t csystem_allowed_processors(int32_t *_Nonnull processors, size_t capacity);

/// sched_getcpu(3): the processor the calling thread runs on; -1 on failure.
int32_t csystem_current_processor(void);

/// gettid(2): the kernel's number of the calling thread.
int32_t csystem_thread_number(void);

/// sched_setaffinity(2): binds a thread of this process to one processor; 0 on success.
int32_t csystem_pin_thread(int32_t thread_number, int32_t processor);
#endif
