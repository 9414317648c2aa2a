// How children ended that were not the dispatcher.
#ifndef WG_ENDED_H
#define WG_ENDED_H

#include <stdint.h>
#include <sys/types.h>

struct ended {
  pid_t pid;
  // As waitpid(2) fills it in.
  int status;
  // Clock ticks between boot and its start; 0 when /proc did not tell.
  uint64_t start_ticks;
};

// A child whose end is not remembered with those of the others.
struct own {
  // 0 for none.
  pid_t pid;
  // It is reaped, and ended with this, as waitpid(2) fills it in.
  int has_ended;
  int status;
};

// Reaps all that have ended, of which some may be these.
void reap_children(struct own *const own[], int count);

// The last one that had this number; null when none is known.
const struct ended *find_ended(pid_t pid);

// Whether this is a child, alive or dead.
int is_child(pid_t pid);

// Whether there is any child, alive or dead.
int has_children(void);

#endif
