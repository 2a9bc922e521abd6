#define _GNU_SOURCE
#include "SignalFlags.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static _Atomic uint32_t flags;
static int ends[2] = {-1, -1};
// What each watched signal did before; only read where `watched` says so.
static struct sigaction previous[32];
static int watched[32];

static void set_flag(int signal_number) {
  int saved = errno;
  atomic_fetch_or(&flags, UINT32_C(1) << signal_number);
  // A full pipe is fine: the reader has a byte to find already.
  ssize_t written = write(ends[1], "!", 1);
  (void)written;
  errno = saved;
}

int csystem_signal_watch(int signal_number) {
  if (signal_number < 1 || signal_number > 31) return -1;
  if (ends[0] < 0 && pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = set_flag;
  sigemptyset(&action.sa_mask);
  if (watched[signal_number]) return sigaction(signal_number, &action, NULL);
  if (sigaction(signal_number, &action, &previous[signal_number]) != 0) return -1;
  watched[signal_number] = 1;
  return 0;
}

void csystem_signal_restore(int signal_number) {
  if (signal_number < 1 || signal_number > 31 || !watched[signal_number]) return;
  sigaction(signal_number, &previous[signal_number], NULL);
  watched[signal_number] = 0;
}

uint32_t csystem_signal_flags(void) { return atomic_load_explicit(&flags, memory_order_relaxed); }

void csystem_signal_clear(uint32_t mask) { atomic_fetch_and(&flags, ~mask); }

int csystem_signal_descriptor(void) { return ends[0]; }

void csystem_signal_drain(void) {
  char bytes[64];
  while (ends[0] >= 0 && read(ends[0], bytes, sizeof bytes) > 0) {
  }
}
