#include "text.h"

#include <string.h>
#include <unistd.h>

char *append_text(char *end, const char *text) {
  size_t length = strlen(text);
  memcpy(end, text, length + 1);
  return end + length;
}

char *append_number(char *end, uint64_t number) {
  char digits[24];
  int at = sizeof digits;
  digits[--at] = 0;
  do {
    digits[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  return append_text(end, digits + at);
}

uint64_t parse_number(const char *text) {
  uint64_t number = 0;
  for (; *text >= '0' && *text <= '9'; text++) {
    unsigned digit = (unsigned)(*text - '0');
    if (number > (UINT64_MAX - digit) / 10) return 0;
    number = number * 10 + digit;
  }
  return number;
}

void tell(const char *before, uint64_t number, const char *after) {
  char line[256];
  char *end = append_text(line, "wg-keeper: ");
  end = append_text(end, before);
  end = append_number(end, number);
  end = append_text(end, after);
  end = append_text(end, "\n");
  // Nobody reads it, or there is no room: there is nobody to tell that.
  ssize_t written = write(STDERR_FILENO, line, (size_t)(end - line));
  (void)written;
}
