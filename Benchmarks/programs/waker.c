// The least that starting a handler for a message can take: waits until a file grows, then vfork and
// exec. No locks, no look into the file, no state.
//
//   waker PROGRAM FIFO FILE...
//
// runs PROGRAM wait FIFO cN when the file of number N grows, each time it grows. Writes a line to
// standard output when it waits.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <unistd.h>

static void start(int number, char **arguments) {
  char name[16];
  char *command[] = {arguments[1], "wait", arguments[2], name, NULL};
  snprintf(name, sizeof name, "c%d", number);
  if (vfork() == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(command[0], command);
    _exit(127);
  }
}

int main(int count, char **arguments) {
  _Alignas(struct inotify_event) char events[4096];
  int watcher = inotify_init1(IN_CLOEXEC);
  for (int number = 3; number < count; number++)
    if (inotify_add_watch(watcher, arguments[number], IN_MODIFY) != number - 2)
      return 71;
  if (write(1, "waits\n", 6) != 6)
    return 74;
  ssize_t length;
  while ((length = read(watcher, events, sizeof events)) > 0)
    for (char *at = events; at < events + length;) {
      struct inotify_event *event = (struct inotify_event *)at;
      start(event->wd - 1, arguments);
      at += sizeof *event + event->len;
    }
  return 71;
}
