// The few functions of libsystemd that are used here, loaded when they are needed for the first time.
//
// Linking libsystemd would map it and the five libraries it brings along into every dispatcher, also
// into those that neither a service manager nor a journal is listening to.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct sd_journal;
struct sd_bus;

// 0 when libsystemd is there; otherwise a negative errno, as its own functions return.
int wg_systemd_load(void);

// All of these: the same arguments and results as the functions they are named after; -ENOSYS when
// libsystemd is not there.

// sd_journal_stream_fd(3), without level prefixes.
int wg_sd_journal_stream_fd(const char *identifier, int priority);

// sd_journal_open(3): this machine's journal, or, with a directory, the files in it.
int wg_sd_journal_open(struct sd_journal **journal, const char *directory);
void wg_sd_journal_close(struct sd_journal *journal);

// sd_journal_add_match(3).
int wg_sd_journal_add_match(struct sd_journal *journal, const void *match, size_t size);

// sd_journal_seek_head(3), sd_journal_next(3), sd_journal_get_cursor(3).
int wg_sd_journal_seek_tail(struct sd_journal *journal);
int wg_sd_journal_seek_cursor(struct sd_journal *journal, const char *cursor);
int wg_sd_journal_next(struct sd_journal *journal);
int wg_sd_journal_previous(struct sd_journal *journal);
int wg_sd_journal_get_cursor(struct sd_journal *journal, char **cursor);

// sd_journal_get_data(3), sd_journal_get_realtime_usec(3).
int wg_sd_journal_get_data(
    struct sd_journal *journal, const char *field, const void **data, size_t *size);
int wg_sd_journal_get_realtime_usec(struct sd_journal *journal, uint64_t *microseconds);

// sd_journal_wait(3).
int wg_sd_journal_wait(struct sd_journal *journal, uint64_t microseconds);

// sd_bus_new(3), sd_bus_set_address(3), sd_bus_start(3): a connection on which each call waits for its
// answer so long at most. Only on success there is one to be closed.
int wg_manager_open(const char *address, uint64_t timeout_usec, struct sd_bus **bus);
void wg_manager_close(struct sd_bus *bus);

// org.freedesktop.systemd1(5): where a unit is. All texts that come back are the caller's to free.
int wg_manager_unit_path(const char *unit, char **path);

// sd_bus_get_property(3) of a property that is a string.
int wg_manager_text(
    struct sd_bus *bus, const char *path, const char *interface, const char *property, char **text);

// Where the job is that is queued for a unit; NULL when there is none.
int wg_manager_job(struct sd_bus *bus, const char *path, char **job);

// The method KillUnit, for the main process alone.
int wg_manager_signal_main(struct sd_bus *bus, const char *unit, int signal);
