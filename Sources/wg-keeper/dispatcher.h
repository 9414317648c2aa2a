// The dispatcher: starting it, and talking with it.
#ifndef WG_DISPATCHER_H
#define WG_DISPATCHER_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#include "ended.h"

struct dispatcher {
  struct own process;
  // During an upgrade: goes on in its place, should it end.
  struct own standby;
  // This side of the pair; -1 when the dispatcher has closed the other.
  int link;
  // What it has said.
  int is_ready;
  int leaves;
  int wants_again;
};

// How dispatchers are started.
struct launch {
  // Begins with the path and ends with a null.
  char **arguments;
  // A variable in place of the NOTIFY_SOCKET that this process has; null: the same.
  const char *notify;
  // This is the main process of a unit, so that a dispatcher must not outlive it: the next one would
  // find the project taken.
  int is_service;
};

// Starts one.
//
// -1 when there is no process to be had. A program that cannot be executed ends with status 69.
int start_dispatcher(struct dispatcher *dispatcher, const struct launch *launch);

// Takes in what it has said and answers; `stop_milliseconds` is changed when it says so.
void hear_dispatcher(struct dispatcher *dispatcher, int64_t *stop_milliseconds);

// Reaps what has ended, the dispatcher among it.
void reap(struct dispatcher *dispatcher);

// Whether systemd has started this process as the main one of a unit: systemd.exec(5).
int is_main_process_of_unit(void);

// Has the one that stands by take the place of one that has ended; 0 when there is none.
int replace_with_standby(struct dispatcher *dispatcher);

// Forgets it, when it has ended.
void forget_dispatcher(struct dispatcher *dispatcher);

#endif
