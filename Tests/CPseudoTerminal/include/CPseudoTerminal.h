// A program behind a pseudo-terminal, for tests of what a person sees. In C, because nothing but exec may follow fork.
#ifndef CPSEUDOTERMINAL_H
#define CPSEUDOTERMINAL_H
#include <sys/types.h>

/// Starts a program on a new terminal of that size; arguments and environment end with NULL. Gives the process and the
/// terminal's other end, or -1.
pid_t pseudoterminal_start(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments,
                           char *_Nullable const *_Nonnull environment, int row_count, int column_count,
                           int *_Nonnull descriptor);
/// Changes the terminal's size, which tells the program with SIGWINCH.
void pseudoterminal_resize(int descriptor, int row_count, int column_count);
/// Whether Enter, Ctrl-C and echo are the terminal's own business (cooked, 1) or the program's (0).
int pseudoterminal_is_cooked(int descriptor);
#endif
