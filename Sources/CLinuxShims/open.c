#define _GNU_SOURCE
#include "CLinuxShims.h"

int wg_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
