internal import ControlProtocol
internal import Terminal

extension Model {
  /// Opens the dialog that an action needs; nothing where it is about no chat.
  mutating func open(_ action: Action) {
    let chat = shelf.selection
    switch (action, chat) {
    case (.newChat, _):
      let fields = [Field("Name"), Field("Handler"), Field("Model")]
      screen = .dialog(Dialog(.newChat, subject: "", fields: fields))
    case (.rename, let chat?):
      let field = Field("Name", chat.name ?? "")
      screen = .dialog(Dialog(.rename(chat.chatID), subject: chat.label, fields: [field]))
    case (.retire, let chat?):
      screen = .dialog(Dialog(.retire(chat.chatID), subject: chat.label))
    case (.purge, _):
      let doomed = Set(shelf.all.filter { $0.state != .archived }.map(\.chatID))
      let subject = doomed.count == 1 ? "1 chat" : "\(doomed.count) chats"
      screen = .dialog(Dialog(.purge(doomed), subject: subject))
    case _: break
    }
  }

  /// Enter, where something is filled in or asked.
  mutating func accept() -> [Effect] {
    switch screen {
    case .filter, .chats, .conversation, .search, .help:
      screen = .chats
      return []
    case .dialog(let dialog): return press(dialog.button, of: dialog)
    }
  }

  /// Does what a button says.
  mutating func press(_ button: Dialog.Button, of dialog: Dialog) -> [Effect] {
    screen = .chats
    switch (dialog.kind, button) {
    case (_, .cancel), (_, .close): return []
    case (.newChat, _):
      let texts = dialog.fields.map(\.text)
      return [.run(.create(name: texts[0], handler: texts[1], model: texts[2]))]
    case (.rename(let chat), _): return [.run(.rename(chat, to: dialog.fields[0].text))]
    case (.retire(let chat), .stop): return [.run(.change("stop", chat))]
    case (.retire(let chat), .delete): return [.run(.delete(chat))]
    case (.retire(let chat), _): return [.run(.change("archive", chat))]
    case (.purge(let doomed), _):
      screen = .dialog(Dialog(.purging(doomed), subject: dialog.subject))
      return [.run(.purge)]
    case (.purging, _): return []
    }
  }
}

extension ChatStatus {
  /// How a chat is called on the screen.
  var label: String { name ?? "chat \(chatID)" }
}
