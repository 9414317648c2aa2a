#define _GNU_SOURCE
#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "text.h"

enum {
  // As in systemd. What is longer is dropped.
  MOST_BYTES = 4096,
  // More than ever come with one message.
  MOST_DESCRIPTORS = 4,
  // Strangers who write without end keep nobody from being heard.
  MOST_IN_A_TURN = 64,
  PATIENCE_MILLISECONDS = 500,
};

struct message {
  char text[MOST_BYTES + 1];
  size_t length;
  int descriptors[MOST_DESCRIPTORS];
  int descriptor_count;
};

// The one that waits for room, or was received last.
static struct message message;

static struct sockaddr_un manager;
static socklen_t manager_length;
static char variable[64];

static const char *const name = "NOTIFY_SOCKET=";
// Where `wg service start` hears of the first dispatcher.
static const char *const launcher = "@wg-start-";

// MARK: - The two sockets

static int read_address(const char *text) {
  size_t length = strlen(text);
  if ((text[0] != '/' && text[0] != '@') || length >= sizeof manager.sun_path) return -1;
  manager.sun_family = AF_UNIX;
  memcpy(manager.sun_path, text, length);
  if (text[0] == '@') manager.sun_path[0] = 0;
  manager_length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  return 0;
}

static int connect_outside(const struct relay *relay) {
  return connect(relay->outside, (const struct sockaddr *)&manager, manager_length);
}

// The kernel finds a name of its own for it: a zero and some digits.
static int bind_inside(const struct relay *relay) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  socklen_t length = sizeof address.sun_family;
  int one = 1;
  if (setsockopt(relay->inside, SOL_SOCKET, SO_PASSCRED, &one, sizeof one) != 0) return -1;
  if (bind(relay->inside, (const struct sockaddr *)&address, length) != 0) return -1;
  length = sizeof address;
  if (getsockname(relay->inside, (struct sockaddr *)&address, &length) != 0) return -1;
  size_t count = length - offsetof(struct sockaddr_un, sun_path) - 1;
  char *end = append_text(append_text(variable, name), "@");
  if (count >= sizeof variable - (size_t)(end - variable)) return -1;
  memcpy(end, address.sun_path + 1, count);
  end[count] = 0;
  return 0;
}

static void close_relay(struct relay *relay) {
  if (relay->inside >= 0) close(relay->inside);
  if (relay->outside >= 0) close(relay->outside);
  *relay = (struct relay){.inside = -1, .outside = -1};
}

int open_relay(struct relay *relay) {
  *relay = (struct relay){.inside = -1, .outside = -1};
  const char *address = getenv("NOTIFY_SOCKET");
  if (!address || strncmp(address, launcher, strlen(launcher)) == 0) return 0;
  // The dispatcher is the one to say that it cannot be used.
  if (read_address(address) != 0) return 0;
  const int kind = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
  relay->inside = socket(AF_UNIX, kind, 0);
  relay->outside = socket(AF_UNIX, kind, 0);
  if (relay->inside < 0 || relay->outside < 0) return -1;
  if (connect_outside(relay) != 0) {
    close_relay(relay);
    return 0;
  }
  return bind_inside(relay);
}

const char *relay_variable(const struct relay *relay) {
  return relay->inside < 0 ? NULL : variable;
}

// MARK: - Receiving

static void close_descriptors(void) {
  while (message.descriptor_count > 0) close(message.descriptors[--message.descriptor_count]);
}

static void take_descriptors(const struct cmsghdr *part) {
  size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (size_t i = 0; i < count; i++) {
    int one;
    memcpy(&one, CMSG_DATA(part) + i * sizeof one, sizeof one);
    if (message.descriptor_count == MOST_DESCRIPTORS) close(one);
    else message.descriptors[message.descriptor_count++] = one;
  }
}

// What came along; gives who sent it, 0 when the kernel does not say.
static pid_t take_company(struct msghdr *header) {
  pid_t sender = 0;
  struct cmsghdr *part = CMSG_FIRSTHDR(header);
  for (; part; part = CMSG_NXTHDR(header, part)) {
    if (part->cmsg_level != SOL_SOCKET) continue;
    if (part->cmsg_type == SCM_RIGHTS) take_descriptors(part);
    if (part->cmsg_type == SCM_CREDENTIALS) {
      struct ucred credentials;
      memcpy(&credentials, CMSG_DATA(part), sizeof credentials);
      sender = credentials.pid;
    }
  }
  return sender;
}

