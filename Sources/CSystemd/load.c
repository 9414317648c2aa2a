#define _GNU_SOURCE
#include "CSystemd.h"

#include <dlfcn.h>
#include <errno.h>
#include <systemd/sd-journal.h>

// The headers give the types, so that a change of them is a compile error here.
#define FUNCTIONS(X)                                                                              \
  X(sd_journal_stream_fd)                                                                         \
  X(sd_journal_open)                                                                              \
  X(sd_journal_open_directory)                                                                    \
  X(sd_journal_close)                                                                             \
  X(sd_journal_add_match)                                                                         \
  X(sd_journal_seek_tail)                                                                         \
  X(sd_journal_seek_cursor)                                                                       \
  X(sd_journal_next)                                                                              \
  X(sd_journal_previous)                                                                          \
  X(sd_journal_get_cursor)                                                                        \
  X(sd_journal_get_data)                                                                          \
  X(sd_journal_get_realtime_usec)                                                                 \
  X(sd_journal_wait)

#define DECLARE(name) static __typeof__(name) *found_##name;
FUNCTIONS(DECLARE)

#define FIND(name)                                                                                \
  if (!(found_##name = (__typeof__(found_##name))dlsym(handle, #name))) complete = 0;

int wg_systemd_load(void) {
  static void *library;
  if (library) return 0;
  void *handle = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return -ENOSYS;
  int complete = 1;
  FUNCTIONS(FIND)
  if (!complete) {
    dlclose(handle);
    return -ENOSYS;
  }
  library = handle;
  return 0;
}

#define CALL(name, ...) (wg_systemd_load() < 0 ? -ENOSYS : found_##name(__VA_ARGS__))

int wg_sd_journal_stream_fd(const char *identifier, int priority) {
  return CALL(sd_journal_stream_fd, identifier, priority, 0);
}

int wg_sd_journal_open(sd_journal **journal, const char *directory) {
  if (directory) return CALL(sd_journal_open_directory, journal, directory, 0);
  return CALL(sd_journal_open, journal, SD_JOURNAL_LOCAL_ONLY);
}

void wg_sd_journal_close(sd_journal *journal) {
  if (wg_systemd_load() == 0) found_sd_journal_close(journal);
}

int wg_sd_journal_add_match(sd_journal *journal, const void *match, size_t size) {
  return CALL(sd_journal_add_match, journal, match, size);
}

int wg_sd_journal_seek_tail(sd_journal *journal) { return CALL(sd_journal_seek_tail, journal); }

int wg_sd_journal_seek_cursor(sd_journal *journal, const char *cursor) {
  return CALL(sd_journal_seek_cursor, journal, cursor);
}

int wg_sd_journal_next(sd_journal *journal) { return CALL(sd_journal_next, journal); }

int wg_sd_journal_previous(sd_journal *journal) { return CALL(sd_journal_previous, journal); }

int wg_sd_journal_get_cursor(sd_journal *journal, char **cursor) {
  return CALL(sd_journal_get_cursor, journal, cursor);
}

int wg_sd_journal_get_data(
    sd_journal *journal, const char *field, const void **data, size_t *size) {
  return CALL(sd_journal_get_data, journal, field, data, size);
}

int wg_sd_journal_get_realtime_usec(sd_journal *journal, uint64_t *microseconds) {
  return CALL(sd_journal_get_realtime_usec, journal, microseconds);
}

int wg_sd_journal_wait(sd_journal *journal, uint64_t microseconds) {
  return CALL(sd_journal_wait, journal, microseconds);
}
