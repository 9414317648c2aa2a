// The few functions of libsystemd that are used here, loaded when they are needed for the first time.
//
// Linking libsystemd would map it and the five libraries it brings along into every dispatcher, also
// into those that neither a service manager nor a journal is listening to.
#pragma once
#include <sys/uio.h>

// 0 when libsystemd is there; otherwise a negative errno, as its own functions return.
int wg_systemd_load(void);

// sd_notify(3), sd_journal_sendv(3), sd_journal_stream_fd(3), sd_watchdog_enabled(3): the same
// arguments and results; -ENOSYS when libsystemd is not there.
int wg_sd_notify(const char *state);
int wg_sd_journal_sendv(const struct iovec *fields, int count);
int wg_sd_journal_stream_fd(const char *identifier, int priority);
int wg_sd_watchdog_enabled(unsigned long long *microseconds);
