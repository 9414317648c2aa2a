internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import Terminal

/// The command `wg session check`.
struct SessionCheck: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look for sessions that are not in order, and put them right.",
    discussion: """
      Finds scattered conversations, sessions without a folder, folders without a session, and \
      what dead handlers left. Archived sessions are in order. Exit status: 0 when all is in \
      order, or was put so; 1 otherwise.
      """)

  @Flag(help: "Put right what was found; nothing is lost. Not while a dispatcher runs.")
  var fix = false

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let findings = try fix ? repair(project) : look(project)
    let open = findings.filter { !$0.isFixed }
    return Report(
      ["findings": .array(findings.map(\.json)), "fixed": .integer(findings.count - open.count)],
      lines: findings.isEmpty ? ["All sessions are in order."] : findings.map(\.line),
      failure: open.isEmpty ? nil : failure(open))
  }

  private func look(_ project: Project) throws -> [SessionFinding] {
    try project.catalog.sessionFaults().map { SessionFinding(fault: $0) }
  }

  /// With the dispatcher's lock, so that no handler is started meanwhile.
  private func repair(_ project: Project) throws -> [SessionFinding] {
    try Directory.createDurably(project.layout.service)
    let lock = try FileLock.acquire(project.layout.dispatcherLock, within: 500_000_000)
    guard let lock else {
      throw ControlError(
        .tryAgain, "a dispatcher is running, and repairs need the project for themselves",
        hint: "`wg service stop` ends it; the next one does most of this when it starts")
    }
    defer { withExtendedLifetime(lock) {} }
    // A dispatcher may be waiting for the project.
    let catalog = ChatCatalog(layout: project.layout, patience: .limited(5_000_000_000))
    return try catalog.sessionFaults().map { fault in
      do throws(StorageError) {
        try catalog.repair(fault)
        return SessionFinding(fault: fault, isFixed: true)
      } catch {
        return SessionFinding(fault: fault, problem: "\(error)")
      }
    }
  }

  private func failure(_ open: [SessionFinding]) -> ControlError {
    let count = Count.of(open.count, "finding")
    return ControlError(
      .failed, fix ? "\(count) could not be put right" : "\(count) not in order",
      hint: fix ? nil : "`wg session check --fix` puts right what it can, and loses nothing")
  }
}

/// What a check found, and what came of repairing it.
struct SessionFinding {
  let fault: SessionFault
  var isFixed = false
  /// Why it could not be put right.
  var problem: String?

  var line: String {
    let outcome = isFixed ? " (fixed)" : problem.map { " (not fixed: \($0))" } ?? ""
    return SafeText.line(sentence + outcome)
  }

  var json: JSONValue {
    [
      "kind": .text(kind), "message": .text(sentence), "fixed": .bool(isFixed),
      "problem": problem.map { .text($0) } ?? .null,
    ]
  }

  private var kind: String {
    switch fault {
    case .scattered: "scattered"
    case .withoutFolder: "without_folder"
    case .unregistered: "unregistered"
    case .staleLock: "stale_lock"
    case .staleMarker: "stale_marker"
    }
  }

  private var sentence: String {
    switch fault {
    case .scattered(let stray):
      "chat/\(stray.name) holds a part of the conversation of \(stray.chat)"
    case .withoutFolder(let session): "session \(session) has no folder"
    case .unregistered(let session): "the folder chat/\(session) belongs to no session"
    case .staleLock(let session, let pid):
      "session \(session) has the lock file of process \(pid), which is gone"
    case .staleMarker(let session):
      "session \(session) has a request to let go of it, and nobody holds it"
    }
  }
}
