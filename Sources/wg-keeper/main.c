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
#include <time.h>
#include <unistd.h>

#include "deaths.h"
#include "dispatcher.h"
#include "ended.h"
#include "processes.h"
#include "text.h"

enum { USAGE = 64, NO_RESOURCES = 75 };
// What SIGKILL leaves behind is waited for so long, and looked for so often.
enum { KILL_ROUNDS = 100, KILL_ROUND_MILLISECONDS = 100 };

enum state {
  // The dispatcher runs.
  SERVING,
  // It has died, and is started again in a moment.
  PAUSING,
  // There will be none. Handlers were asked to end.
  ENDING,
  // They were sent SIGKILL.
  KILLING,
  OVER,
};

struct keeper {
  enum state state;
  // When the state ends by itself, in milliseconds; -1: never.
  int64_t deadline;
  struct dispatcher dispatcher;
  struct deaths deaths;
  char **arguments;
  // A dispatcher has been ready: what comes after is no failure to start.
  int has_served;
  // Somebody wants the end. A dispatcher that was too young to hear of it is not started again.
  int is_asked_to_end;
  int64_t stop_milliseconds;
  int kill_rounds;
  // What this process ends with, as waitpid(2) fills it in.
  int status;
};

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void enter(struct keeper *keeper, enum state state, int64_t milliseconds) {
  keeper->state = state;
  keeper->deadline = milliseconds < 0 ? -1 : now() + milliseconds;
}

static void end_handlers(struct keeper *keeper) {
  signal_children(0, SIGTERM);
  enter(keeper, ENDING, keeper->stop_milliseconds);
}

static void kill_handlers(struct keeper *keeper) {
  if (keeper->kill_rounds++ == KILL_ROUNDS) {
    tell("there are processes that SIGKILL has not ended in ", KILL_ROUNDS / 10, " s");
    return enter(keeper, OVER, -1);
  }
  // Those that the dead left are children of this process now.
  signal_children(0, SIGKILL);
  enter(keeper, KILLING, KILL_ROUND_MILLISECONDS);
}

// What is left is ended, if there is anything.
static void give_up(struct keeper *keeper, int status) {
  keeper->status = status;
  if (has_children()) end_handlers(keeper);
  else enter(keeper, OVER, -1);
}

static void serve(struct keeper *keeper) {
  if (start_dispatcher(&keeper->dispatcher, keeper->arguments) == 0)
    return enter(keeper, SERVING, -1);
  tell("no process for the dispatcher, errno ", (uint64_t)errno, "");
  give_up(keeper, NO_RESOURCES << 8);
}

static void pause_and_serve(struct keeper *keeper, int status) {
  int64_t pause = pause_after_death(&keeper->deaths, now());
  if (pause < 0) {
    tell("the dispatcher died ", MOST_DEATHS, " times in 10 minutes, its handlers are ended");
    return give_up(keeper, status);
  }
  if (WIFSIGNALED(status))
    tell("the dispatcher was ended by signal ", (uint64_t)WTERMSIG(status), ", starting it again");
  else
    tell("the dispatcher ended with status ", (uint64_t)WEXITSTATUS(status), ", starting it again");
  if (pause == 0) return serve(keeper);
  enter(keeper, PAUSING, pause);
}

// Another start would end in the same way: wg-dispatcher(8), EXIT STATUS.
static int is_final(int status) {
  if (!WIFEXITED(status)) return 0;
  switch (WEXITSTATUS(status)) {
    case 0: case 64: case 65: case 66: case 77: return 1;
    default: return 0;
  }
}

static void on_dispatcher_end(struct keeper *keeper) {
  struct dispatcher ended = keeper->dispatcher;
  forget_dispatcher(&keeper->dispatcher);
  if (ended.is_ready) keeper->has_served = 1;
  int is_success = WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 0;
  if (is_success && ended.wants_again && !keeper->is_asked_to_end) return serve(keeper);
  if (is_success && ended.leaves) {
    keeper->status = ended.status;
    return enter(keeper, OVER, -1);
  }
  if (is_final(ended.status) || !keeper->has_served) return give_up(keeper, ended.status);
  if (keeper->is_asked_to_end) return give_up(keeper, 0);
  pause_and_serve(keeper, ended.status);
}

static void on_deadline(struct keeper *keeper) {
  switch (keeper->state) {
    case SERVING: case OVER: return;
    case PAUSING: return serve(keeper);
    case ENDING: case KILLING: return kill_handlers(keeper);
  }
}

static int is_request_to_end(int number) {
  return number == SIGTERM || number == SIGINT || number == SIGQUIT;
}

static void on_signal(struct keeper *keeper, int number) {
  int wants_end = is_request_to_end(number);
  if (wants_end) keeper->is_asked_to_end = 1;
  switch (keeper->state) {
    case SERVING:
      if (!keeper->dispatcher.has_ended) kill(keeper->dispatcher.pid, number);
      return;
    case PAUSING:
      if (wants_end) give_up(keeper, 0);
      return;
    // Whoever asks twice has no patience.
    case ENDING:
      if (wants_end) kill_handlers(keeper);
      return;
    case KILLING: case OVER: return;
  }
}

static void on_change(struct keeper *keeper) {
  struct dispatcher *dispatcher = &keeper->dispatcher;
  reap(dispatcher);
  switch (keeper->state) {
    case SERVING:
      if (dispatcher->has_ended) {
        // Its last words may have come after the last look.
        hear_dispatcher(dispatcher, &keeper->stop_milliseconds);
        on_dispatcher_end(keeper);
      }
      return;
    case ENDING: case KILLING:
      if (!has_children()) enter(keeper, OVER, -1);
      return;
    case PAUSING: case OVER: return;
  }
}

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
  struct pollfd sources[] = {
      {.fd = signals, .events = POLLIN}, {.fd = dispatcher->link, .events = POLLIN}};
  poll(sources, 2, remaining(keeper));
  read_signals(keeper, signals);
  hear_dispatcher(dispatcher, &keeper->stop_milliseconds);
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
  keeper.arguments = arguments + 1;
  int signals = open_signals();
  if (signals < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
    tell("cannot keep children, errno ", (uint64_t)errno, "");
    return NO_RESOURCES;
  }
  serve(&keeper);
  while (keeper.state != OVER) turn(&keeper, signals);
  return end_with(keeper.status);
}
