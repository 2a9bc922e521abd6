#include "Terminal.h"
#include <sys/ioctl.h>

int csystem_terminal_size(int descriptor, int *row_count, int *column_count) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return -1;
  *row_count = size.ws_row;
  *column_count = size.ws_col;
  return 0;
}
