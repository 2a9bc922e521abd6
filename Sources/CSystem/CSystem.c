#define _GNU_SOURCE
#include "CSystem.h"
#include <fcntl.h>
#include <stdio.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

const void *csystem_memmem(const void *haystack, size_t haystack_byte_count, const void *needle,
                           size_t needle_byte_count) {
  return memmem(haystack, haystack_byte_count, needle, needle_byte_count);
}

int csystem_rename_new(const char *path, const char *new_path) {
  return renameat2(AT_FDCWD, path, AT_FDCWD, new_path, RENAME_NOREPLACE);
}

size_t csystem_allowed_processors(int32_t *processors, size_t capacity) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 0;
  size_t count = 0;
  for (int32_t processor = 0; processor < CPU_SETSIZE && count < capacity; processor++)
    if (CPU_ISSET(processor, &set)) processors[count++] = processor;
  return count;
}

int32_t csystem_current_processor(void) { return sched_getcpu(); }

int32_t csystem_thread_number(void) { return gettid(); }

int32_t csystem_pin_thread(int32_t thread_number, int32_t processor) {
  if (processor < 0 || processor >= CPU_SETSIZE) return -1;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return sched_setaffinity(thread_number, sizeof set, &set);
}
