// What Swift cannot ask a terminal, because ioctl is variadic.
#ifndef CSYSTEM_TERMINAL_H
#define CSYSTEM_TERMINAL_H

/// The size of the terminal behind a descriptor; 0 done, -1 when it is no terminal or does not tell.
int csystem_terminal_size(int descriptor, int *_Nonnull row_count, int *_Nonnull column_count);
#endif
