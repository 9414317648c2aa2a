/// What was sent before, and where in it the person is.
struct EditorHistory: Sendable {
  static let limit = 500

  private(set) var entries: [String]
  /// Nil when the person is at their own draft.
  private var place: Int?
  private var draft = ""

  init(_ entries: [String] = []) { self.entries = Array(entries.suffix(Self.limit)) }

  /// Not twice in a row, and nothing empty.
  mutating func add(_ text: String) {
    place = nil
    guard text.contains(where: { !$0.isWhitespace }), entries.last != text else { return }
    entries.append(text)
    if entries.count > Self.limit { entries.removeFirst() }
  }

  /// The entry before; nil at the oldest one.
  mutating func back(from text: String) -> String? {
    let next = (place ?? entries.count) - 1
    guard next >= 0 else { return nil }
    if place == nil { draft = text }
    place = next
    return entries[next]
  }

  /// The entry after, and after the last one the draft; nil when the person is there.
  mutating func forward(from text: String) -> String? {
    guard let now = place else { return nil }
    place = now + 1 < entries.count ? now + 1 : nil
    return place.map { entries[$0] } ?? draft
  }

  /// The newest entry before `end` that contains the text.
  func match(_ text: String, before end: Int) -> Int? {
    guard !text.isEmpty else { return nil }
    return entries[..<min(max(0, end), entries.count)].lastIndex { $0.contains(text) }
  }
}

/// A search of the history while it goes on.
struct HistorySearch: Sendable {
  var query = ""
  /// The entry that is shown.
  var place: Int?
  /// The text that was there before.
  let draft: String
}

extension TextEditor {
  mutating func beginSearch() -> Action {
    search = HistorySearch(draft: text)
    return .other
  }

  mutating func continueSearch(adding character: Character) -> EditorOutcome {
    search?.query.append(character)
    // What is shown may match the longer text too.
    find(before: search?.place.map { $0 + 1 } ?? history.entries.count)
    return .edited
  }

  mutating func endSearch() { search = nil }

  /// Nil when the key ends the search and means something of its own.
  mutating func handleInSearch(_ key: Key, _ modifiers: Modifiers) -> EditorOutcome? {
    switch (key, modifiers) {
    case (.character("r"), .control): find(before: search?.place ?? history.entries.count)
    case (.backspace, []):
      _ = search?.query.popLast()
      find(before: history.entries.count)
    case (.character("c"), .control), (.character("g"), .control), (.escape, []):
      recall(search?.draft ?? "")
      endSearch()
    case _:
      endSearch()
      return nil
    }
    return .edited
  }

  private mutating func find(before end: Int) {
    guard let query = search?.query, let place = history.match(query, before: end) else { return }
    search?.place = place
    recall(history.entries[place])
  }
}
