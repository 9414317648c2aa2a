// Pseudo-terminals and changes of a folder.
#pragma once

// A pseudo-terminal without echo, translation or line editing: ends[0] is the master (non-blocking),
// ends[1] the program's side. Neither becomes the controlling terminal; both are close-on-exec.
int wg_open_terminal(int ends[2]);

// 1 when the program's side of this master has input that nobody has read yet, 0 when not.
int wg_terminal_has_input(int master);

// Has the kernel send SIGIO to this process whenever an entry of the folder is made, renamed,
// removed or written to; until the descriptor is closed. F_NOTIFY of fcntl(2).
int wg_signal_changes(int folder);
