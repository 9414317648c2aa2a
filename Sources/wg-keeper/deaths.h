// How often the dispatcher may die, and how long each new start waits.
#ifndef WG_DEATHS_H
#define WG_DEATHS_H

#include <stdint.h>

// As in the units: StartLimitBurst, StartLimitIntervalSec.
enum { MOST_DEATHS = 8, DEATHS_WITHIN_MILLISECONDS = 600000 };

struct deaths {
  int64_t at[MOST_DEATHS];
  unsigned long count;
};

// Notes one, at an instant in milliseconds. How long to wait before the next start; -1: it has died
// too often, there is none.
int64_t pause_after_death(struct deaths *deaths, int64_t now);

#endif
