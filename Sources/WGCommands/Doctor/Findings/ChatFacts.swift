/// The chats, and what was left undone about them.
struct ChatFacts {
  /// A process that holds the session of a chat.
  struct Holder: Equatable {
    let chat: String
    let pid: Int32
    var isArchived = false
  }

  /// Why the chats cannot be listed; nil when they can.
  var failure: String?
  var parked: [String] = []
  /// Chats with messages that were set aside.
  var deadLetters: [String] = []
  /// Tombstones whose purge did not come to its end.
  var unfinished: [String] = []
  /// Tombstones that cannot be read; they count.
  var unreadableTombstones: [String] = []
  /// Records of chats that cannot be read.
  var unreadableRecords: [String] = []
  /// Chats of which only a state file of an older program is left.
  var stale: [String] = []
  var holders: [Holder] = []
  /// Chats whose lock file names a process that is gone.
  var deadLocks: [String] = []
}

extension ChatFacts {
  func findings(_ dispatcher: DispatcherFacts) -> [Finding] {
    if let failure {
      return [
        .problem(
          .chats, failure, meaning: "what the chats are in cannot be told",
          advice: "see the findings about permissions and the graph")
      ]
    }
    let runs = dispatcher.isRunning
    return [
      parkedFinding, letters, tombstoneFinding, records, unfinishedFinding(runs),
      staleFinding(runs), survivors(runs), orphans(runs), dead(runs),
    ].compactMap(\.self)
  }

  private var parkedFinding: Finding? {
    guard !parked.isEmpty else { return nil }
    return .note(
      .chats, "parked after too many failures: \(Listing.of(parked))",
      meaning: "nothing is started for them until somebody writes or attaches, and then rarely",
      advice: "wg chat show CHAT tells the last end; wg chat reset CHAT starts afresh")
  }

  private var letters: Finding? {
    guard !deadLetters.isEmpty else { return nil }
    return .note(
      .chats, "messages were set aside in \(Listing.of(deadLetters))",
      meaning: "handlers failed over them three times in a row; they are in dead-letters.jsonl",
      advice: "send again what should be tried again, and remove the file")
  }

  private var tombstoneFinding: Finding? {
    guard !unreadableTombstones.isEmpty else { return nil }
    return .warning(
      .tombstones, "tombstones that cannot be read: \(Listing.of(unreadableTombstones))",
      meaning: "they count: the chats stay archived, but since when and why is lost",
      advice: "wg chat restore CHAT, then wg chat archive CHAT, writes a new one")
  }

  private var records: Finding? {
    guard !unreadableRecords.isEmpty else { return nil }
    return .warning(
      .chats, "records that cannot be read: \(Listing.of(unreadableRecords))",
      meaning: "a chat that was stopped with `wg chat stop` counts as not stopped; "
        + "its crash history is lost",
      advice: "look at the files in service/chats; the next change sets them aside")
  }

  private func unfinishedFinding(_ runs: Bool) -> Finding? {
    guard !unfinished.isEmpty else { return nil }
    let text = "half-done purges: \(Listing.of(unfinished))"
    if runs {
      return .note(
        .tombstones, text,
        meaning: "the tombstone stands, and the dispatcher is doing the rest or could not",
        advice: "if this stays, see `wg service logs`")
    }
    return .warning(
      .tombstones, text,
      meaning:
        "nothing starts these chats, but their rows are not closed or a process was not ended",
      advice: "wg service start, or wg service purge-chats: both finish it")
  }

  private func staleFinding(_ runs: Bool) -> Finding? {
    guard !stale.isEmpty else { return nil }
    return .note(
      .stale, "state files of chats that have no task: \(Listing.of(stale))",
      meaning: "left by an older program; the dispatcher archives them when it starts",
      advice: runs ? "wg service restart" : nil)
  }

  /// A running dispatcher may be ending them at this moment: their grace is ten seconds.
  private func survivors(_ runs: Bool) -> Finding? {
    let alive = holders.filter(\.isArchived).map { "\($0.chat) (pid \($0.pid))" }
    guard !alive.isEmpty else { return nil }
    let text = "archived, with a handler that lives: \(Listing.of(alive))"
    if runs {
      return .warning(
        .handlers, text, meaning: "the dispatcher is ending it, or it cannot be killed",
        advice: "look again in ten seconds; then see `wg service logs`")
    }
    return .problem(
      .handlers, text, meaning: "a purge did not end it, or another program started it since",
      advice: "wg service purge-chats, or wg service start: both end it")
  }

  private func orphans(_ runs: Bool) -> Finding? {
    let alive = holders.filter { !$0.isArchived }.map { "\($0.chat) (pid \($0.pid))" }
    guard !runs, !alive.isEmpty else { return nil }
    return .note(
      .handlers, "handlers run without a dispatcher: \(Listing.of(alive))",
      meaning: "their dispatcher is gone; nothing stops them when nobody needs them",
      advice: "wg service start takes them over")
  }

  private func dead(_ runs: Bool) -> Finding? {
    guard !deadLocks.isEmpty else { return nil }
    return .note(
      .handlers, "session locks of processes that are gone: \(Listing.of(deadLocks))",
      meaning: runs
        ? "each is removed when its chat is served next" : "the next dispatcher removes them")
  }
}
