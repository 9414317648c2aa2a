#define _GNU_SOURCE
#include "CLinuxShims.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/utsname.h>

int wg_has_clone3(void) {
  // Too small a structure is refused (EINVAL) before anything is made.
  long result = syscall(SYS_clone3, NULL, (size_t)0);
  return result == -1 && errno == EINVAL ? 0 : -1;
}

int wg_has_close_range(void) {
  const unsigned close_on_exec = 1u << 2;
  // Far above every descriptor that can be open.
  return (int)syscall(SYS_close_range, ~0u - 1, ~0u, close_on_exec);
}

// struct pidfd_info in its first version.
struct process_identity {
  uint64_t mask;
  uint64_t cgroup;
  uint32_t pid;
  uint32_t rest[11];
};

int wg_pidfd_process(int pidfd, int *pid) {
  struct process_identity identity = {.mask = 1u};
  if (ioctl(pidfd, _IOWR(0xFF, 11, struct process_identity), &identity) != 0) return -1;
  *pid = (int)identity.pid;
  return 0;
}

int wg_pidfd_reopens_by_handle(int pidfd) {
  struct file_handle *handle = calloc(1, sizeof *handle + MAX_HANDLE_SZ);
  if (!handle) return -1;
  handle->handle_bytes = MAX_HANDLE_SZ;
  int mount;
  int reopened = -1;
  if (name_to_handle_at(pidfd, "", handle, &mount, AT_EMPTY_PATH) == 0)
    reopened = open_by_handle_at(pidfd, handle, O_CLOEXEC);
  int error = errno;
  free(handle);
  errno = error;
  if (reopened < 0) return -1;
  close(reopened);
  return 0;
}

int wg_clock_discipline(struct wg_clock_discipline *discipline) {
  struct timex state = {.modes = 0};
  int result = adjtimex(&state);
  if (result < 0) return -1;
  discipline->unsynchronized = result == TIME_ERROR || (state.status & STA_UNSYNC);
  discipline->maximum_error_microseconds = state.maxerror;
  return 0;
}

int wg_file_system(const char *path, struct wg_file_system *result) {
  struct statfs status;
  if (statfs(path, &status) != 0) return -1;
  const long read_only = 1;  // ST_RDONLY
  result->type = (int64_t)status.f_type;
  result->read_only = (status.f_flags & read_only) != 0;
  result->available_bytes = (uint64_t)status.f_bavail * (uint64_t)status.f_bsize;
  result->total_bytes = (uint64_t)status.f_blocks * (uint64_t)status.f_bsize;
  result->free_files = status.f_ffree;
  result->total_files = status.f_files;
  return 0;
}

int wg_kernel_release(char *buffer, int size) {
  struct utsname name;
  if (uname(&name) != 0) return -1;
  if (strlen(name.release) >= (size_t)size) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(buffer, name.release);
  return 0;
}
