#define _GNU_SOURCE
#include "dispatcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ended.h"
#include "text.h"
#include "wg_keeper.h"

// EX_UNAVAILABLE.
enum { CANNOT_EXECUTE = 69, KERNEL_SIGNALS = 64, MOST_VARIABLES = 4096 };

// What a service manager said to this process is meant for the dispatcher: systemd.exec(5),
// sd_listen_fds(3), sd_watchdog_enabled(3).
static const char *const personal[] = {"LISTEN_PID=", "WATCHDOG_PID=", "SYSTEMD_EXEC_PID="};
enum { PERSONAL = sizeof personal / sizeof *personal };

struct environment {
  const char *variables[MOST_VARIABLES + 3];
  char replaced[PERSONAL][48];
  char keeper[64];
};

static struct environment environment;

// Where `wg service start` hears of the first dispatcher, and nobody of those that follow.
static const char *const launcher = "NOTIFY_SOCKET=@wg-start-";
static int has_started;

static int starts_with(const char *text, const char *beginning) {
  return strncmp(text, beginning, strlen(beginning)) == 0;
}

// The variable with the dispatcher's number where it had this process's; itself when it had not.
static const char *with_own_number(const char *variable, pid_t keeper) {
  for (int i = 0; i < PERSONAL; i++) {
    if (!starts_with(variable, personal[i])) continue;
    if (parse_number(variable + strlen(personal[i])) != (uint64_t)keeper) return variable;
    append_number(append_text(environment.replaced[i], personal[i]), (uint64_t)getpid());
    return environment.replaced[i];
  }
  return variable;
}

static void make_environment(const char *notify, pid_t keeper, int link) {
  extern char **environ;
  int count = 0;
  if (notify) environment.variables[count++] = notify;
  for (char **next = environ; *next && count < MOST_VARIABLES; next++) {
    if (starts_with(*next, WG_KEEPER_VARIABLE "=")) continue;
    if (has_started && starts_with(*next, launcher)) continue;
    if (notify && starts_with(*next, "NOTIFY_SOCKET=")) continue;
    environment.variables[count++] = with_own_number(*next, keeper);
  }
  char *end = append_text(environment.keeper, WG_KEEPER_VARIABLE "=");
  end = append_number(end, (uint64_t)link);
  end = append_text(end, ":");
  append_number(end, (uint64_t)keeper);
  environment.variables[count++] = environment.keeper;
  environment.variables[count] = NULL;
}

static void set_default_dispositions(void) {
  for (int number = 1; number <= KERNEL_SIGNALS; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

__attribute__((noreturn)) static void become_dispatcher(
    const struct launch *launch, pid_t keeper, int link) {
  if (launch->is_service) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // It may have been too late to hear of that.
    if (getppid() != keeper) _exit(CANNOT_EXECUTE);
  }
  fcntl(link, F_SETFD, 0);
  make_environment(launch->notify, keeper, link);
  set_default_dispositions();
  execve(launch->arguments[0], launch->arguments, (char *const *)environment.variables);
  tell("the dispatcher cannot be executed, errno ", (uint64_t)errno, "");
  _exit(CANNOT_EXECUTE);
}

int start_dispatcher(struct dispatcher *dispatcher, const struct launch *launch) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) return -1;
  pid_t keeper = getpid();
  pid_t pid = fork();
  if (pid == 0) become_dispatcher(launch, keeper, pair[1]);
  close(pair[1]);
  if (pid < 0) {
    close(pair[0]);
    return -1;
  }
  has_started = 1;
  *dispatcher = (struct dispatcher){.process = {.pid = pid}, .link = pair[0]};
  return 0;
}

int is_main_process_of_unit(void) {
  const char *number = getenv("SYSTEMD_EXEC_PID");
  return number && parse_number(number) == (uint64_t)getpid();
}

int replace_with_standby(struct dispatcher *dispatcher) {
  const struct own *standby = &dispatcher->standby;
  // It may have been reaped before it was heard of.
  if (standby->pid == 0 || standby->has_ended || !is_child(standby->pid)) return 0;
  // It has the other side of the same link.
  dispatcher->process = dispatcher->standby;
  dispatcher->standby = (struct own){.pid = 0};
  return 1;
}

void forget_dispatcher(struct dispatcher *dispatcher) {
  if (dispatcher->link >= 0) close(dispatcher->link);
  *dispatcher = (struct dispatcher){.link = -1};
}

void reap(struct dispatcher *dispatcher) {
  struct own *const own[] = {&dispatcher->process, &dispatcher->standby};
  reap_children(own, 2);
}

static void answer(struct dispatcher *dispatcher, const struct wg_keeper_request *request) {
  // What the dispatcher has seen end is there to be reaped.
  reap(dispatcher);
  const struct ended *known = find_ended(request->value);
  struct wg_keeper_answer answer = {.number = request->number};
  if (known) {
    answer.knowledge = WG_KEEPER_ENDED;
    answer.status = known->status;
    answer.start_ticks = known->start_ticks;
  }
  // One that does not read its answers does without.
  send(dispatcher->link, &answer, sizeof answer, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void hear(
    struct dispatcher *dispatcher, const struct wg_keeper_request *request,
    int64_t *stop_milliseconds) {
  switch (request->kind) {
    case WG_KEEPER_STATUS: return answer(dispatcher, request);
    case WG_KEEPER_READY:
      dispatcher->is_ready = 1;
      dispatcher->standby = (struct own){.pid = 0};
      if (request->value >= 0) *stop_milliseconds = request->value;
      return;
    case WG_KEEPER_STANDBY:
      dispatcher->standby = (struct own){.pid = request->value};
      return;
    case WG_KEEPER_LEAVING: dispatcher->leaves = 1; return;
    case WG_KEEPER_AGAIN: dispatcher->wants_again = 1; return;
  }
}

void hear_dispatcher(struct dispatcher *dispatcher, int64_t *stop_milliseconds) {
  struct wg_keeper_request request;
  while (dispatcher->link >= 0) {
    ssize_t length = recv(dispatcher->link, &request, sizeof request, MSG_DONTWAIT);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) {
      close(dispatcher->link);
      dispatcher->link = -1;
    } else if (length == sizeof request) {
      hear(dispatcher, &request, stop_milliseconds);
    }
  }
}
