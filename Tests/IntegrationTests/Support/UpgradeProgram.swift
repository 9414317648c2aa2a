import LinuxSystem
import SystemPackage
import TestSupport

extension Project {
  /// The dispatcher of this build under another path, with its handler beside it.
  func otherDispatcher(_ name: String = "other") throws -> FilePath {
    let folder = scratch.path.appending(name)
    let copy = folder.appending("wg-dispatcher")
    if try FileStatus.of(copy) != nil { return copy }
    try Directory.create(folder)
    for program in ["wg-dispatcher", "wg-handler"] {
      let original = try TestPrograms.path(program)
      try begin(system: "cp", [original.string, folder.string]).finish().mustSucceed()
    }
    return copy
  }

  /// A program that stands in for a dispatcher: `rehearsal` and `takeover` are shell, in which `$REAL`
  /// is the dispatcher of this build.
  func standIn(rehearsal: String, takeover: String = "exit 9") throws -> FilePath {
    let real = try TestPrograms.path("wg-dispatcher")
    return try script(
      """
      REAL='\(real)'
      if [ "$1" = --rehearse ]; then \(rehearsal); exit $?; fi
      \(takeover)
      """)
  }

  /// A program that says the right thing and then fails in a way that the test library knows.
  func failingProgram(_ fault: String) throws -> FilePath {
    let library = try TestPrograms.path("libtest-fault.so")
    return try standIn(
      rehearsal: "exec \"$REAL\" --rehearse",
      takeover: "LD_PRELOAD='\(library)' WG_TEST_FAULT=\(fault) exec \"$REAL\" \"$@\"")
  }

  /// Forgets the crashes of a chat.
  func reset(_ chat: Int) throws { try run("chat", "reset", "\(chat)").mustSucceed() }

  func upgrade(to program: FilePath, timeout: String = "30s") throws -> CommandOutcome {
    try run("service", "upgrade", "--program", program.string, "--timeout", timeout, "--json")
  }
}
