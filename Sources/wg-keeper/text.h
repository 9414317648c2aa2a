// Numbers and lines, without stdio.
#ifndef WG_TEXT_H
#define WG_TEXT_H

#include <stdint.h>

// Both write a terminating zero and return where it is.
char *append_text(char *end, const char *text);
char *append_number(char *end, uint64_t number);

// The decimal number at the beginning; 0 when there is none or it does not fit.
uint64_t parse_number(const char *text);

// One line to standard error: "wg-keeper: BEFORE NUMBER AFTER".
void tell(const char *before, uint64_t number, const char *after);

#endif
