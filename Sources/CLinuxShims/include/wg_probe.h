// Questions about the running kernel and its file systems that change nothing.
#pragma once
#include <stdint.h>

// Whether clone3(2) is there: 0, or -1 with ENOSYS, or with what a filter answers instead.
int wg_has_clone3(void);

// Whether close_range(2) can mark descriptors close-on-exec (Linux 5.11).
int wg_has_close_range(void);

// PIDFD_GET_INFO (Linux 6.13): the number of the process. ENOTTY or EINVAL before.
int wg_pidfd_process(int pidfd, int *pid);

// A handle of a pidfd (Linux 6.14), and a descriptor opened from it, which is closed again.
int wg_pidfd_reopens_by_handle(int pidfd);

struct wg_clock_discipline {
  // 0 while the kernel takes the clock to be set by somebody.
  int unsynchronized;
  int64_t maximum_error_microseconds;
};

// adjtimex(2), reading only.
int wg_clock_discipline(struct wg_clock_discipline *discipline);

struct wg_file_system {
  // As in statfs(2).
  int64_t type;
  int read_only;
  // For those without privilege.
  uint64_t available_bytes;
  uint64_t total_bytes;
  // Both 0 where the file system has no such limit.
  uint64_t free_files;
  uint64_t total_files;
};

// statfs(2).
int wg_file_system(const char *path, struct wg_file_system *result);

// The release that uname(2) tells, such as 6.1.0-28-amd64; -1 when it does not fit.
int wg_kernel_release(char *buffer, int size);
