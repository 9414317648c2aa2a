// Starting a program without copying this process, and with a pidfd from birth.
//
// The child shares this process's memory and suspends the calling thread until it executes the
// program or ends (CLONE_VM | CLONE_VFORK): the price does not grow with the parent, and a failure
// is told by writing it down. In return the child may call nothing that locks or allocates, and
// stands on a stack of its own so that it cannot overwrite the parent's frames.
#define _GNU_SOURCE
#include "CLinuxShims.h"
#include "wg_directory.h"

#include <errno.h>
#include <limits.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { STACK_SIZE = 64 * 1024, GUARD_SIZE = 4096, KERNEL_SIGNALS = 64 };

// The linux/close_range.h of older systems lacks it.
enum { WG_CLOSE_RANGE_CLOEXEC = 1u << 2 };

// Sanitizers keep their books in thread-local memory, which the child shares with its parent.
#define IN_CHILD __attribute__((noinline, no_sanitize("address", "thread", "undefined")))

struct child {
  const struct wg_spawn_request *request;
  // Was not born in the asked cgroup and has to move there by itself.
  int joins_cgroup;
  // Of this process, which a sibling shares: prctl(2).
  int parent_death_signal;
  volatile int cgroup_error;
  volatile enum wg_spawn_stage stage;
  volatile int error;
};

IN_CHILD __attribute__((noreturn)) static void fail(struct child *child, enum wg_spawn_stage stage) {
  child->error = errno;
  child->stage = stage;
  _exit(127);
}

// The bare system calls, since glibc keeps two signals to itself and would leave those as they are.
IN_CHILD static void set_default_dispositions(void) {
  const uint64_t default_action[4] = {0};
  for (int signal = 1; signal <= KERNEL_SIGNALS; signal++)
    syscall(SYS_rt_sigaction, signal, default_action, NULL, (size_t)8);
}

IN_CHILD static void set_mask(uint64_t mask, uint64_t *old) {
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, old, (size_t)8);
}

