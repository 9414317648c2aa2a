// Unix sockets: addresses of any length, credentials, descriptors.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Neither blocks nor stays open in executed programs.
enum wg_socket_kind { WG_STREAM = 0, WG_DATAGRAM };
int wg_socket(enum wg_socket_kind kind, int nonblocking);
int wg_socket_pair(enum wg_socket_kind kind, int nonblocking, int ends[2]);

// `name` is sun_path as it is: a path, or a zero byte and an abstract name. ENAMETOOLONG above 108.
int wg_bind(int socket, const char *name, size_t length);
int wg_connect(int socket, const char *name, size_t length);
ssize_t wg_send_to(int socket, const void *bytes, size_t count, const char *name, size_t length);

// Never raises SIGPIPE.
ssize_t wg_send(int socket, const void *bytes, size_t count);

// accept4(2), non-blocking and close-on-exec.
int wg_accept(int socket);

// How long connect(2) and send(2) may block, in nanoseconds; 0 is for ever.
int wg_set_send_timeout(int socket, int64_t nanoseconds);

// 1 when the socket listens.
int wg_is_listening(int socket);

struct wg_credentials {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

// SO_PEERCRED: who the other end was when it connected.
int wg_peer_credentials(int socket, struct wg_credentials *credentials);

// SO_PASSCRED: have the kernel say who sent each datagram.
int wg_enable_credentials(int socket);

enum { WG_MAXIMUM_DESCRIPTORS = 253 };

struct wg_datagram {
  ssize_t count;
  // The datagram, or its control data, was longer than the place for it.
  int truncated;
  // pid is 0 when the kernel said nothing.
  struct wg_credentials sender;
  int descriptors[WG_MAXIMUM_DESCRIPTORS];
  int descriptor_count;
};

// recvmsg(2), never blocking. Descriptors that came along are the caller's to close.
int wg_receive(int socket, void *buffer, size_t size, struct wg_datagram *datagram);

// Sends bytes with one descriptor to an address.
ssize_t wg_send_descriptor(
    int socket, const void *bytes, size_t count, int descriptor, const char *name, size_t length);
