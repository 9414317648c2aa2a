#include "ended.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "processes.h"

// So many are remembered; the oldest gives way, and is unknown from then on. Pages that were never
// written to take no memory.
enum { REMEMBERED = 4096 };

static struct ended remembered[REMEMBERED];
static unsigned long count;

static void remember(pid_t pid, int status, uint64_t start_ticks) {
  remembered[count++ % REMEMBERED] =
      (struct ended){.pid = pid, .status = status, .start_ticks = start_ticks};
}

const struct ended *find_ended(pid_t pid) {
  unsigned long known = count < REMEMBERED ? count : REMEMBERED;
  for (unsigned long back = 1; back <= known; back++) {
    const struct ended *one = &remembered[(count - back) % REMEMBERED];
    if (one->pid == pid) return one;
  }
  return NULL;
}

// A child that has ended, left as it is; 0 when there is none, -1 when there are no children at all.
static pid_t next_ended(void) {
  siginfo_t information;
  memset(&information, 0, sizeof information);
  int result;
  do {
    result = waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? information.si_pid : -1;
}

static struct own *find_own(struct own *const own[], int count, pid_t pid) {
  for (int i = 0; i < count; i++)
    if (own[i]->pid == pid && !own[i]->has_ended) return own[i];
  return NULL;
}

void reap_children(struct own *const own[], int count) {
  pid_t pid;
  while ((pid = next_ended()) > 0) {
    struct own *one = find_own(own, count, pid);
    // While it is not reaped its number is its own, and so is what stands under it.
    uint64_t start_ticks = one ? 0 : start_of(pid);
    int status;
    if (waitpid(pid, &status, WNOHANG) != pid) continue;
    if (one) {
      one->status = status;
      one->has_ended = 1;
    } else {
      remember(pid, status, start_ticks);
    }
  }
}

int is_child(pid_t pid) {
  siginfo_t information;
  return waitid(P_PID, (id_t)pid, &information, WEXITED | WNOHANG | WNOWAIT) == 0;
}

int has_children(void) { return next_ended() >= 0; }
