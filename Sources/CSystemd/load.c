#define _GNU_SOURCE
#include "CSystemd.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
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
  X(sd_journal_wait)                                                                              \
  X(sd_bus_new)                                                                                   \
  X(sd_bus_set_address)                                                                           \
  X(sd_bus_set_method_call_timeout)                                                               \
  X(sd_bus_start)                                                                                 \
  X(sd_bus_close_unref)                                                                           \
  X(sd_bus_path_encode)                                                                           \
  X(sd_bus_call_method)                                                                           \
  X(sd_bus_get_property)                                                                          \
  X(sd_bus_message_read)                                                                          \
  X(sd_bus_message_unref)

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

static const char service[] = "org.freedesktop.systemd1";

int wg_manager_open(const char *address, uint64_t timeout_usec, sd_bus **bus) {
  int result = CALL(sd_bus_new, bus);
  if (result < 0) return result;
  result = found_sd_bus_set_address(*bus, address);
  if (result >= 0) result = found_sd_bus_set_method_call_timeout(*bus, timeout_usec);
  if (result >= 0) result = found_sd_bus_start(*bus);
  if (result < 0) found_sd_bus_close_unref(*bus);
  return result;
}

void wg_manager_close(sd_bus *bus) { found_sd_bus_close_unref(bus); }

int wg_manager_unit_path(const char *unit, char **path) {
  return CALL(sd_bus_path_encode, "/org/freedesktop/systemd1/unit", unit, path);
}

int wg_manager_text(
    sd_bus *bus, const char *path, const char *interface, const char *property, char **text) {
  sd_bus_message *reply = NULL;
  const char *found;
  int result =
      found_sd_bus_get_property(bus, service, path, interface, property, NULL, &reply, "s");
  if (result >= 0) result = found_sd_bus_message_read(reply, "s", &found);
  if (result >= 0 && !(*text = strdup(found))) result = -ENOMEM;
  found_sd_bus_message_unref(reply);
  return result;
}

int wg_manager_job(sd_bus *bus, const char *path, char **job) {
  sd_bus_message *reply = NULL;
  unsigned number;
  const char *found;
  int result = found_sd_bus_get_property(
      bus, service, path, "org.freedesktop.systemd1.Unit", "Job", NULL, &reply, "(uo)");
  if (result >= 0) result = found_sd_bus_message_read(reply, "(uo)", &number, &found);
  *job = NULL;
  if (result >= 0 && number != 0 && !(*job = strdup(found))) result = -ENOMEM;
  found_sd_bus_message_unref(reply);
  return result;
}

int wg_manager_signal_main(sd_bus *bus, const char *unit, int signal) {
  return found_sd_bus_call_method(
      bus, service, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "KillUnit",
      NULL, NULL, "ssi", unit, "main", signal);
}
