#define _GNU_SOURCE
#include "processes.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "text.h"
#include "wg_directory.h"

// The fields after the name, which may itself hold anything: proc(5).
enum { PARENT_FIELD = 1, START_FIELD = 19 };

static uint64_t number_at(const char *text, int field) {
  for (; field > 0; field--) {
    text = strchr(text, ' ');
    if (!text) return 0;
    text++;
  }
  return parse_number(text);
}

// A field of /proc/PID/stat, counted from the state on; 0 when it cannot be read.
static uint64_t field_of(pid_t pid, int field) {
  char path[32], line[1024];
  char *end = append_text(path, "/proc/");
  end = append_number(end, (uint64_t)pid);
  append_text(end, "/stat");
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, line, sizeof line - 1);
  close(file);
  if (length <= 0) return 0;
  line[length] = 0;
  const char *name_end = strrchr(line, ')');
  return name_end && name_end[1] == ' ' ? number_at(name_end + 2, field) : 0;
}

uint64_t start_of(pid_t pid) { return field_of(pid, START_FIELD); }

static void signal_child(pid_t pid, int signal) {
  if (getpgid(pid) == pid) kill(-pid, signal);
  kill(pid, signal);
  // A stopped process acts on nothing but SIGKILL until it goes on.
  if (signal == SIGTERM) kill(pid, SIGCONT);
}

void signal_children(pid_t except, int signal) {
  _Alignas(struct wg_directory_entry) char buffer[4096];
  int folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  pid_t self = getpid();
  long count;
  while ((count = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < count;) {
      const struct wg_directory_entry *entry = (const void *)(buffer + at);
      at += entry->length;
      pid_t pid = (pid_t)parse_number(entry->name);
      if (pid > 0 && pid != except && field_of(pid, PARENT_FIELD) == (uint64_t)self)
        signal_child(pid, signal);
    }
  }
  close(folder);
}
