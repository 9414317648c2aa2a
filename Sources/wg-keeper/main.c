// wg-keeper PATH [ARGUMENT]...: the parent of a dispatcher.
//
// The children of a dispatcher that dies become this process's: it reaps them, remembers how they
// ended, starts the dispatcher again, and tells it. It touches no file and decides about no handler,
// with one exception: when there will be no dispatcher any more, it ends those that are left.
//
// wg-keeper(8).
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keeper.h"
#include "text.h"

enum { USAGE = 64, NO_RESOURCES = 75 };

static void read_signals(struct keeper *keeper, int signals) {
  struct signalfd_siginfo one;
  while (read(signals, &one, sizeof one) == sizeof one)
    if (one.ssi_signo != SIGCHLD) on_signal(keeper, (int)one.ssi_signo);
}

static int remaining(const struct keeper *keeper) {
  if (keeper->deadline < 0) return -1;
  int64_t span = keeper->deadline - now();
  return span < 0 ? 0 : span > INT32_MAX ? INT32_MAX : (int)span;
}

static void turn(struct keeper *keeper, int signals) {
  struct dispatcher *dispatcher = &keeper->dispatcher;
  struct relay *relay = &keeper->relay;
  struct pollfd sources[] = {
      {.fd = signals, .events = POLLIN},
      {.fd = dispatcher->link, .events = POLLIN},
      // Without room for what it has said, the dispatcher is not listened to.
      {.fd = relay->is_waiting ? -1 : relay->inside, .events = POLLIN},
      {.fd = relay->is_waiting ? relay->outside : -1, .events = POLLOUT},
  };
  poll(sources, sizeof sources / sizeof *sources, remaining(keeper));
  read_signals(keeper, signals);
  hear_dispatcher(dispatcher, &keeper->stop_milliseconds);
  pass_on(relay, dispatcher->process.pid);
  on_change(keeper);
  if (keeper->deadline >= 0 && keeper->deadline <= now()) on_deadline(keeper);
}

static int open_signals(void) {
  static const int numbers[] = {
      SIGCHLD, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGABRT};
  sigset_t set;
  sigemptyset(&set);
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaddset(&set, numbers[i]);
  sigprocmask(SIG_SETMASK, &set, NULL);
  // Ignored, children would vanish unseen.
  signal(SIGCHLD, SIG_DFL);
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

// As the dispatcher did; without a second core file where a signal ended it.
static int end_with(int status) {
  if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  sigset_t set;
  sigfillset(&set);
  signal(WTERMSIG(status), SIG_DFL);
  kill(getpid(), WTERMSIG(status));
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  return 128 + WTERMSIG(status);
}

int main(int count, char **arguments) {
  if (count < 2) {
    tell("wants a program and its arguments, not ", 0, " of them; wg-dispatcher starts it");
    return USAGE;
  }
  static struct keeper keeper = {.stop_milliseconds = 10000};
  keeper.dispatcher.link = -1;
  int signals = open_signals();
  if (signals < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
    tell("cannot keep children, errno ", (uint64_t)errno, "");
    return NO_RESOURCES;
  }
  if (open_relay(&keeper.relay) != 0) {
    tell("cannot pass on what the dispatcher says, errno ", (uint64_t)errno, "");
    return NO_RESOURCES;
  }
  keeper.launch = (struct launch){
      .arguments = arguments + 1,
      .notify = relay_variable(&keeper.relay),
      .is_service = is_main_process_of_unit(),
  };
  serve(&keeper);
  while (keeper.state != OVER) turn(&keeper, signals);
  return end_with(keeper.status);
}
