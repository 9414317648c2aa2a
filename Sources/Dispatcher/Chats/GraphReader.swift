internal import ChatProject
internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import Settings
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage
internal import TaskGraph

/// Brings what the graph and the registry say to the core: which chats there are, which are closed,
/// which are gone.
final class GraphReader {
  private let supervisor: ChatSupervisor
  private let watcher: ProjectWatcher
  private var reported: Set<String> = []
  private var needs = SharedNeeds()
  /// Chats whose row was missing at the last look.
  ///
  /// Gone for good only when it is missing twice: a program that rewrites the graph in place shows
  /// an empty one for a moment.
  private var missing: Set<ChatID> = []
  private var confirmAt: Int64?
  /// The files could not be read: nothing may come any more that says to look at them.
  private var graphRetry = Retry()
  private var sessionRetry = Retry()
  /// What chats run depends on the settings: they are looked at first.
  var readSettings: () -> Void = {}
  /// The settings have changed since rows were last read: a handler that would be started otherwise
  /// now is replaced.
  var settingsAreNew = false
  /// Chats whose handler was replaced for that.
  private var replaced: [ChatID] = []

  private static let confirmation: Int64 = 500_000_000

  init(_ supervisor: ChatSupervisor, _ watcher: ProjectWatcher) {
    self.supervisor = supervisor
    self.watcher = watcher
  }

  /// Reads the graph and reports what is different.
  ///
  /// An unreadable graph changes nothing.
  ///
  /// `boot` is what the other files said, for chats that are met for the first time.
  func readGraph(_ boot: BootRecords = BootRecords()) {
    readSettings()
    do throws(StorageError) {
      let (rows, problems) = try migratedRows()
      problems.forEach { report("\($0)") }
      let open = latest(rows)
      for (id, row) in open { update(id, row, boot) }
      settingsAreNew = false
      reportMissing(open, isComplete: problems.isEmpty)
      graphRetry.succeeded()
    } catch {
      confirmAt = nil
      graphRetry.failed(at: Clock.monotonic)
      report("\(error)")
    }
  }

  /// What the graph says now, with nothing reported.
  func rows() throws(StorageError) -> [ChatID: SupervisedChat.Row] {
    latest(try supervisor.catalog.graph.chatRows().rows).mapValues(described)
  }

  /// Legacy rows that somebody wrote since the start are renamed when they are met (rule 10).
  private func migratedRows() throws(StorageError) -> (rows: [ChatRow], problems: [Problem]) {
    let (rows, problems) = try supervisor.catalog.graph.chatRows()
    guard rows.contains(where: { $0.isLegacy && !$0.isRetired }) else { return (rows, problems) }
    try supervisor.migrateLegacyChats()
    return try supervisor.catalog.graph.chatRows()
  }

  /// The new spelling wins where both are there.
  private func latest(_ rows: [ChatRow]) -> [ChatID: ChatRow] {
    var chosen: [ChatID: ChatRow] = [:]
    for row in rows {
      let id = ChatID(row.number)
      if row.isLegacy, let other = chosen[id], !other.isLegacy { continue }
      chosen[id] = row
    }
    return chosen
  }

  private func described(_ row: ChatRow) -> SupervisedChat.Row {
    SupervisedChat.Row(
      title: row.title, name: row.name,
      needs: needs.shared(HandlerNeeds(row, supervisor.configuration)),
      isClosed: row.isRetired, isArchived: row.isArchived)
  }

  private func update(_ id: ChatID, _ row: ChatRow, _ boot: BootRecords) {
    let new = described(row)
    guard let chat = supervisor.chats[id] else { return supervisor.add(id, new, boot) }
    let old = chat.row
    chat.row = new
    guard let old else {
      // It was gone, and is there again.
      supervisor.driver.report(new.isClosed ? .taskClosed : .taskReopened, of: chat.child)
      return
    }
    if settingsAreNew && !new.needs.isLaunched(like: old.needs) { replaceHandler(of: chat) }
    if new.isClosed && !old.isClosed { supervisor.driver.report(.taskClosed, of: chat.child) }
    if !new.isClosed && old.isClosed { supervisor.driver.report(.taskReopened, of: chat.child) }
  }

  private func replaceHandler(of chat: SupervisedChat) {
    guard supervisor.driver.pid(of: chat.child) != nil else { return }
    replaced.append(chat.id)
    supervisor.driver.report(.restartRequested, of: chat.child)
  }

  /// The chats whose handlers were replaced since this was last asked.
  func takeReplaced() -> [ChatID] {
    defer { replaced = [] }
    return replaced.sorted()
  }

  private func reportMissing(_ rows: [ChatID: ChatRow], isComplete: Bool) {
    let gone = supervisor.chats.unordered.filter {
      rows[$0.id] == nil && $0.row != nil && $0.burial == nil
    }.map(\.id)
    guard isComplete, !gone.isEmpty else {
      missing = []
      confirmAt = nil
      return
    }
    for id in gone where missing.contains(id) {
      guard let chat = supervisor.chats[id] else { continue }
      chat.row = nil
      supervisor.driver.report(.taskVanished, of: chat.child)
    }
    let unconfirmed = Set(gone).subtracting(missing)
    missing = unconfirmed
    confirmAt = unconfirmed.isEmpty ? nil : Clock.monotonic + Self.confirmation
  }

  /// When a file is to be looked at again; nil for not before it changes.
  var dueAt: Int64? {
    [confirmAt, graphRetry.dueAt, sessionRetry.dueAt].compactMap { $0 }.min()
  }

  /// Looks again where a chat was missing, or a file could not be read.
  func lookAgain() {
    let now = Clock.monotonic
    let mustConfirm = confirmAt.map { $0 <= now } ?? false
    if graphRetry.takeDue(at: now) || mustConfirm { readGraph() }
    if sessionRetry.takeDue(at: now) { readSessions() }
  }

  /// Reads which session belongs to which chat, and watches inboxes that came to be.
  func readSessions() {
    do throws(StorageError) {
      let sessions = try supervisor.sessions.sessions()
      for chat in supervisor.chats.unordered {
        guard let session = sessions[chat.id], chat.session != session else { continue }
        supervisor.unwatch(chat)
        chat.closeConversation()
        chat.session = session
        if chat.burial == nil {
          supervisor.watch(chat)
          supervisor.driver.report(.inboxTouched, of: chat.child)
        }
      }
      sessionRetry.succeeded()
    } catch {
      sessionRetry.failed(at: Clock.monotonic)
      report("\(error)")
    }
  }

  /// A problem is worth one line, not one for each look.
  private func report(_ problem: String) {
    guard reported.insert(problem).inserted else { return }
    supervisor.log.error(.storageProblem, problem)
    if reported.count > 1_000 { reported = [] }
  }
}

extension HandlerNeeds {
  convenience init(_ row: ChatRow, _ configuration: Configuration) {
    let use = ModelUse(row, configuration)
    self.init(
      HandlerSpecification(row, configuration), model: use.model, endpoint: use.endpoint,
      directory: row.workingDirectory)
  }
}
