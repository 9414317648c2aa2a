// What getdents64(2) gives, for code that may not call readdir(3), which allocates.
#pragma once
#include <stdint.h>

struct wg_directory_entry {
  uint64_t inode;
  int64_t offset;
  // Of this entry: the next one begins so many bytes later.
  unsigned short length;
  unsigned char type;
  char name[];
};
