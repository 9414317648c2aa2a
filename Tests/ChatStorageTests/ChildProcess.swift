import Glibc
import LinuxSystem

/// A real process for tests about processes; killed and reaped when the test lets go of it.
final class ChildProcess {
  let pid: pid_t

  /// Runs a shell command.
  ///
  /// The child has copies of `inherited` under the same numbers.
  init(_ command: String, inherited: [Descriptor] = []) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    // Duplicating a descriptor to itself clears its close-on-exec flag.
    for file in inherited {
      posix_spawn_file_actions_adddup2(&actions, file.rawValue, file.rawValue)
    }
    let words: [String] = ["/bin/sh", "-c", command]
    var arguments = words.map { strdup($0) } + [nil]
    var child: pid_t = 0
    let result = posix_spawn(&child, "/bin/sh", &actions, nil, &arguments, environ)
    precondition(result == 0, "no process could be started")
    for argument in arguments { free(argument) }
    posix_spawn_file_actions_destroy(&actions)
    pid = child
  }

  /// One that does nothing until it is killed.
  static func idle(inheriting files: [Descriptor] = []) -> ChildProcess {
    ChildProcess("exec sleep 1000", inherited: files)
  }

  func kill() { Glibc.kill(pid, SIGKILL) }

  /// Waits until the process is dead, without taking its exit status: it is a zombie then.
  func waitUntilZombie() {
    var information = siginfo_t()
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
  }

  deinit {
    kill()
    while waitpid(pid, nil, 0) == -1 && errno == EINTR {}
  }
}
