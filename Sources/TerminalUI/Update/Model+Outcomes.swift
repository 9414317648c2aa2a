internal import ControlProtocol
internal import JSONLines
internal import Terminal

extension Model {
  mutating func take(_ outcome: CommandOutcome) -> [Effect] {
    switch outcome.command.purpose {
    case .list: return take(list: outcome)
    case .explain(let chat):
      why.isAsking = false
      guard chat == shelf.selected else { break }
      let said = outcome.succeeded ? outcome.output : outcome.sentence
      why.lines = said.split(separator: "\n").map(String.init)
    case .send(let chat, let text): take(sent: outcome, chat, text)
    case .purge:
      if case .dialog(let dialog) = screen, case .purging = dialog.kind { screen = .chats }
      tell(outcome)
    case .change: tell(outcome)
    }
    // What was changed on the files alone is told by nobody.
    return link == .down && outcome.command.changesChats ? relist() : []
  }

  private mutating func tell(_ outcome: CommandOutcome) {
    notice = Notice(text: outcome.sentence, isFailure: !outcome.succeeded)
  }

  private mutating func take(list outcome: CommandOutcome) -> [Effect] {
    isListing = false
    if outcome.succeeded, link == .down, let chats = Self.chats(in: outcome.output) {
      shelf.replaceAll(with: chats)
    } else if !outcome.succeeded {
      tell(outcome)
    }
    guard listsAgain, link == .down else { return [] }
    return relist()
  }

  private mutating func relist() -> [Effect] {
    listsAgain = isListing
    guard !isListing else { return [] }
    isListing = true
    return [.run(.list)]
  }

  private static func chats(in output: String) -> [ChatStatus]? {
    guard let answer = try? JSONObject.parse(output.utf8) else { return nil }
    return try? ChatList(payload: answer).chats
  }

  /// A message that could not be put into the inbox is given back.
  private mutating func take(sent outcome: CommandOutcome, _ chat: UInt32, _ text: String) {
    if transcript?.place.chat == chat { transcript?.removeSending(text) }
    if outcome.succeeded {
      // Said only where nobody will answer soon.
      if !outcome.errors.isEmpty { tell(outcome) }
      return
    }
    tell(outcome)
    var draft = drafts[chat] ?? TextEditor()
    if draft.isEmpty { draft.replaceAll(with: text) }
    drafts[chat] = draft
  }
}

extension Command {
  fileprivate var changesChats: Bool {
    switch purpose {
    case .list, .explain: false
    case .send, .purge, .change: true
    }
  }
}
