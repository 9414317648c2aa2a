import Glibc
import LinuxSystem
import SystemPackage

/// What the program can be asked to do.
enum Behaviour: String, CaseIterable {
  /// `exit CODE`
  case exit
  /// `exit-after-ms MILLISECONDS [CODE]`
  case exitAfter = "exit-after-ms"
  /// `crash SIGNAL`: dies of it.
  case crash
  /// `crash-on TEXT`: answers each line with itself, and aborts at this one.
  case crashOn = "crash-on"
  /// Waits for ever.
  case hang
  /// `play WORD...`: ends with 0 at SIGUSR1, with 3 at SIGUSR2, which it blocks once the rest is done:
  /// `ignore-term`, `ignore-int`; `leave-mild` and `leave-stubborn` start another one, which is
  /// `apart` in a session of its own.
  case play
  /// Prints `ready`, then waits for ever and lets SIGTERM pass.
  case ignoreTerm = "ignore-term"
  /// The same with SIGTERM, SIGINT and SIGHUP.
  case ignoreAll = "ignore-all"
  /// Stops as by SIGSTOP; prints `continued` when it is woken.
  case stopSelf = "stop-self"
  /// Starts and names a child that ends at once, then prints each signal that comes.
  case readSignals = "read-signals"
  /// Prints `ready` and never reads its input.
  case neverRead = "never-read"
  /// `flood BYTES`: prints so many, in lines of 64.
  case flood

  /// `fork-tree DEPTH WIDTH`: descendants in its own group; each prints `ready PID`.
  case forkTree = "fork-tree"
  /// `spawn-grandchild`: one child in its own group; both print `ready PID`.
  case spawnGrandchild = "spawn-grandchild"
  /// `orphan [FILE]`: leaves a child in its own group behind, prints `ready PID` and ends.
  case orphan
  /// `double-fork-setsid FILE`: leaves a daemon behind that writes its number into the file.
  case daemonize = "double-fork-setsid"
  /// `fork-bomb COUNT`: so many descendants, each the parent of the next and in its own session.
  case forkBomb = "fork-bomb"
  /// `write-pid FILE`: writes its number into the file and waits for ever.
  case writePid = "write-pid"

  /// Prints the numbers of its open descriptors, one a line.
  case printDescriptors = "print-fds"
  /// Prints `SigBlk`, `SigIgn` and so on of `/proc/self/status`.
  case printSignals = "print-signals"
  /// Prints its environment, one variable a line.
  case printEnvironment = "print-env"
  /// Prints its arguments, one a line.
  case printArguments = "print-args"
  /// Prints `pid`, `parent`, `group`, `session` and `directory`.
  case printProcess = "print-process"

  /// `notify TEXT [exit]`: sends the text to NOTIFY_SOCKET, then waits for ever or ends.
  case notify
  /// Sends `READY=1` with a descriptor that the receiver has to close, and ends.
  case closeNotify = "close-notify"
  /// `give-signs MILLISECONDS [COUNT]`: READY=1, then WATCHDOG=1 so often; after COUNT it is silent.
  case giveSigns = "give-signs"
  /// READY=1, then works without end and says nothing.
  case spin
  /// `leave MILLISECONDS CODE`: READY=1, then STOPPING=1, and ends so much later.
  case leave
  /// `ask-for-time MILLISECONDS`: READY=1; after SIGTERM it asks for time again and again, until it
  /// ends so much later.
  case askForTime = "ask-for-time"
  /// `rewrite-graph FOLDER COUNT`: adds so many tasks as the existing program does, and names them.
  case rewriteGraph = "rewrite-graph"
  /// `starve SOCKET`: listens there, fills its table of descriptors, and prints why no program starts
  /// and no connection is taken; then whether one is with room again.
  case starve
  /// Says nothing of meaning, without end, as fast as it is read.
  case floodNotify = "flood-notify"

  func perform(_ arguments: Arguments) throws {
    switch self {
    case .exit: Glibc.exit(Int32(truncatingIfNeeded: try arguments.number(0)))
    case .exitAfter: try exitLater(arguments)
    case .crash: try die(of: arguments.text(0))
    case .crashOn: try echo(until: arguments.text(0))
    case .hang: waitForEver()
    case .ignoreTerm: ignore([.terminate])
    case .ignoreAll: ignore([.terminate, .interrupt, .hangup])
    case .stopSelf: stopSelf()
    case .neverRead: announceAndWait("ready")
    case .rewriteGraph: try rewriteGraph(arguments)
    case .starve: try starve(arguments.text(0))
    case .play: try play(arguments)
    case .flood: flood(try arguments.number(0))
    case .forkTree, .spawnGrandchild, .orphan, .daemonize, .forkBomb, .writePid, .readSignals:
      try performAsParent(arguments)
    case .printDescriptors, .printSignals, .printEnvironment, .printArguments, .printProcess:
      try print()
    case .notify: try notify(arguments)
    case .closeNotify: try notifyWithDescriptor()
    case .giveSigns, .spin, .leave, .askForTime, .floodNotify: try announce(arguments)
    }
  }

  /// Living for a while is what it is asked for.
  private func exitLater(_ arguments: Arguments) throws {
    usleep(UInt32(clamping: try arguments.number(0) * 1_000))
    Glibc.exit(arguments.has(1) ? Int32(truncatingIfNeeded: try arguments.number(1)) : 0)
  }

  private func die(of name: String) throws {
    guard let signal = Signal(name: name) else { throw Errno.invalidArgument }
    kill(getpid(), signal.rawValue)
    waitForEver()
  }

  private func echo(until last: String) {
    while let line = readLine() {
      if line == last { abort() }
      say(line)
    }
  }

  private func ignore(_ signals: [Signal]) {
    for signal in signals { SignalDisposition.ignored.set(for: signal) }
    announceAndWait("ready")
  }

  private func stopSelf() {
    kill(getpid(), SIGSTOP)
    announceAndWait("continued")
  }

  private func flood(_ count: Int) {
    let line = String(repeating: "x", count: 63) + "\n"
    let block = String(repeating: line, count: 1024)
    var left = count
    while left > 0 {
      let part = left >= block.utf8.count ? block : String(block.prefix(left))
      guard StandardStreams.write(.output, part) else { return }
      left -= part.utf8.count
    }
  }
}

func say(_ line: String) { StandardStreams.write(.output, line + "\n") }

func announceAndWait(_ line: String) -> Never {
  say(line)
  waitForEver()
}

func waitForEver() -> Never {
  while true { pause() }
}
