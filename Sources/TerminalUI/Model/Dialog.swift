internal import Terminal

/// A question over the screen: fields to fill in, and buttons.
struct Dialog: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    case newChat
    case rename(UInt32)
    case retire(UInt32)
    case purge(Set<UInt32>)
    /// Goes on whether it is looked at or not.
    case purging(Set<UInt32>)
  }

  let kind: Kind
  /// What it is about, on one line.
  let subject: String
  var fields: [Field]
  /// Counts the fields, then the buttons.
  var focus: Int

  init(_ kind: Kind, subject: String, fields: [Field] = []) {
    self.kind = kind
    self.subject = subject
    self.fields = fields
    focus = 0
    // What cannot be taken back with one key wants a second one.
    if case .purge = kind { focus = fields.count + 1 }
  }

  var title: String {
    switch kind {
    case .newChat: "New chat"
    case .rename: "Rename"
    case .retire: "Retire"
    case .purge: "Purge all chats"
    case .purging: "Purging"
    }
  }

  /// What it says above the fields and buttons.
  var explanation: [String] {
    switch kind {
    case .newChat: ["What is left empty is as the project says."]
    case .rename: []
    case .retire:
      [
        "Archive ends the handler for good and keeps the history.",
        "Stop ends it until the chat is started again.",
        "Delete archives and marks the task abandoned.",
      ]
    case .purge:
      [
        "Every chat is archived and its handler is ended.",
        "Tasks and history stay; each chat can be restored.",
      ]
    case .purging: []
    }
  }

  var buttons: [Button] {
    switch kind {
    case .newChat: [.create, .cancel]
    case .rename: [.rename, .cancel]
    case .retire: [.archive, .stop, .delete, .cancel]
    case .purge: [.purge, .cancel]
    case .purging: [.close]
    }
  }

  enum Button: String, Sendable {
    case create = "Create"
    case rename = "Rename"
    case archive = "Archive"
    case stop = "Stop"
    case delete = "Delete"
    case purge = "Purge"
    case cancel = "Cancel"
    case close = "Close"
  }

  /// The field that one types into; nil when a button is marked.
  var field: Int? { fields.indices.contains(focus) ? focus : nil }

  /// What Enter does: in a field, what the first button does.
  var button: Button { buttons[max(0, min(focus - fields.count, buttons.count - 1))] }

  mutating func move(by step: Int) {
    let count = fields.count + buttons.count
    focus = (focus + step + count) % count
  }
}

/// One line that a person fills in.
struct Field: Sendable {
  let label: String
  private(set) var editor = TextEditor()

  init(_ label: String, _ text: String = "") {
    self.label = label
    editor.width = .max
    editor.replaceAll(with: text)
  }

  var text: String { editor.text }

  /// Whether the event was text or moved the cursor.
  @discardableResult
  mutating func handle(_ event: InputEvent) -> Bool {
    if case .paste(let text) = event {
      let line = text.map { $0.isNewline ? " " : $0 }
      return editor.handle(.paste(String(line))) == .edited
    }
    // A second line would not be seen.
    if case .key(.enter, _) = event { return false }
    if event == .control("j") { return false }
    return editor.handle(event) == .edited
  }

  mutating func clear() { editor.replaceAll(with: "") }
}

extension Field: Equatable {
  static func == (one: Field, other: Field) -> Bool {
    one.label == other.label && one.text == other.text && one.editor.cursor == other.editor.cursor
  }
}
