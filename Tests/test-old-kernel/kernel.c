// Loaded by LD_PRELOAD: a kernel before Linux 6.13 to whatever runs with it, where the descriptor of a
// process tells nothing about it.
#define _GNU_SOURCE
#include "test_old_kernel.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/ioctl.h>

enum { PIDFD_TYPE = 0xFF, GET_INFO = 11 };

int ioctl(int descriptor, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if (_IOC_TYPE(request) == PIDFD_TYPE && _IOC_NR(request) == GET_INFO) {
    errno = ENOTTY;
    return -1;
  }
  int (*next)(int, unsigned long, ...) =
      (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
  return next(descriptor, request, argument);
}
