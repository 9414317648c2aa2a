// What the keeper is doing, and what each thing that happens leads to.
#ifndef WG_KEEPER_STATE_H
#define WG_KEEPER_STATE_H

#include <stdint.h>

#include "deaths.h"
#include "dispatcher.h"
#include "relay.h"

enum state {
  // The dispatcher runs.
  SERVING,
  // It has died, and is started again in a moment.
  PAUSING,
  // There will be none. Handlers were asked to end.
  ENDING,
  // They were sent SIGKILL.
  KILLING,
  OVER,
};

struct keeper {
  enum state state;
  // When the state ends by itself, in milliseconds; -1: never.
  int64_t deadline;
  struct launch launch;
  struct dispatcher dispatcher;
  struct relay relay;
  struct deaths deaths;
  // A dispatcher has been ready: what comes after is no failure to start.
  int has_served;
  // Somebody wants the end. A dispatcher that was too young to hear of it is not started again.
  int is_asked_to_end;
  // systemd wants this process to end, and starts another one that takes over the handlers.
  int is_asked_to_leave;
  int64_t stop_milliseconds;
  int kill_rounds;
  // What this process ends with, as waitpid(2) fills it in.
  int status;
};

// Milliseconds of the clock that `deadline` goes by.
int64_t now(void);

// Starts a dispatcher.
void serve(struct keeper *keeper);

// A signal has come that is not about a child.
void on_signal(struct keeper *keeper, int number);

// Children may have ended, and something may have been said.
void on_change(struct keeper *keeper);

// The state has lasted for as long as it may.
void on_deadline(struct keeper *keeper);

#endif
