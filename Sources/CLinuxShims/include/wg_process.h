// Processes by descriptor.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// How a child ended. pid is 0 when no child has.
struct wg_child_exit {
  pid_t pid;
  // CLD_EXITED, CLD_KILLED or CLD_DUMPED.
  int code;
  // An exit status or a signal number.
  int status;
};

// The kinds of id that wg_wait takes.
enum wg_wait_target { WG_WAIT_ANY = 0, WG_WAIT_PID, WG_WAIT_PIDFD };

// waitid(2) for ended children; never blocks. `keep` leaves the zombie for a later call.
int wg_wait(enum wg_wait_target target, int id, int keep, struct wg_child_exit *exit);

int wg_pidfd_open(pid_t pid);
int wg_pidfd_send_signal(int pidfd, int signal);

// To the process group that the pidfd's process leads or led. EINVAL before Linux 6.9.
int wg_pidfd_signal_group(int pidfd, int signal);

// What the kernel remembers of a process that was reaped, by whomever. Sets the wait(2) status.
// ENODATA while there is none, ENOTTY or EINVAL before Linux 6.13. Needs Linux 6.15 to answer.
int wg_pidfd_exit_status(int pidfd, int *status);

// prctl(2) is variadic in C.
int wg_become_subreaper(void);

// setgroups(2) for the calling thread alone; the C library's would change all threads.
int wg_set_thread_groups(size_t count, const gid_t *groups);

// The arguments that this process was started with, the program's own name first; the C library
// keeps them. The Swift runtime looks for them through /proc/self/maps, and where that cannot be
// opened has none.
char *const *wg_arguments(int *count);
