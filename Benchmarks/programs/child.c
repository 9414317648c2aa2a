// The program that every supervisor of the benchmark runs, so that all of them supervise the same.
//
//   child wait FIFO NAME          reports its start and waits for ever
//   child ready FIFO NAME         says on descriptor 3 that it is ready, as s6 has it, and waits
//   child crash FIFO NAME         reports its start and fails
//   child flood FIFO NAME BYTES   reports, writes so much to standard output, reports, and waits
//   child watch FIFO NAME FILE    reports whenever the file has grown
//
// Without these it reads them from the file `arguments` in its folder, so that a service folder's
// `run` can be a link to it (which s6 gives a name) and no shell stands between. A report is a line "NAME PID NANOSECONDS" by
// CLOCK_MONOTONIC, short enough to be written at once or not at all.
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

enum { MODE = 1, FIFO, NAME, EXTRA, MOST };

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void report(char **arguments, int64_t when) {
  char line[128];
  int length = snprintf(line, sizeof line, "%s %d %" PRId64 "\n", arguments[NAME], getpid(), when);
  int fifo = open(arguments[FIFO], O_WRONLY | O_CLOEXEC);
  if (fifo < 0 || length >= (int)sizeof line || write(fifo, line, (size_t)length) != length)
    _exit(74);
  close(fifo);
}

static void flood(long bytes) {
  char block[4000];
  for (size_t at = 0; at < sizeof block; at++)
    block[at] = at % 100 == 99 ? '\n' : 'x';
  while (bytes > 0) {
    ssize_t written = write(1, block, sizeof block);
    if (written <= 0)
      _exit(74);
    bytes -= written;
  }
}

static void watch(char **arguments) {
  char events[4096];
  int watcher = inotify_init1(IN_CLOEXEC);
  if (watcher < 0 || inotify_add_watch(watcher, arguments[EXTRA], IN_MODIFY) < 0)
    _exit(71);
  while (read(watcher, events, sizeof events) > 0)
    report(arguments, now());
}

// The words of the file `arguments`, which stay valid for as long as the program runs.
static int read_arguments(char **arguments) {
  static char text[1024];
  int file = open("arguments", O_RDONLY | O_CLOEXEC);
  ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
  int count = MODE;
  if (length > 0)
    for (char *word = strtok(text, " \n"); word && count < MOST; word = strtok(NULL, " \n"))
      arguments[count++] = word;
  close(file);
  return count;
}

int main(int count, char **given) {
  int64_t started = now();
  char *arguments[MOST] = {0};
  if (count <= NAME)
    count = read_arguments(arguments);
  else
    memcpy(arguments, given, sizeof *given * (size_t)(count < MOST ? count : MOST));
  if (count <= NAME)
    return 64;
  report(arguments, started);
  if (strcmp(arguments[MODE], "crash") == 0)
    return 1;
  if (strcmp(arguments[MODE], "ready") == 0 && write(3, "\n", 1) == 1)
    close(3);
  if (strcmp(arguments[MODE], "flood") == 0 && count > EXTRA) {
    flood(atol(arguments[EXTRA]));
    report(arguments, now());
  }
  if (strcmp(arguments[MODE], "watch") == 0 && count > EXTRA)
    watch(arguments);
  for (;;)
    pause();
}
