// The few functions of libsystemd that are used here, loaded when they are needed for the first time.
//
// Linking libsystemd would map it and the five libraries it brings along into every dispatcher, also
// into those that neither a service manager nor a journal is listening to.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct sd_journal;

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
