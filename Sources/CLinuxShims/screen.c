// A terminal that a person sits at: width of characters, raw mode, and putting things right in a crash.
#define _GNU_SOURCE
#include "CLinuxShims.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

static locale_t utf8;

static void find_utf8(void) { utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }

int wg_character_columns(uint32_t character) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find_utf8);
  if (!utf8) return 1;
  locale_t before = uselocale(utf8);
  int columns = wcwidth((wchar_t)character);
  uselocale(before);
  return columns;
}

int wg_terminal_size(int terminal, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(terminal, TIOCGWINSZ, &size) != 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

int wg_terminal_resize(int terminal, int columns, int rows) {
  struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
  return ioctl(terminal, TIOCSWINSZ, &size);
}

// What the handler needs: set before it is installed, read only by it afterwards.
static struct {
  volatile sig_atomic_t entered;
  int terminal;
  struct termios settings;
  char farewell[256];
  size_t count;
} guarded;

// All that would end the process and that it does not read: faults, and what others may send.
static const int faults[] = {
    SIGSEGV, SIGBUS,  SIGILL,    SIGTRAP, SIGFPE,  SIGABRT, SIGSYS, SIGUSR1,
    SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ, SIGIO,  SIGPWR,
};
enum { FAULT_COUNT = sizeof faults / sizeof *faults };

// A stack that ran over has no room for a handler.
static char fault_stack[32 * 1024];

// A terminal that takes nothing is not waited for longer than this, in milliseconds.
enum { FAREWELL_PATIENCE = 200 };

// Only functions of signal-safety(7).
static void say_farewell(void) {
  size_t done = 0;
  while (done < guarded.count) {
    ssize_t count = write(guarded.terminal, guarded.farewell + done, guarded.count - done);
    if (count > 0) {
      done += (size_t)count;
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count == 0 || errno != EAGAIN) return;
    struct pollfd entry = {.fd = guarded.terminal, .events = POLLOUT};
    if (poll(&entry, 1, FAREWELL_PATIENCE) <= 0) return;
  }
}

// By tcsetattr, a process in the background would be stopped; in the handler SIGTTOU is blocked.
static void handle_fault(int number) {
  int error = errno;
  if (guarded.entered) {
    guarded.entered = 0;
    say_farewell();
    tcsetattr(guarded.terminal, TCSANOW, &guarded.settings);
  }
  // As it would have ended without this handler, core dump included.
  signal(number, SIG_DFL);
  raise(number);
  errno = error;
}

static int guard_faults(void) {
  stack_t stack = {.ss_sp = fault_stack, .ss_size = sizeof fault_stack};
  if (sigaltstack(&stack, NULL) != 0) return -1;
  struct sigaction action = {.sa_handler = handle_fault, .sa_flags = SA_ONSTACK};
  sigfillset(&action.sa_mask);
  for (int index = 0; index < FAULT_COUNT; index++) {
    if (sigaction(faults[index], &action, NULL) != 0) return -1;
  }
  return 0;
}

int wg_terminal_enter(int terminal, const void *farewell, size_t count) {
  if (count > sizeof guarded.farewell) {
    errno = EINVAL;
    return -1;
  }
  if (tcgetattr(terminal, &guarded.settings) != 0) return -1;
  memcpy(guarded.farewell, farewell, count);
  guarded.count = count;
  guarded.terminal = terminal;
  if (guard_faults() != 0) return -1;
  struct termios raw = guarded.settings;
  cfmakeraw(&raw);
  guarded.entered = 1;
  return tcsetattr(terminal, TCSADRAIN, &raw);
}

int wg_terminal_is_elsewhere(int terminal) {
  pid_t foreground = tcgetpgrp(terminal);
  return foreground > 0 && foreground != getpgrp();
}

int wg_terminal_leave(int terminal) {
  guarded.entered = 0;
  if (wg_terminal_is_elsewhere(terminal)) return 0;
  return tcsetattr(terminal, TCSANOW, &guarded.settings);
}
