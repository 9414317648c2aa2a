/// What an event came to in an editor.
public enum EditorOutcome: Hashable, Sendable {
  /// It means nothing to an editor.
  case ignored
  /// The text or the cursor may look different.
  case edited
  /// The person is done with this text; the editor is empty again.
  case submitted(String)
  /// Control-C: what that stops is for the program to know.
  case interrupted
  /// Control-D without any text.
  case ended
}

/// Text of several lines that a person types, as a value.
///
/// Keys are those of readline, as far as they make sense in more than one line.
public struct TextEditor: Sendable {
  /// Columns that it is shown in: up and down go by rows of the screen.
  public var width = 80

  /// One character of the screen each, so that every step of the cursor is one step.
  var characters: [Character] = []
  /// Before which character; equal to their number at the end.
  public internal(set) var cursor = 0

  var killed: [Character] = []
  var lastAction = Action.other
  var undone = UndoHistory()
  var history = EditorHistory()
  var search: HistorySearch?
  /// The column that a row of up and down keeps, across shorter lines.
  var wantedColumn: Int?

  /// What was done last, as far as the next step depends on it.
  enum Action: Hashable {
    case typing, killing, vertical, other
  }

  public init() {}

  public var text: String { String(characters) }
  public var isEmpty: Bool { characters.isEmpty }

  /// Replaces all of the text, and goes to its end.
  public mutating func replaceAll(with text: String) {
    replace(0..<characters.count, with: Array(text))
    lastAction = .other
  }

  /// What was sent before, oldest first; at most `EditorHistory.limit` are kept.
  public mutating func setHistory(_ entries: [String]) { history = EditorHistory(entries) }

  /// While the person searches the history: what they look for.
  public var searchedText: String? { search?.query }

  /// Takes one event.
  public mutating func handle(_ event: InputEvent) -> EditorOutcome {
    switch event {
    case .text(let character):
      return search == nil ? type(character) : continueSearch(adding: character)
    case .paste(let text):
      endSearch()
      insert(Array(text))
      lastAction = .other
      return .edited
    case .key(let key, let modifiers): return handle(key, modifiers)
    case .mouse, .focus: return .ignored
    }
  }

  private mutating func handle(_ key: Key, _ modifiers: Modifiers) -> EditorOutcome {
    if search != nil, let outcome = handleInSearch(key, modifiers) { return outcome }
    if let outcome = handleEnding(key, modifiers) {
      lastAction = .other
      return outcome
    }
    guard let action = perform(key, modifiers) else { return .ignored }
    if action != .vertical { wantedColumn = nil }
    lastAction = action
    return .edited
  }

  /// The keys that have to do with the whole text.
  private mutating func handleEnding(_ key: Key, _ modifiers: Modifiers) -> EditorOutcome? {
    switch (key, modifiers) {
    case (.enter, []): submit()
    case (.character("c"), .control): .interrupted
    case (.character("d"), .control) where characters.isEmpty: .ended
    case _: nil
    }
  }

  private mutating func submit() -> EditorOutcome {
    let text = text
    history.add(text)
    characters = []
    cursor = 0
    undone = UndoHistory()
    return .submitted(text)
  }

  private mutating func type(_ character: Character) -> EditorOutcome {
    insert([character], isTyping: lastAction == .typing && !character.isWhitespace)
    wantedColumn = nil
    lastAction = .typing
    return .edited
  }
}
