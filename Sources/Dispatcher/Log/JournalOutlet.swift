internal import LinuxSystem
internal import Systemd

/// Entries on their way to the journal: the loop never waits for it.
///
/// What the journal has no room for is kept, within a bound, and sent when there is room. What does not
/// fit any more is counted, and an entry says so as soon as the journal reads again.
final class JournalOutlet {
  private struct Item {
    let entry: JournalEntry
    let line: String

    /// About what it takes in memory, in bytes.
    var size: Int {
      entry.fields.reduce(line.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count + 64 }
    }
  }

  private let journal: Journal
  private let limit: Int
  private var waiting: [Item] = []
  private var waitingSize = 0
  /// Since the journal was last told.
  private var lost: UInt64 = 0
  private var loop: EventLoop?
  private var registration: EventLoop.Registration?
  /// Makes the entry that tells how many are lost.
  private let lossEntry: (UInt64) -> JournalEntry
  /// Gets the line of each entry that is lost.
  var onLoss: (String) -> Void = { _ in }

  /// `limit` is in bytes; a thousand chats that all say something at once fit in the usual one.
  init(
    _ journal: Journal, limit: Int = 1 << 20, lossEntry: @escaping (UInt64) -> JournalEntry
  ) {
    self.journal = journal
    self.limit = limit
    self.lossEntry = lossEntry
  }

  /// Lets the loop say when there is room.
  func attach(to loop: EventLoop) {
    self.loop = loop
    if !waiting.isEmpty { watch() }
  }

  /// Whether the journal does not keep up.
  var isStuck: Bool { !waiting.isEmpty }

  /// Sends the entry, or keeps it until there is room.
  func send(_ entry: JournalEntry, line: String) {
    let item = Item(entry: entry, line: line)
    guard waiting.isEmpty else { return keep(item) }
    tellLoss()
    switch journal.send(entry) {
    case .sent: break
    case .full: keep(item)
    case .absent: lose(item)
    }
  }

  /// Sends what waits, as far as there is room.
  func flush() {
    var rest = waiting[...]
    sending: while let item = rest.first {
      switch journal.send(item.entry) {
      case .sent: rest.removeFirst()
      case .full: break sending
      case .absent:
        rest.forEach(lose)
        rest = []
      }
    }
    waiting = Array(rest)
    waitingSize = waiting.reduce(0) { $0 + $1.size }
    guard waiting.isEmpty else { return }
    unwatch()
    tellLoss()
  }

  /// The end: what the journal does not take now is lost to it.
  func close() {
    flush()
    waiting.forEach(lose)
    waiting = []
    unwatch()
  }

  private func tellLoss() {
    if lost > 0, journal.send(lossEntry(lost)) == .sent { lost = 0 }
  }

  private func lose(_ item: Item) {
    lost += 1
    onLoss(item.line)
  }

  private func keep(_ item: Item) {
    guard waitingSize + item.size <= limit else { return lose(item) }
    waiting.append(item)
    waitingSize += item.size
    watch()
  }

  private func watch() {
    guard registration == nil, let loop else { return }
    registration = try? loop.add(journal.descriptor, for: .writable) { [weak self] _ in
      self?.flush()
    }
  }

  private func unwatch() {
    if let registration { loop?.remove(registration) }
    registration = nil
  }
}