// "0" is whoever writes it. Until the program is executed there is nobody who could escape.
IN_CHILD static int join_cgroup(int cgroup) {
  int processes = openat(cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  if (processes < 0) return errno;
  int error = write(processes, "0", 1) == 1 ? 0 : errno;
  close(processes);
  return error;
}

IN_CHILD static int place(enum wg_placement placement) {
  switch (placement) {
    case WG_OWN_SESSION: return setsid() < 0 ? -1 : 0;
    case WG_OWN_GROUP: return setpgid(0, 0);
    case WG_INHERITED: return 0;
  }
  return 0;
}

IN_CHILD static int number_of(const char *name) {
  int number = 0;
  for (; *name; name++) {
    if (*name < '0' || *name > '9') return -1;
    number = number * 10 + (*name - '0');
  }
  return number;
}

IN_CHILD static int mark_listed_descriptors(void) {
  _Alignas(struct wg_directory_entry) char buffer[4096];
  int folder = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -1;
  long count;
  while ((count = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < count;) {
      const struct wg_directory_entry *entry = (const void *)(buffer + at);
      int number = number_of(entry->name);
      if (number > 2) fcntl(number, F_SETFD, FD_CLOEXEC);
      at += entry->length;
    }
  }
  close(folder);
  return (int)count;
}

IN_CHILD static void mark_all_possible_descriptors(void) {
  struct rlimit limit = {0, 0};
  getrlimit(RLIMIT_NOFILE, &limit);
  rlim_t end = limit.rlim_cur < INT_MAX ? limit.rlim_cur : INT_MAX;
  for (rlim_t number = 3; number < end; number++) fcntl((int)number, F_SETFD, FD_CLOEXEC);
}

// Makes the kernel close everything from 3 up at the exec.
IN_CHILD static void mark_descriptors(unsigned without) {
  if (!(without & WG_WITHOUT_CLOSE_RANGE)
      && syscall(SYS_close_range, 3u, ~0u, WG_CLOSE_RANGE_CLOEXEC) == 0)
    return;
  if (!(without & WG_WITHOUT_PROC) && mark_listed_descriptors() == 0) return;
  mark_all_possible_descriptors();
}

IN_CHILD static int highest_target(const struct wg_spawn_request *request) {
  int highest = 2;
  for (size_t i = 0; i < request->descriptor_count; i++)
    if (request->descriptors[i].child > highest) highest = request->descriptors[i].child;
  return highest;
}

IN_CHILD static int is_target(const struct wg_spawn_request *request, int number) {
  for (size_t i = 0; i < request->descriptor_count; i++)
    if (request->descriptors[i].child == number) return 1;
  return 0;
}

// Moves sources out of the way of targets, so that no dup2 overwrites one that is still needed.
IN_CHILD static int lift_sources(const struct wg_spawn_request *request, int highest) {
  for (size_t i = 0; i < request->descriptor_count; i++) {
    struct wg_descriptor_pair *pair = &request->descriptors[i];
    if (pair->parent > highest || pair->parent == pair->child) continue;
    int lifted = fcntl(pair->parent, F_DUPFD_CLOEXEC, highest + 1);
    if (lifted < 0) return -1;
    pair->parent = lifted;
  }
  return 0;
}

// A program that finds 0, 1 or 2 closed writes its messages into whatever it opens next.
IN_CHILD static int fill_standard_descriptors(const struct wg_spawn_request *request, int highest) {
  if (is_target(request, 0) && is_target(request, 1) && is_target(request, 2)) return 0;
  int low = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (low < 0) return -1;
  int null = fcntl(low, F_DUPFD_CLOEXEC, highest + 1);
  if (null < 0) return -1;
  for (int number = 0; number <= 2; number++)
    if (!is_target(request, number) && dup2(null, number) < 0) return -1;
  return 0;
}

IN_CHILD static int install_descriptors(const struct wg_spawn_request *request) {
  int highest = highest_target(request);
  if (lift_sources(request, highest) != 0) return -1;
  if (fill_standard_descriptors(request, highest) != 0) return -1;
  mark_descriptors(request->without);
  for (size_t i = 0; i < request->descriptor_count; i++) {
    const struct wg_descriptor_pair *pair = &request->descriptors[i];
    // dup2 clears the mark on copies, and does nothing where there is nothing to copy.
    if (dup2(pair->parent, pair->child) < 0) return -1;
    if (pair->parent == pair->child && fcntl(pair->child, F_SETFD, 0) != 0) return -1;
  }
  return 0;
}

IN_CHILD static int run_child(void *argument) {
  struct child *child = argument;
  const struct wg_spawn_request *request = child->request;
  if (child->joins_cgroup) child->cgroup_error = join_cgroup(request->cgroup);
  if (place(request->placement) != 0) fail(child, WG_STAGE_PLACEMENT);
  set_default_dispositions();
  if (request->subreaper && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
    fail(child, WG_STAGE_SUBREAPER);
  if (request->sibling && prctl(PR_SET_PDEATHSIG, child->parent_death_signal, 0, 0, 0) != 0)
    fail(child, WG_STAGE_PLACEMENT);
  if (request->directory && chdir(request->directory) != 0) fail(child, WG_STAGE_DIRECTORY);
  if (install_descriptors(request) != 0) fail(child, WG_STAGE_DESCRIPTORS);
  if (request->terminal >= 0 && ioctl(request->terminal, TIOCSCTTY, 0) != 0)
    fail(child, WG_STAGE_TERMINAL);
  set_mask(0, NULL);
  execve(request->path, request->argv, request->envp);
  fail(child, WG_STAGE_EXECUTE);
}

#if defined(__x86_64__)
// glibc has no clone3, and syscall() would return on the child's empty stack.
static long clone3_on_stack(struct clone_args *arguments, int (*entry)(void *), void *argument) {
  register long result __asm__("rax") = SYS_clone3;
  register struct clone_args *first __asm__("rdi") = arguments;
  register size_t second __asm__("rsi") = sizeof *arguments;
  register int (*function)(void *) __asm__("r12") = entry;
  register void *parameter __asm__("r13") = argument;
  __asm__ volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "ud2\n"
      "1:"
      : "+r"(result)
      : "r"(first), "r"(second), "r"(function), "r"(parameter)
      : "rcx", "r11", "memory");
  if (result >= 0) return result;
  errno = (int)-result;
  return -1;
}
#else
static long clone3_on_stack(struct clone_args *arguments, int (*entry)(void *), void *argument) {
  (void)arguments, (void)entry, (void)argument;
  errno = ENOSYS;
  return -1;
}
#endif

// CLONE_PARENT is refused to process 1 of a namespace, which has none.
static int family(const struct wg_spawn_request *request) {
  return request->sibling ? CLONE_PARENT : 0;
}

static pid_t clone_into_cgroup(struct child *child, char *stack, int *pidfd) {
  struct clone_args arguments = {
      .flags = (uint64_t)(CLONE_PIDFD | CLONE_VM | CLONE_VFORK | family(child->request))
          | CLONE_INTO_CGROUP,
      .pidfd = (uint64_t)(uintptr_t)pidfd,
      // The kernel gives a sibling this process's own.
      .exit_signal = child->request->sibling ? 0 : SIGCHLD,
      .stack = (uint64_t)(uintptr_t)stack,
      .stack_size = STACK_SIZE,
      .cgroup = (uint64_t)child->request->cgroup,
  };
  if (child->request->without & WG_WITHOUT_CLONE3) {
    errno = ENOSYS;
    return -1;
  }
  return (pid_t)clone3_on_stack(&arguments, run_child, child);
}

// Whether the cgroup is the trouble: then the child is moved there before it executes the program,
// and if that is refused too, it is better started outside than not at all.
// EAGAIN and ENOMEM are not here, since a limit of processes is meant to be kept.
static int is_about_cgroup(int error) {
  switch (error) {
    case ENOSYS: case EINVAL: case E2BIG: case EPERM: case EACCES: case EBUSY:
    case EOPNOTSUPP: case ENODEV: case ENOENT: case EBADF:
      return 1;
    default: return 0;
  }
}

static pid_t clone_child(struct child *child, char *stack, struct wg_spawn_result *result) {
  if (child->request->cgroup >= 0) {
    pid_t pid = clone_into_cgroup(child, stack, &result->pidfd);
    if (pid >= 0 || !is_about_cgroup(errno)) return pid;
    // As ENOSYS where a filter of system calls keeps clone3 away.
    child->joins_cgroup = 1;
  }
  int flags = CLONE_PIDFD | CLONE_VM | CLONE_VFORK | SIGCHLD | family(child->request);
  return clone(run_child, stack + STACK_SIZE, flags, child, &result->pidfd);
}

static void *make_stack(void) {
  char *base = mmap(
      NULL, GUARD_SIZE + STACK_SIZE, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (base == MAP_FAILED) return NULL;
  mprotect(base, GUARD_SIZE, PROT_NONE);
  return base;
}

static int report(struct wg_spawn_result *result, enum wg_spawn_stage stage, int error) {
  result->stage = stage;
  result->error = error;
  result->pid = -1;
  result->pidfd = -1;
  errno = error;
  return -1;
}

// With SIGCHLD ignored the kernel reaps by itself, and there is nothing to wait for (ECHILD).
static void reap_failed_child(pid_t pid, int pidfd) {
  siginfo_t information;
  while (waitid(P_PID, (id_t)pid, &information, WEXITED) != 0 && errno == EINTR) {}
  close(pidfd);
}

int wg_spawn(const struct wg_spawn_request *request, struct wg_spawn_result *result) {
  memset(result, 0, sizeof *result);
  char *stack = make_stack();
  if (!stack) return report(result, WG_STAGE_STACK, errno);

  struct child child = {.request = request, .stage = WG_STAGE_NONE};
  prctl(PR_GET_PDEATHSIG, &child.parent_death_signal, 0, 0, 0);
  uint64_t mask;
  // A handler of ours that ran in the child would run on our memory.
  set_mask(~(uint64_t)0, &mask);
  pid_t pid = clone_child(&child, stack + GUARD_SIZE, result);
  int clone_error = errno;
  set_mask(mask, NULL);
  munmap(stack, GUARD_SIZE + STACK_SIZE);

  if (pid < 0) return report(result, WG_STAGE_CLONE, clone_error);
  if (child.stage != WG_STAGE_NONE) {
    reap_failed_child(pid, result->pidfd);
    return report(result, child.stage, child.error);
  }
  result->pid = pid;
  result->cgroup_error = child.cgroup_error;
  return 0;
}
