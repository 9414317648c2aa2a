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

// Reaps all that have ended. The status of `apart` is not kept but put into `status`, and 1 is the
// result; 0 when it was not among them.
int reap_children(pid_t apart, int *status);

// The last one that had this number; null when none is known.
const struct ended *find_ended(pid_t pid);

// Whether there is any child, alive or dead.
int has_children(void);

#endif
