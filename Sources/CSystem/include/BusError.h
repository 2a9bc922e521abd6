// A mapped file that another program cuts short raises SIGBUS at the first touch of what is gone. Nothing can be computed
// after that; what remains is to say so and to leave with the status of an unreadable file.
#ifndef CSYSTEM_BUS_ERROR_H
#define CSYSTEM_BUS_ERROR_H

/// From now on SIGBUS writes one line to standard error and ends the program with status 3.
void csystem_bus_error_watch(void);
#endif
