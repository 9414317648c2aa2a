internal import ChatStorage

extension Configuration {
  /// What counts now and did not before, one line for each setting or table.
  public func changes(since old: Configuration) -> [String] {
    let settings = zip(old.effective(), effective()).filter { $0.text != $1.text }.map { $1.line }
    let chats = Set(chatsWithTables).union(old.chatsWithTables).sorted()
    return settings + chats.flatMap { changes(since: old, of: $0) }
      + changedNames(old, \.handlerNames) { handler(named: $0) != old.handler(named: $0) }.map {
        "[handlers.\($0)]"
      }
      + changedNames(old, \.modelNames) { model(named: $0) != old.model(named: $0) }.map {
        "[models.\($0)]"
      }
  }

  /// What is so for the chat and not for all.
  private func changes(since old: Configuration, of chat: ChatID) -> [String] {
    let general = Set(
      zip(old.effective(), effective()).filter { $0.text != $1.text }.map { $1.key })
    return zip(old.effective(for: chat), effective(for: chat)).filter { before, now in
      now.table == .chat(chat) && before.text != now.text
        && !(general.contains(now.key) && now.origin?.table != .chat(chat))
    }.map { $1.line }
  }

  private func changedNames(
    _ old: Configuration, _ names: KeyPath<Configuration, [String]>, _ hasChanged: (String) -> Bool
  ) -> [String] {
    Set(self[keyPath: names]).union(old[keyPath: names]).sorted().filter(hasChanged)
  }
}

extension EffectiveSetting {
  /// `[chats] idle_timeout = "5min"`.
  public var line: String { "[\(table.title)] \(key) = \(text ?? "(nothing)")" }
}
