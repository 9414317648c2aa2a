#define _GNU_SOURCE
#include "CSystemd.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

// The headers give the types, so that a change of them is a compile error here.
static __typeof__(sd_notify) *notify;
static __typeof__(sd_journal_sendv) *journal_sendv;
static __typeof__(sd_journal_stream_fd) *journal_stream_fd;
static __typeof__(sd_watchdog_enabled) *watchdog_enabled;

int wg_systemd_load(void) {
  static void *library;
  if (library)
    return 0;
  void *handle = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return -ENOSYS;
  notify = (__typeof__(notify))dlsym(handle, "sd_notify");
  journal_sendv = (__typeof__(journal_sendv))dlsym(handle, "sd_journal_sendv");
  journal_stream_fd = (__typeof__(journal_stream_fd))dlsym(handle, "sd_journal_stream_fd");
  watchdog_enabled = (__typeof__(watchdog_enabled))dlsym(handle, "sd_watchdog_enabled");
  if (!notify || !journal_sendv || !journal_stream_fd || !watchdog_enabled) {
    dlclose(handle);
    return -ENOSYS;
  }
  library = handle;
  return 0;
}

int wg_sd_notify(const char *state) {
  return wg_systemd_load() < 0 ? -ENOSYS : notify(0, state);
}

int wg_sd_journal_sendv(const struct iovec *fields, int count) {
  return wg_systemd_load() < 0 ? -ENOSYS : journal_sendv(fields, count);
}

int wg_sd_journal_stream_fd(const char *identifier, int priority) {
  return wg_systemd_load() < 0 ? -ENOSYS : journal_stream_fd(identifier, priority, 0);
}

int wg_sd_watchdog_enabled(unsigned long long *microseconds) {
  uint64_t value = 0;
  int result = wg_systemd_load() < 0 ? -ENOSYS : watchdog_enabled(0, &value);
  *microseconds = value;
  return result;
}
