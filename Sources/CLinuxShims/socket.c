#define _GNU_SOURCE
#include "CLinuxShims.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

static int type_of(enum wg_socket_kind kind, int nonblocking) {
  int type = kind == WG_STREAM ? SOCK_STREAM : SOCK_DGRAM;
  return type | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0);
}

int wg_socket(enum wg_socket_kind kind, int nonblocking) {
  return socket(AF_UNIX, type_of(kind, nonblocking), 0);
}

int wg_socket_pair(enum wg_socket_kind kind, int nonblocking, int ends[2]) {
  return socketpair(AF_UNIX, type_of(kind, nonblocking), 0, ends);
}

// The length of the filled address, or 0 when the name does not fit.
static socklen_t fill(struct sockaddr_un *address, const char *name, size_t length) {
  if (length > sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return 0;
  }
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, name, length);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

int wg_bind(int socket, const char *name, size_t length) {
  struct sockaddr_un address;
  socklen_t size = fill(&address, name, length);
  return size ? bind(socket, (const struct sockaddr *)&address, size) : -1;
}

int wg_connect(int socket, const char *name, size_t length) {
  struct sockaddr_un address;
  socklen_t size = fill(&address, name, length);
  return size ? connect(socket, (const struct sockaddr *)&address, size) : -1;
}

ssize_t wg_send_to(int socket, const void *bytes, size_t count, const char *name, size_t length) {
  struct sockaddr_un address;
  socklen_t size = fill(&address, name, length);
  if (!size) return -1;
  return sendto(socket, bytes, count, MSG_NOSIGNAL, (const struct sockaddr *)&address, size);
}

ssize_t wg_send(int socket, const void *bytes, size_t count) {
  return send(socket, bytes, count, MSG_NOSIGNAL);
}

int wg_accept(int socket) { return accept4(socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int wg_set_send_timeout(int socket, int64_t nanoseconds) {
  struct timeval time = {
      .tv_sec = nanoseconds / 1000000000, .tv_usec = nanoseconds % 1000000000 / 1000};
  return setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

int wg_is_listening(int socket) {
  int listening = 0;
  socklen_t size = sizeof listening;
  if (getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0) return -1;
  return listening != 0;
}

static struct wg_credentials converted(struct ucred credentials) {
  return (struct wg_credentials){credentials.pid, credentials.uid, credentials.gid};
}

int wg_peer_credentials(int socket, struct wg_credentials *credentials) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
  *credentials = converted(peer);
  return 0;
}

int wg_enable_credentials(int socket) {
  int enabled = 1;
  return setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &enabled, sizeof enabled);
}

static void take_descriptors(const struct cmsghdr *part, struct wg_datagram *datagram) {
  size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (size_t i = 0; i < count; i++) {
    int descriptor;
    memcpy(&descriptor, CMSG_DATA(part) + i * sizeof(int), sizeof descriptor);
    if (datagram->descriptor_count < WG_MAXIMUM_DESCRIPTORS)
      datagram->descriptors[datagram->descriptor_count++] = descriptor;
    else
      close(descriptor);
  }
}

static void take_part(const struct cmsghdr *part, struct wg_datagram *datagram) {
  if (part->cmsg_level != SOL_SOCKET) return;
  if (part->cmsg_type == SCM_RIGHTS) take_descriptors(part, datagram);
  if (part->cmsg_type == SCM_CREDENTIALS) {
    struct ucred sender;
    memcpy(&sender, CMSG_DATA(part), sizeof sender);
    datagram->sender = converted(sender);
  }
}

int wg_receive(int socket, void *buffer, size_t size, struct wg_datagram *datagram) {
  _Alignas(struct cmsghdr) char control
      [CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int) * WG_MAXIMUM_DESCRIPTORS)];
  struct iovec place = {.iov_base = buffer, .iov_len = size};
  struct msghdr message = {
      .msg_iov = &place, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  memset(datagram, 0, sizeof *datagram);
  datagram->count = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (datagram->count < 0) return -1;
  datagram->truncated = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
  struct cmsghdr *part = CMSG_FIRSTHDR(&message);
  for (; part; part = CMSG_NXTHDR(&message, part)) take_part(part, datagram);
  return 0;
}

ssize_t wg_send_descriptor(
    int socket, const void *bytes, size_t count, int descriptor, const char *name, size_t length) {
  struct sockaddr_un address;
  socklen_t size = fill(&address, name, length);
  if (!size) return -1;
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof descriptor)];
  memset(control, 0, sizeof control);
  struct iovec place = {.iov_base = (void *)bytes, .iov_len = count};
  struct msghdr message = {
      .msg_name = &address, .msg_namelen = size, .msg_iov = &place, .msg_iovlen = 1,
      .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(sizeof descriptor);
  memcpy(CMSG_DATA(part), &descriptor, sizeof descriptor);
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}
