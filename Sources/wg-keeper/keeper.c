#define _GNU_SOURCE
#include "keeper.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "ended.h"
#include "processes.h"
#include "text.h"

enum { NO_RESOURCES = 75 };
// What SIGKILL leaves behind is waited for so long, and looked for so often.
enum { KILL_ROUNDS = 100, KILL_ROUND_MILLISECONDS = 100 };

int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void enter(struct keeper *keeper, enum state state, int64_t milliseconds) {
  keeper->state = state;
  keeper->deadline = milliseconds < 0 ? -1 : now() + milliseconds;
}

static void end_handlers(struct keeper *keeper) {
  // From here on systemd waits for no sign of life.
  say(&keeper->relay, "STOPPING=1");
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

// Handlers are left to whom the service manager starts next; it ends them where that is nobody.
static void leave(struct keeper *keeper, int status) {
  keeper->status = status;
  enter(keeper, OVER, -1);
}

// Nothing comes of starting it here.
static void abandon(struct keeper *keeper, int status) {
  if (keeper->launch.is_service) leave(keeper, status);
  else give_up(keeper, status);
}

void serve(struct keeper *keeper) {
  if (start_dispatcher(&keeper->dispatcher, &keeper->launch) == 0)
    return enter(keeper, SERVING, -1);
  tell("no process for the dispatcher, errno ", (uint64_t)errno, "");
  abandon(keeper, NO_RESOURCES << 8);
}

static void pause_and_serve(struct keeper *keeper, int status) {
  int64_t pause = pause_after_death(&keeper->deaths, now());
  if (pause < 0) {
    tell("the dispatcher died ", MOST_DEATHS, " times in 10 minutes, it is not started again");
    return abandon(keeper, status);
  }
  // Signs of life come from the next one, which has to start first.
  say(&keeper->relay, "EXTEND_TIMEOUT_USEC=30000000");
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

// What was meant for the one that ended is meant for this one.
static void go_on_with_standby(struct keeper *keeper) {
  pid_t pid = keeper->dispatcher.process.pid;
  tell("the dispatcher ended during an upgrade, the former one goes on as PID ", (uint64_t)pid, "");
  if (keeper->is_asked_to_leave) kill(pid, SIGUSR2);
  if (keeper->is_asked_to_end) kill(pid, SIGTERM);
}

static void on_dispatcher_end(struct keeper *keeper) {
  if (replace_with_standby(&keeper->dispatcher)) return go_on_with_standby(keeper);
  struct dispatcher ended = keeper->dispatcher;
  int status = ended.process.status;
  forget_dispatcher(&keeper->dispatcher);
  if (ended.is_ready) keeper->has_served = 1;
  int is_success = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (is_success && ended.wants_again && !keeper->is_asked_to_end) return serve(keeper);
  if (keeper->is_asked_to_leave || (is_success && ended.leaves)) return leave(keeper, status);
  if (is_final(status)) return give_up(keeper, status);
  if (!keeper->has_served) return abandon(keeper, status);
  if (keeper->is_asked_to_end) return give_up(keeper, 0);
  pause_and_serve(keeper, status);
}

void on_deadline(struct keeper *keeper) {
  switch (keeper->state) {
    case SERVING: case OVER: return;
    case PAUSING: return serve(keeper);
    case ENDING: case KILLING: return kill_handlers(keeper);
  }
}

static int is_request_to_end(int number) {
  return number == SIGTERM || number == SIGINT || number == SIGQUIT;
}

// Of a restart, and of a watchdog: systemd has given up this process, whoever hangs in it.
static int is_request_to_leave(const struct keeper *keeper, int number) {
  return keeper->launch.is_service && (number == SIGUSR2 || number == SIGABRT);
}

void on_signal(struct keeper *keeper, int number) {
  int wants_end = is_request_to_end(number);
  if (wants_end) keeper->is_asked_to_end = 1;
  if (is_request_to_leave(keeper, number)) keeper->is_asked_to_leave = 1;
  switch (keeper->state) {
    case SERVING:
      if (wants_end && !keeper->is_asked_to_leave) say(&keeper->relay, "STOPPING=1");
      if (!keeper->dispatcher.process.has_ended) kill(keeper->dispatcher.process.pid, number);
      return;
    case PAUSING:
      if (keeper->is_asked_to_leave) leave(keeper, 0);
      else if (wants_end) give_up(keeper, 0);
      return;
    // Whoever asks twice has no patience.
    case ENDING:
      if (wants_end) kill_handlers(keeper);
      return;
    case KILLING: case OVER: return;
  }
}

void on_change(struct keeper *keeper) {
  struct dispatcher *dispatcher = &keeper->dispatcher;
  reap(dispatcher);
  switch (keeper->state) {
    case SERVING:
      if (dispatcher->process.has_ended) {
        // Its last words may have come after the last look.
        hear_dispatcher(dispatcher, &keeper->stop_milliseconds);
        pass_on_the_rest(&keeper->relay, dispatcher->process.pid);
        on_dispatcher_end(keeper);
      }
      return;
    case ENDING: case KILLING:
      if (!has_children()) enter(keeper, OVER, -1);
      return;
    case PAUSING: case OVER: return;
  }
}
