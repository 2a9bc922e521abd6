#define _GNU_SOURCE
#include "BusError.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void leave(int signal_number) {
  (void)signal_number;
  static const char text[] =
      "error: an open file was cut short or overwritten by another program while it was being read\n"
      "  open it again; a book is only ever replaced whole by this program itself\n";
  ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
  (void)written;
  _exit(3);
}

void csystem_bus_error_watch(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = leave;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, NULL);
}
