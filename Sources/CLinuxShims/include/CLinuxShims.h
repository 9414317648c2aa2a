// What Swift's Glibc module does not show of Linux, and what must be C.
#pragma once
#include "wg_headers.h"

// open(2) is variadic in C, which Swift does not import.
int wg_open(const char *path, int flags, mode_t mode);
