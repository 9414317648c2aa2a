// What the dispatcher tells the service manager, passed on by the process that this one listens to.
//
// A manager with NotifyAccess=main believes the main process, which is the keeper. The dispatcher
// finds a socket of the keeper's in NOTIFY_SOCKET; whoever else writes there is not heard.
//
// sd_notify(3).
#ifndef WG_RELAY_H
#define WG_RELAY_H

#include <sys/types.h>

// Both are -1 where there is no manager, or `wg service start` waits and nobody after it.
struct relay {
  // Where the dispatcher's messages come in.
  int inside;
  // Connected to the manager's socket.
  int outside;
  // There is one that the manager has no room for yet; the next ones wait in the socket.
  int is_waiting;
};

// Opens it where NOTIFY_SOCKET names a manager that listens. -1, with errno, when it cannot be had.
int open_relay(struct relay *relay);

// The variable for the dispatcher, `NOTIFY_SOCKET=…`; null without a relay.
const char *relay_variable(const struct relay *relay);

// Passes on what this process has said, as much as the manager has room for. Does not block.
//
// Which process is the main one and whether the service is ending is not for the dispatcher to say.
void pass_on(struct relay *relay, pid_t sender);

// The same with what a process that is gone has said, and waits a moment for room.
void pass_on_the_rest(struct relay *relay, pid_t sender);

// Says something itself, and waits a moment for room.
void say(struct relay *relay, const char *text);

#endif
