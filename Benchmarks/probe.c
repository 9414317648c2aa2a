// A handler that says when it came into being, and then only waits. Keeps the contract of
// wg-handler(7) as far as a handler without messages has to.
//
//   probe            run by the dispatcher
//   probe floor N    the least that a restart can take: kill, wait, vfork, exec, N times
//
// Each start writes "CHAT PID NANOSECONDS" to the FIFO that PROBE_FIFO names, by CLOCK_MONOTONIC.
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int open_fifo(void) {
  const char *path = getenv("PROBE_FIFO");
  return path ? open(path, O_RDWR | O_CLOEXEC) : -1;
}

static void report_start(int64_t started) {
  const char *chat = getenv("WG_CHAT_ID");
  char line[96];
  int length = snprintf(line, sizeof line, "%s %d %" PRId64 "\n", chat ? chat : "-", getpid(), started);
  int fifo = open_fifo();
  if (fifo >= 0 && write(fifo, line, (size_t)length) != length)
    _exit(74);
}

// Blocks until a child has reported, and gives the time that it reported.
static int64_t next_start(int fifo) {
  char line[96];
  ssize_t length = read(fifo, line, sizeof line - 1);
  if (length <= 0)
    exit(74);
  line[length] = 0;
  const char *time = strrchr(line, ' ');
  return time ? strtoll(time, NULL, 10) : 0;
}

static pid_t start(const char *program) {
  pid_t child = vfork();
  if (child == 0) {
    execl(program, program, (char *)NULL);
    _exit(69);
  }
  return child;
}

static int measure_floor(const char *program, long rounds) {
  int fifo = open_fifo();
  if (fifo < 0)
    return 64;
  pid_t child = start(program);
  next_start(fifo);
  for (long round = 0; round < rounds; round++) {
    int64_t killed = now();
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    child = start(program);
    printf("%" PRId64 "\n", next_start(fifo) - killed);
  }
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return 0;
}

int main(int count, char **arguments) {
  int64_t started = now();
  if (count == 3 && strcmp(arguments[1], "floor") == 0)
    return measure_floor(arguments[0], atol(arguments[2]));
  report_start(started);
  for (;;)
    pause();
}
