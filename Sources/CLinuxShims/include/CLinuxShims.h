// What Swift's Glibc module does not show of Linux, and what must be C.
//
// Every function answers like a system call (-1 and errno) unless it says otherwise.
#pragma once
#include "wg_directory.h"
#include "wg_headers.h"
#include "wg_image.h"
#include "wg_keeper.h"
#include "wg_probe.h"
#include "wg_process.h"
#include "wg_socket.h"
#include "wg_spawn.h"
#include "wg_terminal.h"

// open(2) is variadic in C, which Swift does not import.
int wg_open(const char *path, int flags, mode_t mode);

// malloc_trim(3), which the Glibc module leaves out: gives free heap back to the kernel.
void wg_malloc_trim(void);

// syncfs(2) needs _GNU_SOURCE.
int wg_syncfs(int descriptor);

// pipe2(2) with O_CLOEXEC and these flags; needs _GNU_SOURCE.
int wg_pipe(int ends[2], int flags);

// memfd_create(2), close-on-exec, that can be sealed; needs _GNU_SOURCE.
int wg_memory_file(const char *name);

// fcntl(2) with F_ADD_SEALS: nobody can change the memory file any more.
int wg_seal(int descriptor);

// fcntl(2) is variadic in C: adds and removes O_NONBLOCK.
int wg_set_nonblocking(int descriptor, int nonblocking);

// A copy of the descriptor, close-on-exec.
int wg_duplicate(int descriptor);
