#define _GNU_SOURCE
#include "CLinuxShims.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

// TIOCGPTPEER (Linux 4.13) finds the other side even where /dev/pts is that of another namespace.
static int open_peer(int master) {
  int peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (peer >= 0 || (errno != EINVAL && errno != ENOTTY)) return peer;
  char name[64];
  if (ptsname_r(master, name, sizeof name) != 0) return -1;
  return open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static int make_raw(int terminal) {
  struct termios settings;
  if (tcgetattr(terminal, &settings) != 0) return -1;
  cfmakeraw(&settings);
  return tcsetattr(terminal, TCSANOW, &settings);
}

int wg_open_terminal(int ends[2]) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (master < 0) return -1;
  int peer = -1;
  if (grantpt(master) == 0 && unlockpt(master) == 0) peer = open_peer(master);
  if (peer >= 0 && make_raw(peer) == 0) {
    ends[0] = master;
    ends[1] = peer;
    return 0;
  }
  int error = errno;
  if (peer >= 0) close(peer);
  close(master);
  errno = error;
  return -1;
}

// What was written to the master reaches the other side by a kernel thread; poll waits for that.
int wg_terminal_has_input(int master) {
  int peer = open_peer(master);
  if (peer < 0) return -1;
  struct pollfd entry = {.fd = peer, .events = POLLIN};
  int count = poll(&entry, 1, 0);
  int error = errno;
  close(peer);
  errno = error;
  return count < 0 ? -1 : (entry.revents & POLLIN) != 0;
}

int wg_signal_changes(int folder) {
  return fcntl(folder, F_NOTIFY, DN_MODIFY | DN_CREATE | DN_RENAME | DN_DELETE | DN_MULTISHOT);
}
