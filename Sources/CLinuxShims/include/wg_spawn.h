// Starting a program without copying this process.
#pragma once
#include <stddef.h>
#include <sys/types.h>

// The step at which a spawn failed.
enum wg_spawn_stage {
  WG_STAGE_NONE = 0,
  WG_STAGE_STACK,
  WG_STAGE_CLONE,
  WG_STAGE_PLACEMENT,
  WG_STAGE_SUBREAPER,
  WG_STAGE_DIRECTORY,
  WG_STAGE_DESCRIPTORS,
  WG_STAGE_TERMINAL,
  WG_STAGE_EXECUTE,
};

// What session and process group the child is put in.
enum wg_placement { WG_OWN_SESSION = 0, WG_OWN_GROUP, WG_INHERITED };

// Kernel features to behave without, so that each fallback can be tested on a newer kernel.
enum wg_without {
  WG_WITHOUT_CLONE3 = 1,
  WG_WITHOUT_CLOSE_RANGE = 2,
  WG_WITHOUT_PROC = 4,
};

struct wg_descriptor_pair {
  int parent;
  int child;
};

struct wg_spawn_request {
  const char *path;
  char *const *argv;
  char *const *envp;
  // NULL: where the parent is.
  const char *directory;
  // Scratch: the child changes the numbers while it moves descriptors about.
  struct wg_descriptor_pair *descriptors;
  size_t descriptor_count;
  enum wg_placement placement;
  int subreaper;
  // Is the child of this process's parent, which reaps it, also when the spawn fails; gets the same
  // signal when that one dies.
  int sibling;
  // The child's number of a terminal that is to control its session, or -1.
  int terminal;
  // An open cgroup v2 folder, or -1.
  int cgroup;
  unsigned without;
};

struct wg_spawn_result {
  enum wg_spawn_stage stage;
  // Of the failed stage.
  int error;
  pid_t pid;
  // Close-on-exec.
  int pidfd;
  // 0 when the child is in the asked cgroup, or none was asked; else why it is not.
  int cgroup_error;
};

// Starts a program. Returns 0, or -1 with the stage and its errno in the result; then no child is
// left, not even a zombie of its own. Blocks until the program is executed or that has failed.
int wg_spawn(const struct wg_spawn_request *request, struct wg_spawn_result *result);
