// Pseudo-terminals and changes of a folder.
#pragma once
#include <stddef.h>
#include <stdint.h>

// A pseudo-terminal without echo, translation or line editing: ends[0] is the master (non-blocking),
// ends[1] the program's side. Neither becomes the controlling terminal; both are close-on-exec.
int wg_open_terminal(int ends[2]);

// 1 when the program's side of this master has input that nobody has read yet, 0 when not.
int wg_terminal_has_input(int master);

// Has the kernel send SIGIO to this process whenever an entry of the folder is made, renamed,
// removed or written to; until the descriptor is closed. F_NOTIFY of fcntl(2).
int wg_signal_changes(int folder);

// Columns that a terminal gives to this character: 0, 1 or 2; -1 for what is not printed. The table
// is that of wcwidth(3) for UTF-8, whatever the locale of the process is; without that table, 1.
int wg_character_columns(uint32_t character);

// Columns and rows of the terminal: TIOCGWINSZ of ioctl_tty(2).
int wg_terminal_size(int terminal, int *columns, int *rows);

// Remembers the terminal's settings and makes it raw: what is typed comes at once, unchanged, and
// nothing typed becomes a signal. Should the process be killed by a fault of its own, the bytes are
// written and the settings restored before it ends. One terminal at a time; nothing is allocated.
int wg_terminal_enter(int terminal, const void *farewell, size_t count);

// 1 when the terminal's foreground is another process group, 0 when not or when that is not known.
int wg_terminal_is_elsewhere(int terminal);

// Restores what wg_terminal_enter found, unless the terminal is elsewhere.
int wg_terminal_leave(int terminal);

// Says how large it is, and tells the processes in its foreground: TIOCSWINSZ of ioctl_tty(2).
int wg_terminal_resize(int terminal, int columns, int rows);
