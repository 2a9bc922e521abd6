// Calls of the C library that Swift cannot see: feature-test macros hide them or they are variadic.
#ifndef CSYSTEM_H
#define CSYSTEM_H
#include <stddef.h>
#include <stdint.h>
#include "SignalFlags.h"
#include "Terminal.h"

/// memmem(3): first place of needle in haystack, NULL when there is none.
const void *_Nullable csystem_memmem(const void *_Nonnull haystack, size_t haystack_byte_count,
                                     const void *_Nonnull needle, size_t needle_byte_count);

/// The columns of the terminal behind a descriptor (ioctl TIOCGWINSZ), 0 when it is none.
int csystem_terminal_columns(int descriptor);

/// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST when the new path exists.
int csystem_rename_new(const char *_Nonnull path, const char *_Nonnull new_path);
#endif
