internal import SystemPackage

/// Files that nobody owns any more.
struct LeftoverFacts {
  /// What stands at the path of the control socket.
  enum Socket: Equatable {
    case none
    /// Somebody listens, or systemd does for the dispatcher.
    case served
    /// No dispatcher runs, and nobody listens.
    case stale
    /// A symbolic link that leads nowhere.
    case dangling(FilePath)
    /// Somebody listens who does not hold the project.
    case foreign
  }

  /// What `state.json` says while no dispatcher runs.
  enum State: Equatable {
    case inOrder
    case unreadable(String)
    case dead(pid: Int32)
    /// The process lives and does not hold the project: an older program's dispatcher, or a number
    /// that was used again.
    case foreign(pid: Int32, name: String)
  }

  var corrupt: [FilePath] = []
  /// Temporary files older than an hour.
  var temporary: [FilePath] = []
  var socket = Socket.none
  var state = State.inOrder
}

extension LeftoverFacts {
  var findings: [Finding] {
    let found = [corruptFinding, temporaryFinding, socketFinding, stateFinding].compactMap(\.self)
    return found.isEmpty ? [.ok(.leftovers, "nothing was left behind")] : found
  }

  private var corruptFinding: Finding? {
    guard !corrupt.isEmpty else { return nil }
    return .warning(
      .leftovers, "files that could not be read and were set aside: \(Listing.of(corrupt))",
      meaning: "what was in them is not in use; new ones took their place",
      advice: "look at them, put back by hand what matters, and remove them")
  }

  private var temporaryFinding: Finding? {
    guard !temporary.isEmpty else { return nil }
    return .note(
      .leftovers, "temporary files of writes that were cut short: \(Listing.of(temporary))",
      meaning: "the files they were to replace are whole", advice: "remove them")
  }

  private var socketFinding: Finding? {
    switch socket {
    case .none, .served: nil
    case .stale:
      .note(
        .leftovers, "a control socket on which nobody listens",
        meaning: "a dispatcher was killed; the next one replaces it")
    case .dangling(let target):
      .warning(
        .leftovers, "the control socket is a link to \(target), which is not there",
        meaning: "a request finds no dispatcher, and starts none",
        advice: "systemctl start the socket unit, or remove the link")
    case .foreign:
      .warning(
        .leftovers, "somebody listens on the control socket who does not hold the project",
        meaning: "it may be the dispatcher of an older wg, which respawns what this one archives",
        advice: "stop that program before `wg service start`")
    }
  }

  private var stateFinding: Finding? {
    switch state {
    case .inOrder: nil
    case .unreadable(let reason):
      .warning(
        .leftovers, reason, meaning: "the existing wg cannot tell whether a dispatcher runs",
        advice: "remove service/state.json; the next dispatcher writes it")
    case .dead(let pid):
      .note(
        .leftovers, "service/state.json names a dispatcher that is gone (pid \(pid))",
        meaning: "it was killed, or the machine lost power; the next one replaces the file")
    case .foreign(let pid, let name):
      .warning(
        .leftovers,
        "service/state.json names pid \(pid), `\(name)`, which does not hold the project",
        meaning: "an older wg's dispatcher may serve the same chats, or the number was used again",
        advice: "look at `ps -fp \(pid)`; stop it if it is one, else remove service/state.json")
    }
  }
}
