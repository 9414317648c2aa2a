#include "deaths.h"

enum { SECOND_PAUSE_MILLISECONDS = 200 };

int64_t pause_after_death(struct deaths *deaths, int64_t now) {
  deaths->at[deaths->count++ % MOST_DEATHS] = now;
  int recent = 0;
  for (unsigned long i = 0; i < MOST_DEATHS && i < deaths->count; i++)
    if (now - deaths->at[i] <= DEATHS_WITHIN_MILLISECONDS) recent++;
  if (recent >= MOST_DEATHS) return -1;
  // At once the first time: then 0.2, 0.4, 0.8 s and so on.
  return recent < 2 ? 0 : (int64_t)SECOND_PAUSE_MILLISECONDS << (recent - 2);
}
