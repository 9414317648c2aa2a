#define _GNU_SOURCE
#include "CLinuxShims.h"

#include <malloc.h>
#include <sys/mman.h>

int wg_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

int wg_pipe(int ends[2], int flags) { return pipe2(ends, O_CLOEXEC | flags); }

int wg_memory_file(const char *name) {
  return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int wg_seal(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
}

int wg_set_nonblocking(int descriptor, int nonblocking) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return -1;
  return fcntl(descriptor, F_SETFL, nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

int wg_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

void wg_malloc_trim(void) { malloc_trim(0); }

int wg_syncfs(int descriptor) { return syncfs(descriptor); }
