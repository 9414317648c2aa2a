internal import Terminal

extension Model {
  mutating func take(_ input: InputEvent) -> [Effect] {
    switch input {
    case .mouse(let event): return take(event)
    case .focus: return []
    case .key, .text, .paste:
      notice = nil
      if let action = action(of: input) { return perform(action) }
      type(input)
      return []
    }
  }

  private func action(of input: InputEvent) -> Action? {
    if case .dialog(let dialog) = screen, dialog.field != nil, input.movesCursor { return nil }
    if let action = KeyTable.action(of: input, in: screen.context) { return action }
    guard let action = KeyTable.action(of: input, in: .everywhere) else { return nil }
    let isAlways = [.redraw, .suspend, .quit].contains(action)
    return isAlways || !screen.isModal || (isHelp && action.scrolls) ? action : nil
  }

  private var isHelp: Bool {
    if case .help = screen { true } else { false }
  }

  /// What is no action is text, wherever text can be.
  private mutating func type(_ input: InputEvent) {
    switch screen {
    case .chats, .help: break
    case .conversation: write(input)
    case .filter:
      var field = Field("Filter", shelf.filter)
      if field.handle(input) { shelf.setFilter(field.text) }
    case .search:
      guard search.field.handle(input) else { return }
      search.match = nil
      find(older: true)
    case .dialog(var dialog):
      if let index = dialog.field {
        dialog.fields[index].handle(input)
      } else if case .text(let letter) = input {
        dialog.mark(letter)
      }
      screen = .dialog(dialog)
    }
  }

  private mutating func write(_ input: InputEvent) {
    var editor = draft
    editor.width = layout.inputText.size.columns
    switch editor.handle(input) {
    case .ended: screen = .chats
    case .ignored, .edited, .submitted, .interrupted: break
    }
    draft = editor
  }
}

extension Dialog {
  /// Goes to the button that begins with a letter.
  mutating func mark(_ letter: Character) {
    let index = buttons.firstIndex { $0.rawValue.first?.lowercased() == letter.lowercased() }
    if let index { focus = fields.count + index }
  }
}

extension Action {
  fileprivate var scrolls: Bool {
    [.scrollUp, .scrollDown, .scrollToTop, .scrollToEnd].contains(self)
  }
}

extension InputEvent {
  fileprivate var movesCursor: Bool { self == .plain(.left) || self == .plain(.right) }
}
