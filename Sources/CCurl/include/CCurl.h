// One HTTP client on libcurl, which is loaded when the first client is made.
//
// Linking libcurl would map it, a TLS library and a dozen others into every handler, also into those
// that talk to no endpoint. Its calls take variable arguments, which Swift cannot make.
#pragma once
#include <stddef.h>

struct wg_http;

// What the client asks of its owner's loop. None of these may call back into the client.
struct wg_http_owner {
  void *context;
  // Tell of a socket when it is readable (1) or writable (2), or both; 0: not any more.
  void (*watch)(void *context, int socket, int interest);
  // Call wg_http_act without a socket after so many milliseconds; -1: no need to.
  void (*wake)(void *context, long milliseconds);
  // Bytes of the answer's body. Anything but 0 ends the transfer.
  int (*received)(void *context, const unsigned char *bytes, size_t size);
};

struct wg_http_request {
  const char *url;
  // Lines such as "Name: value".
  const char *const *headers;
  size_t header_count;
  // Has to stay until the transfer is over.
  const void *body;
  size_t body_size;
  long connect_milliseconds;
  // Whether proxies that the environment names are passed by.
  int is_direct;
  // PEM file with the authorities to trust; NULL: those of the system.
  const char *authorities;
};

enum wg_http_failure {
  WG_HTTP_OK = 0,
  // The address cannot be understood, or is neither http nor https.
  WG_HTTP_ADDRESS,
  // No connection: unknown host, refused, no answer in time.
  WG_HTTP_CONNECT,
  // The other side could not prove who it is, or TLS failed.
  WG_HTTP_IDENTITY,
  // The connection broke.
  WG_HTTP_BROKEN,
};

struct wg_http_result {
  enum wg_http_failure failure;
  // In words; empty when there was no failure.
  const char *message;
};

// NULL when libcurl is not there, or without memory.
struct wg_http *wg_http_open(struct wg_http_owner owner);
void wg_http_close(struct wg_http *http);

// Begins to send a POST request; one at a time. 0, or -1 without memory.
int wg_http_post(struct wg_http *http, const struct wg_http_request *request);
// Gives the transfer up, if there is one.
void wg_http_cancel(struct wg_http *http);
// A socket is ready, for reading (1) or writing (2) or with an error (4); -1: it is time.
void wg_http_act(struct wg_http *http, int socket, int ready);
// Whether the transfer is over, and how; the strings live until the next call.
int wg_http_is_over(struct wg_http *http, struct wg_http_result *result);

// The status of the answer whose body is being received, or was last.
long wg_http_status(struct wg_http *http);
// Seconds that the answer asked to wait, by its Retry-After; 0 when it did not.
long long wg_http_retry_after(struct wg_http *http);