static int is_for_the_keeper_to_say(const char *line) {
  return strncmp(line, "MAINPID", 7) == 0 || strncmp(line, "STOPPING=", 9) == 0;
}

static void remove_foreign_lines(void) {
  size_t kept = 0;
  message.text[message.length] = 0;
  for (size_t at = 0; at < message.length;) {
    const char *line = message.text + at;
    size_t length = strcspn(line, "\n");
    // With the end of the line, where it has one.
    size_t whole = length + (at + length < message.length);
    if (!is_for_the_keeper_to_say(line)) {
      memmove(message.text + kept, line, whole);
      kept += whole;
    }
    at += whole;
  }
  message.length = kept;
}

enum reading { NOTHING_THERE, NOT_TO_BE_HEARD, RECEIVED };

static enum reading receive(const struct relay *relay, pid_t sender) {
  // What does not fit the kernel closes, and says so.
  _Alignas(struct cmsghdr) char company
      [CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)];
  struct iovec text = {.iov_base = message.text, .iov_len = MOST_BYTES};
  struct msghdr header = {
      .msg_iov = &text, .msg_iovlen = 1, .msg_control = company, .msg_controllen = sizeof company};
  ssize_t length = recvmsg(relay->inside, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (length < 0) return errno == EINTR ? NOT_TO_BE_HEARD : NOTHING_THERE;
  message.length = (size_t)length;
  message.descriptor_count = 0;
  pid_t from = take_company(&header);
  int is_whole = (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  remove_foreign_lines();
  if (is_whole && sender > 0 && from == sender && message.length > 0) return RECEIVED;
  close_descriptors();
  return NOT_TO_BE_HEARD;
}

// MARK: - Sending

static ssize_t send_once(const struct relay *relay) {
  _Alignas(struct cmsghdr) char company[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)] = {0};
  struct iovec text = {.iov_base = message.text, .iov_len = message.length};
  struct msghdr header = {.msg_iov = &text, .msg_iovlen = 1};
  size_t size = sizeof(int) * (size_t)message.descriptor_count;
  if (size > 0) {
    header.msg_control = company;
    header.msg_controllen = CMSG_SPACE(size);
    struct cmsghdr *part = CMSG_FIRSTHDR(&header);
    *part = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(size), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(part), message.descriptors, size);
  }
  return sendmsg(relay->outside, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
}

// Sends the message, or lets it wait for room. With nobody there any more it is gone.
static void send_message(struct relay *relay) {
  ssize_t sent;
  int has_connected = 0;
  while ((sent = send_once(relay)) < 0) {
    if (errno == EINTR) continue;
    // The manager may have made its socket anew.
    if (errno != ECONNREFUSED || has_connected || connect_outside(relay) != 0) break;
    has_connected = 1;
  }
  relay->is_waiting = sent < 0 && errno == EAGAIN;
  if (!relay->is_waiting) close_descriptors();
}

// Whether it has found room; what does not in time is given up.
static int wait_for_room(struct relay *relay) {
  struct pollfd room = {.fd = relay->outside, .events = POLLOUT};
  while (relay->is_waiting) {
    int count = poll(&room, 1, PATIENCE_MILLISECONDS);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      relay->is_waiting = 0;
      close_descriptors();
      return 0;
    }
    send_message(relay);
  }
  return 1;
}

void pass_on(struct relay *relay, pid_t sender) {
  if (relay->inside < 0) return;
  if (relay->is_waiting) send_message(relay);
  for (int count = 0; count < MOST_IN_A_TURN && !relay->is_waiting; count++) {
    switch (receive(relay, sender)) {
      case NOTHING_THERE: return;
      case NOT_TO_BE_HEARD: break;
      case RECEIVED: send_message(relay); break;
    }
  }
}

void pass_on_the_rest(struct relay *relay, pid_t sender) {
  pass_on(relay, sender);
  while (relay->is_waiting && wait_for_room(relay)) pass_on(relay, sender);
}

void say(struct relay *relay, const char *text) {
  if (relay->inside < 0) return;
  wait_for_room(relay);
  message.length = (size_t)(append_text(message.text, text) - message.text);
  message.descriptor_count = 0;
  send_message(relay);
  wait_for_room(relay);
}
