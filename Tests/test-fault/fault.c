// Loaded into a dispatcher by LD_PRELOAD: makes it fail after it has read what the one before it left,
// and before it serves.
#define _GNU_SOURCE
#include "test_fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static char fault[32];

// The programs that this one executes are well.
__attribute__((constructor)) static void begin(void) {
  const char *wish = getenv("WG_TEST_FAULT");
  if (wish) strncpy(fault, wish, sizeof fault - 1);
  unsetenv("WG_TEST_FAULT");
  unsetenv("LD_PRELOAD");
}

static volatile int depth;

__attribute__((noinline)) static int overflow(int level) {
  volatile char room[4096];
  room[level % 4096] = (char)level;
  depth = level;
  return overflow(level + 1) + room[0];
}

int epoll_create1(int flags) {
  if (strcmp(fault, "hang") == 0) for (;;) pause();
  if (strcmp(fault, "spin") == 0) for (;;) depth++;
  if (strcmp(fault, "segv") == 0) raise(SIGSEGV);
  if (strcmp(fault, "abort") == 0) abort();
  if (strcmp(fault, "overflow") == 0) overflow(0);
  if (strcmp(fault, "fail") == 0) {
    errno = EMFILE;
    return -1;
  }
  int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "epoll_create1");
  return next(flags);
}
