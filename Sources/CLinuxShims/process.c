#define _GNU_SOURCE
#include "CLinuxShims.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

int wg_wait(enum wg_wait_target target, int id, int keep, struct wg_child_exit *exit) {
  static const idtype_t types[] = {
      [WG_WAIT_ANY] = P_ALL, [WG_WAIT_PID] = P_PID, [WG_WAIT_PIDFD] = P_PIDFD};
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int options = WEXITED | WNOHANG | (keep ? WNOWAIT : 0);
  if (waitid(types[target], (id_t)id, &info, options) != 0) return -1;
  exit->pid = info.si_pid;
  exit->code = info.si_code;
  exit->status = info.si_status;
  return 0;
}

int wg_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int wg_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int wg_pidfd_signal_group(int pidfd, int signal) {
  const unsigned process_group = 1u << 2;  // PIDFD_SIGNAL_PROCESS_GROUP
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, process_group);
}

// struct pidfd_info of Linux 6.13, which is newer than the headers this must build with.
struct process_information {
  uint64_t mask;
  uint64_t cgroup;
  uint32_t ids[11];
  int32_t exit_status;
};

int wg_pidfd_exit_status(int pidfd, int *status) {
  const uint64_t exit_known = 1u << 3;  // PIDFD_INFO_EXIT
  struct process_information information = {.mask = exit_known};
  if (ioctl(pidfd, _IOWR(0xFF, 11, struct process_information), &information) != 0) return -1;
  if (!(information.mask & exit_known)) {
    errno = ENODATA;
    return -1;
  }
  *status = information.exit_status;
  return 0;
}

int wg_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int wg_set_thread_groups(size_t count, const gid_t *groups) {
  return (int)syscall(SYS_setgroups, count, groups);
}

static int argument_count;
static char *const *argument_values;

// glibc hands them to constructors as it does to main.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  argument_count = count;
  argument_values = values;
}

char *const *wg_arguments(int *count) {
  *count = argument_count;
  return argument_values;
}
