#define _GNU_SOURCE
#include "CPseudoTerminal.h"
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

pid_t pseudoterminal_start(const char *path, char *const *arguments, char *const *environment, int row_count,
                           int column_count, int *descriptor) {
  struct winsize size = {.ws_row = (unsigned short)row_count, .ws_col = (unsigned short)column_count};
  pid_t process = forkpty(descriptor, NULL, NULL, &size);
  if (process == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    execve(path, arguments, environment);
    _exit(127);
  }
  return process;
}

void pseudoterminal_resize(int descriptor, int row_count, int column_count) {
  struct winsize size = {.ws_row = (unsigned short)row_count, .ws_col = (unsigned short)column_count};
  ioctl(descriptor, TIOCSWINSZ, &size);
}

int pseudoterminal_is_cooked(int descriptor) {
  struct termios settings;
  return tcgetattr(descriptor, &settings) == 0 && (settings.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO);
}
