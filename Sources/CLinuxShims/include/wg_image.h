// The program of this process, and the way back to the one before.
#pragma once

// Until wg_forget_return, a fault of this program and the passing of `seconds` execute `path` with
// these strings, as execve(2) does; the process goes on as that program. All pointers must stay valid
// until then. `note` lies in one of the strings of `envp`: the number of the signal is written there,
// in two digits.
int wg_prepare_return(
    const char *path, char *const argv[], char *const envp[], char *note, unsigned seconds);

// From now on faults are what they were before. To be called once, after wg_prepare_return.
void wg_forget_return(void);

// What ps(1) calls this process. prctl(2) is variadic in C.
int wg_name_process(const char *name);

// Adds and removes FD_CLOEXEC. EBADF: it is not open. fcntl(2) is variadic in C.
int wg_set_close_on_exec(int descriptor, int closes);
