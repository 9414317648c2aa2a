#define _GNU_SOURCE
#include "CCurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdlib.h>

// The headers give the types, so that a change of them is a compile error here.
#define FUNCTIONS(X)                                                                              \
  X(curl_global_init)                                                                             \
  X(curl_easy_init)                                                                               \
  X(curl_easy_setopt)                                                                             \
  X(curl_easy_getinfo)                                                                            \
  X(curl_easy_reset)                                                                              \
  X(curl_easy_strerror)                                                                           \
  X(curl_easy_cleanup)                                                                            \
  X(curl_slist_append)                                                                            \
  X(curl_slist_free_all)                                                                          \
  X(curl_multi_init)                                                                              \
  X(curl_multi_setopt)                                                                            \
  X(curl_multi_add_handle)                                                                        \
  X(curl_multi_remove_handle)                                                                     \
  X(curl_multi_socket_action)                                                                     \
  X(curl_multi_info_read)                                                                         \
  X(curl_multi_cleanup)

// Some of these names are macros that count arguments: parentheses keep them from it.
#define DECLARE(name) static __typeof__(&(name)) found_##name;
FUNCTIONS(DECLARE)

#define FIND(name)                                                                                \
  if (!(found_##name = (__typeof__(found_##name))dlsym(handle, #name))) complete = 0;

static int load(void) {
  static void *library;
  if (library) return 0;
  void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return -1;
  int complete = 1;
  FUNCTIONS(FIND)
  if (!complete || found_curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    dlclose(handle);
    return -1;
  }
  library = handle;
  return 0;
}

struct wg_http {
  struct wg_http_owner owner;
  CURLM *multi;
  CURL *easy;
  struct curl_slist *headers;
  int is_active;
  char message[CURL_ERROR_SIZE];
};

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *unused) {
  (void)easy, (void)unused;
  struct wg_http *http = context;
  int interest = what == CURL_POLL_IN      ? 1
                 : what == CURL_POLL_OUT   ? 2
                 : what == CURL_POLL_INOUT ? 3
                                           : 0;
  http->owner.watch(http->owner.context, socket, interest);
  return 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *context) {
  (void)multi;
  struct wg_http *http = context;
  http->owner.wake(http->owner.context, milliseconds);
  return 0;
}

static size_t on_bytes(char *bytes, size_t size, size_t count, void *context) {
  struct wg_http *http = context;
  int refused =
      http->owner.received(http->owner.context, (const unsigned char *)bytes, size * count);
  return refused ? 0 : size * count;
}

struct wg_http *wg_http_open(struct wg_http_owner owner) {
  if (load() < 0) return NULL;
  struct wg_http *http = calloc(1, sizeof *http);
  if (!http) return NULL;
  http->owner = owner;
  http->multi = found_curl_multi_init();
  http->easy = found_curl_easy_init();
  if (!http->multi || !http->easy) {
    wg_http_close(http);
    return NULL;
  }
  found_curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  found_curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
  found_curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timer);
  found_curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
  found_curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, 1L);
  return http;
}

void wg_http_close(struct wg_http *http) {
  wg_http_cancel(http);
  if (http->easy) found_curl_easy_cleanup(http->easy);
  if (http->multi) found_curl_multi_cleanup(http->multi);
  free(http);
}

// What every request has in common: nothing but http and https, no redirects (they would take the key
// elsewhere), certificates verified, no signals.
static void set_rules(struct wg_http *http) {
  CURL *easy = http->easy;
  found_curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  found_curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  found_curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  found_curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  found_curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // Does not wait for a thread that looks up a name when the request is given up.
  found_curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  found_curl_easy_setopt(easy, CURLOPT_USERAGENT, "wg-handler");
  found_curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->message);
  found_curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes);
  found_curl_easy_setopt(easy, CURLOPT_WRITEDATA, http);
  found_curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
}

static int set_headers(struct wg_http *http, const struct wg_http_request *request) {
  for (size_t i = 0; i < request->header_count; i++) {
    struct curl_slist *longer = found_curl_slist_append(http->headers, request->headers[i]);
    if (!longer) return -1;
    http->headers = longer;
  }
  found_curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, http->headers);
  return 0;
}

int wg_http_post(struct wg_http *http, const struct wg_http_request *request) {
  wg_http_cancel(http);
  CURL *easy = http->easy;
  found_curl_easy_reset(easy);
  http->message[0] = 0;
  set_rules(http);
  found_curl_easy_setopt(easy, CURLOPT_URL, request->url);
  found_curl_easy_setopt(easy, CURLOPT_POST, 1L);
  found_curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
  found_curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
  found_curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, request->connect_milliseconds);
  if (request->is_direct) found_curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (request->authorities) found_curl_easy_setopt(easy, CURLOPT_CAINFO, request->authorities);
  if (set_headers(http, request) < 0) return -1;
  if (found_curl_multi_add_handle(http->multi, easy) != CURLM_OK) return -1;
  http->is_active = 1;
  return 0;
}

void wg_http_cancel(struct wg_http *http) {
  if (http->is_active) found_curl_multi_remove_handle(http->multi, http->easy);
  http->is_active = 0;
  if (http->headers) found_curl_slist_free_all(http->headers);
  http->headers = NULL;
}

void wg_http_act(struct wg_http *http, int socket, int ready) {
  int running;
  int mask = (ready & 1 ? CURL_CSELECT_IN : 0) | (ready & 2 ? CURL_CSELECT_OUT : 0) |
             (ready & 4 ? CURL_CSELECT_ERR : 0);
  curl_socket_t place = socket < 0 ? CURL_SOCKET_TIMEOUT : socket;
  found_curl_multi_socket_action(http->multi, place, mask, &running);
}

static enum wg_http_failure failure(CURLcode code, long connected) {
  switch (code) {
    case CURLE_OK: return WG_HTTP_OK;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return WG_HTTP_ADDRESS;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return WG_HTTP_CONNECT;
    case CURLE_OPERATION_TIMEDOUT: return connected ? WG_HTTP_BROKEN : WG_HTTP_CONNECT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return WG_HTTP_IDENTITY;
    default: return WG_HTTP_BROKEN;
  }
}

int wg_http_is_over(struct wg_http *http, struct wg_http_result *result) {
  int left;
  CURLMsg *message = found_curl_multi_info_read(http->multi, &left);
  if (!message || message->msg != CURLMSG_DONE) return 0;
  CURLcode code = message->data.result;
  curl_off_t connected = 0;
  found_curl_easy_getinfo(http->easy, CURLINFO_CONNECT_TIME_T, &connected);
  result->failure = failure(code, connected > 0);
  result->message = code == CURLE_OK    ? ""
                    : http->message[0]  ? http->message
                                        : found_curl_easy_strerror(code);
  wg_http_cancel(http);
  return 1;
}

long wg_http_status(struct wg_http *http) {
  long status = 0;
  found_curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

long long wg_http_retry_after(struct wg_http *http) {
  curl_off_t seconds = 0;
  found_curl_easy_getinfo(http->easy, CURLINFO_RETRY_AFTER, &seconds);
  return seconds;
}
