internal import ControlProtocol

/// The chats, which of them are listed, and which one is chosen.
struct ChatShelf: Sendable {
  /// By number; archived ones too.
  private(set) var all: [ChatStatus] = []
  /// Answers that nobody has seen.
  private(set) var unread: [UInt32: UInt64] = [:]
  private(set) var filter = ""
  private(set) var showsArchive = false
  /// What is listed, in its order.
  private(set) var rows: [ChatStatus] = []
  private(set) var selected: UInt32?
  /// What is chosen keeps the rank that it had then: reading a chat does not move it away.
  private var heldRank: Int?

  var selection: ChatStatus? { selected.flatMap { chosen in rows.first { $0.chatID == chosen } } }

  /// Where the chosen chat stands in the list.
  var place: Int? { selected.flatMap { chosen in rows.firstIndex { $0.chatID == chosen } } }

  mutating func replaceAll(with chats: [ChatStatus]) {
    all = chats
    arrange()
  }

  mutating func setUnread(_ counts: [UInt32: UInt64]) {
    unread = counts
    arrange()
  }

  mutating func markRead(_ chat: UInt32) { unread[chat] = nil }

  mutating func setFilter(_ text: String) {
    filter = text
    arrange()
  }

  mutating func toggleArchive() {
    showsArchive.toggle()
    arrange()
  }

  mutating func select(_ chat: UInt32) {
    guard chat != selected, let row = rows.first(where: { $0.chatID == chat }) else { return }
    heldRank = rank(row)
    selected = chat
  }

  mutating func select(row: Int) {
    guard !rows.isEmpty else { return }
    select(rows[min(max(0, row), rows.count - 1)].chatID)
  }

  mutating func move(by step: Int) { select(row: (place ?? 0) + step) }

  /// Keeps what is chosen, or, where that is gone, what stands in its place.
  private mutating func arrange() {
    let before = place ?? 0
    rows = all.filter { ($0.state == .archived) == showsArchive && fits($0) }
      .sorted { (rank($0), $0.chatID) < (rank($1), $1.chatID) }
    if place == nil {
      selected = nil
      select(row: before)
    }
  }

  private func fits(_ chat: ChatStatus) -> Bool {
    filter.isEmpty
      || [chat.title, chat.taskID, chat.handler].contains {
        $0.lowercased().contains(filter.lowercased())
      }
  }

  /// What wants to be read first, then what fails, then the rest.
  ///
  /// Not by whether a handler runs: to look at a chat starts one, and would move it.
  private func rank(_ chat: ChatStatus) -> Int {
    if chat.chatID == selected, let heldRank { return heldRank }
    if unread[chat.chatID, default: 0] > 0 { return 0 }
    switch chat.state {
    case .backoff, .parked: return 1
    case .resting, .starting, .running, .stopping, .down, .archived: return 2
    }
  }
}
