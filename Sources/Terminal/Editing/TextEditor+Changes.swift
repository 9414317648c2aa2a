extension TextEditor {
  /// Characters that the text may have; more are not taken.
  static let limit = 1 << 20

  /// Puts text at the cursor.
  mutating func insert(_ new: [Character], isTyping: Bool = false) {
    let room = max(0, Self.limit - characters.count)
    replace(cursor..<cursor, with: Array(new.prefix(room)), isTyping: isTyping)
  }

  /// The one way in which the text changes; leaves the cursor behind what is new.
  ///
  /// What makes one character with its new neighbour becomes one.
  ///
  /// - Parameter isTyping: goes on with the last change, and is undone with it.
  mutating func replace(_ range: Range<Int>, with new: [Character], isTyping: Bool = false) {
    let start = max(0, range.lowerBound - 1)
    let end = min(characters.count, range.upperBound + 1)
    let before = String(characters[start..<range.lowerBound] + new)
    let edit = Edit(
      place: start, removed: Array(characters[start..<end]),
      inserted: Array(before + String(characters[range.upperBound..<end])), cursor: cursor)
    if edit.removed != edit.inserted { undone.add(edit, joinsLast: isTyping) }
    characters.replaceSubrange(start..<end, with: edit.inserted)
    cursor = min(characters.count, start + before.count)
  }

  mutating func undo() -> Action {
    for edit in undone.takeLast().reversed() {
      let end = edit.place + edit.inserted.count
      characters.replaceSubrange(edit.place..<end, with: edit.removed)
      cursor = edit.cursor
    }
    return .other
  }
}

/// One change of the text, so that it can be taken back.
struct Edit: Hashable, Sendable {
  let place: Int
  let removed: [Character]
  let inserted: [Character]
  /// Where the cursor was before.
  let cursor: Int
}

/// The changes that can be taken back.
struct UndoHistory: Sendable {
  private static let limit = 1000

  /// Each entry is taken back at once.
  private var steps: [[Edit]] = []

  mutating func add(_ edit: Edit, joinsLast: Bool) {
    if joinsLast, !steps.isEmpty {
      steps[steps.count - 1].append(edit)
    } else {
      steps.append([edit])
      if steps.count > Self.limit { steps.removeFirst() }
    }
  }

  /// Empty when there is nothing to take back.
  mutating func takeLast() -> [Edit] { steps.popLast() ?? [] }
}
