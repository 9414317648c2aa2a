// The least that supervising can cost: vfork and exec, wait, start again, kill. No delays, no files,
// no state, no control socket. What a supervisor takes more than this, it takes by itself.
//
//   floor COUNT OUTPUT PROGRAM MODE FIFO [EXTRA]
//
// runs COUNT times PROGRAM MODE FIFO cN [EXTRA] with its output in the file OUTPUT, starts each again
// when it ends, and on SIGTERM ends them all, and itself when they are gone.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HIGHEST_PID = 4194304 };

// By pid: the number of the child plus one. The kernel gives pages for what is touched alone.
static int number_of[HIGHEST_PID];
static pid_t highest;
static int running;

static void start(int number, char **arguments) {
  char name[16];
  char *command[] = {arguments[3], arguments[4], arguments[5], name, arguments[6], NULL};
  snprintf(name, sizeof name, "c%d", number);
  pid_t child = vfork();
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(command[0], command);
    _exit(127);
  }
  if (child < 0 || child >= HIGHEST_PID)
    exit(71);
  number_of[child] = number + 1;
  highest = child > highest ? child : highest;
  running++;
}

static void reap(char **arguments, int is_stopping) {
  pid_t child;
  while ((child = waitpid(-1, NULL, WNOHANG)) > 0) {
    int number = number_of[child] - 1;
    number_of[child] = 0;
    running--;
    if (!is_stopping)
      start(number, arguments);
  }
}

static void end_all(void) {
  for (pid_t child = 1; child <= highest; child++)
    if (number_of[child])
      kill(child, SIGTERM);
}

int main(int count, char **arguments) {
  if (count < 6)
    return 64;
  int output = open(arguments[2], O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (output < 0 || dup2(output, 1) < 0)
    return 73;
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGCHLD);
  sigaddset(&wanted, SIGTERM);
  sigprocmask(SIG_BLOCK, &wanted, NULL);
  for (int number = 0; number < atoi(arguments[1]); number++)
    start(number, arguments);
  int is_stopping = 0;
  while (running > 0 || !is_stopping) {
    if (sigwaitinfo(&wanted, NULL) == SIGTERM) {
      is_stopping = 1;
      end_all();
    }
    reap(arguments, is_stopping);
  }
  return 0;
}
