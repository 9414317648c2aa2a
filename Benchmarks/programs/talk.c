// Talks with chats whose handlers answer: one message in flight for each chat, the next one as soon as
// the answer is in the outbox.
//
//   talk COUNT FOLDER...
//
// sends COUNT messages to the chat in each folder, as wg-files(5) has it, and prints for each the
// nanoseconds from before it is appended until its answer has been seen. An answer under another
// request id than the message's ends it with status 65, ten seconds of silence with 75.
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

struct chat {
  int inbox, lock, outbox, number, sent, answered;
  off_t read;
  int64_t when;
};

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int open_box(const char *folder, const char *name, int flags) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  int file = open(path, flags | O_CLOEXEC, 0600);
  if (file < 0) {
    perror(path);
    exit(66);
  }
  return file;
}

static int lines_of(int file) {
  char block[65536];
  int lines = 0;
  off_t at = 0;
  ssize_t length;
  while ((length = pread(file, block, sizeof block, at)) > 0) {
    for (ssize_t byte = 0; byte < length; byte++)
      lines += block[byte] == '\n';
    at += length;
  }
  return lines;
}

static void request_id(const struct chat *chat, char *text, size_t size) {
  snprintf(text, size, "\"talk-%d-%d-%d\"", getpid(), chat->number, chat->sent);
}

static void send_next(struct chat *chat, int first_id) {
  char row[512], request[64];
  chat->sent++;
  request_id(chat, request, sizeof request);
  int length = snprintf(row, sizeof row,
      "{\"id\":%d,\"timestamp\":\"2026-01-01T00:00:00Z\",\"role\":\"user\","
      "\"content\":\"a message of some words\",\"request_id\":%s}\n", first_id + chat->sent, request);
  chat->when = now();
  flock(chat->lock, LOCK_EX);
  if (write(chat->inbox, row, (size_t)length) != length)
    exit(74);
  flock(chat->lock, LOCK_UN);
}

// Whether a whole answer to the last message has come.
static int has_answer(struct chat *chat) {
  char text[4096], request[64];
  ssize_t length = pread(chat->outbox, text, sizeof text - 1, chat->read);
  if (length <= 0 || text[length - 1] != '\n')
    return 0;
  text[length] = 0;
  chat->read += length;
  request_id(chat, request, sizeof request);
  if (strstr(text, request) == NULL)
    exit(65);
  return 1;
}

static void take_answer(struct chat *chat, int count, int first_id, int64_t *times, long *answered) {
  if (chat->answered == chat->sent || !has_answer(chat))
    return;
  times[(*answered)++] = now() - chat->when;
  chat->answered++;
  if (chat->sent < count)
    send_next(chat, first_id);
}

int main(int count, char **arguments) {
  int chats = count - 2, messages = count > 2 ? atoi(arguments[1]) : 0;
  if (messages < 1)
    return 64;
  struct chat *all = calloc((size_t)chats, sizeof *all);
  int *first_ids = calloc((size_t)chats, sizeof *first_ids);
  int64_t *times = calloc((size_t)chats * (size_t)messages, sizeof *times);
  int watcher = inotify_init1(IN_CLOEXEC);
  if (!all || !first_ids || !times || watcher < 0)
    return 71;
  for (int number = 0; number < chats; number++) {
    const char *folder = arguments[number + 2];
    struct chat *chat = &all[number];
    chat->number = number;
    chat->inbox = open_box(folder, "inbox.jsonl", O_RDWR | O_APPEND);
    chat->lock = open_box(folder, "inbox.jsonl.lock", O_RDWR | O_CREAT);
    chat->outbox = open_box(folder, "outbox.jsonl", O_RDONLY);
    chat->read = lseek(chat->outbox, 0, SEEK_END);
    first_ids[number] = lines_of(chat->inbox);
    char path[512];
    snprintf(path, sizeof path, "%s/outbox.jsonl", folder);
    // Watches are numbered from 1 on, in order.
    if (inotify_add_watch(watcher, path, IN_MODIFY) != number + 1)
      return 71;
  }
  long answered = 0, wanted = (long)chats * messages;
  for (int number = 0; number < chats; number++)
    send_next(&all[number], first_ids[number]);
  while (answered < wanted) {
    _Alignas(struct inotify_event) char events[65536];
    struct pollfd ready = {watcher, POLLIN, 0};
    if (poll(&ready, 1, 10000) != 1)
      return 75;
    ssize_t length = read(watcher, events, sizeof events);
    for (char *at = events; at < events + length;) {
      struct inotify_event *event = (struct inotify_event *)at;
      int number = event->wd - 1;
      if (number >= 0 && number < chats)
        take_answer(&all[number], messages, first_ids[number], times, &answered);
      at += sizeof *event + event->len;
    }
  }
  for (long number = 0; number < wanted; number++)
    printf("%" PRId64 "\n", times[number]);
  return 0;
}
