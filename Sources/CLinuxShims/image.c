// Going back to the program that this process executed before, whatever happens to the present one.
#define _GNU_SOURCE
#include "CLinuxShims.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

// What the handler needs: set before it is installed, read only by it afterwards.
static struct {
  const char *path;
  char *const *argv;
  char *const *envp;
  char *note;
  sigset_t mask;
} former;

// What ends a program that is broken, and the alarm for one that hangs.
static const int troubles[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS, SIGALRM};
enum { TROUBLE_COUNT = sizeof troubles / sizeof *troubles };

// A stack that ran over has no room for a handler.
static char return_stack[32 * 1024];

// Only functions of signal-safety(7).
static void return_to_former(int number) {
  former.note[0] = (char)('0' + number / 10 % 10);
  former.note[1] = (char)('0' + number % 10);
  alarm(0);
  // The mask survives the execution: the former program expects its own.
  sigprocmask(SIG_SETMASK, &former.mask, NULL);
  execve(former.path, former.argv, former.envp);
  signal(number, SIG_DFL);
  raise(number);
}

// What was done about them before, such as printing a backtrace.
static struct sigaction usual_actions[TROUBLE_COUNT];
static stack_t usual_stack;

static int watch_troubles(void) {
  stack_t stack = {.ss_sp = return_stack, .ss_size = sizeof return_stack};
  if (sigaltstack(&stack, &usual_stack) != 0) return -1;
  struct sigaction action = {.sa_handler = return_to_former, .sa_flags = SA_ONSTACK};
  sigfillset(&action.sa_mask);
  for (int index = 0; index < TROUBLE_COUNT; index++) {
    if (sigaction(troubles[index], &action, &usual_actions[index]) != 0) return -1;
  }
  return 0;
}

int wg_prepare_return(
    const char *path, char *const argv[], char *const envp[], char *note, unsigned seconds) {
  former.path = path;
  former.argv = argv;
  former.envp = envp;
  former.note = note;
  if (sigprocmask(SIG_BLOCK, NULL, &former.mask) != 0) return -1;
  if (watch_troubles() != 0) return -1;
  alarm(seconds);
  return 0;
}

void wg_forget_return(void) {
  alarm(0);
  for (int index = 0; index < TROUBLE_COUNT; index++)
    sigaction(troubles[index], &usual_actions[index], NULL);
  sigaltstack(&usual_stack, NULL);
}

int wg_name_process(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

int wg_set_close_on_exec(int descriptor, int closes) {
  int flags = fcntl(descriptor, F_GETFD);
  if (flags < 0) return -1;
  return fcntl(descriptor, F_SETFD, closes ? flags | FD_CLOEXEC : flags & ~FD_CLOEXEC);
}
