// What /proc knows of processes, without stdio: that alone would double the memory of this program.
#ifndef WG_PROCESSES_H
#define WG_PROCESSES_H

#include <stdint.h>
#include <sys/types.h>

// Clock ticks between boot and the start of the process; 0 when that cannot be read.
uint64_t start_of(pid_t pid);

// Signals every child but one, with its group where it leads one.
//
// A child that is not reaped keeps its number, so nobody else can be meant.
void signal_children(pid_t except, int signal);

#endif
