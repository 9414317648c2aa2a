internal import ChatStorage
internal import TOMLDocuments

extension SettingsLayer {
  /// Takes what a document says.
  mutating func take(_ document: TOMLNode) {
    for entry in document.table ?? [] { takeTable(entry) }
    // As they stand in the file.
    problems.sort { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
  }

  private mutating func takeTable(_ entry: TOMLEntry) {
    guard let entries = table(entry) else { return }
    switch entry.key {
    case "dispatcher", "coordinator": take(entries, of: .dispatcher)
    case "supervision": take(entries, of: .supervision)
    case "logging": take(entries, of: .logging)
    case "tui": take(entries, of: .tui)
    case "chats": takeChats(entries)
    case "handlers": takeNamed(entries, "handlers") { .handler($0) }
    case "models": takeNamed(entries, "models") { .model($0) }
    case _ where ForeignSettings.tables.contains(entry.key):
      note(.foreign, at: entry.keyPlace, "[\(entry.key)] has no meaning here")
    case _:
      let known = ["dispatcher", "supervision", "logging", "tui", "chats", "handlers", "models"]
      note(
        .remark, at: entry.keyPlace,
        "[\(entry.key)] is not known here" + NearMiss.hint(entry.key, among: known))
    }
  }

  /// What is in a table; a value where there should be one is a mistake only of names of ours.
  private mutating func table(_ entry: TOMLEntry) -> [TOMLEntry]? {
    if let entries = entry.node.table { return entries }
    note(
      .remark, at: entry.keyPlace, "`\(entry.key)` is outside of every table, and not known here")
    return nil
  }

  private mutating func takeChats(_ entries: [TOMLEntry]) {
    var general: [TOMLEntry] = []
    for entry in entries {
      let isSetting = SettingsTable.chats.settings.contains { $0.isSpelled(entry.key) }
      guard let own = entry.node.table, !isSetting else {
        general.append(entry)
        continue
      }
      guard let chat = ChatID(alias: entry.key) else {
        note(
          .mistake, at: entry.keyPlace,
          "[chats.\(entry.key)] names no chat; write its number, such as [chats.6], or [chats]"
            + " for all")
        continue
      }
      take(own, of: .chat(chat))
    }
    take(general, of: .chats)
  }

  private mutating func takeNamed(
    _ entries: [TOMLEntry], _ title: String, _ table: (String) -> SettingsTable
  ) {
    for entry in entries {
      guard let own = entry.node.table else {
        note(.mistake, at: entry.keyPlace, "a table is meant: [\(title).\(entry.key)]")
        continue
      }
      if let objection = TableName.objection(to: entry.key) {
        note(.mistake, at: entry.keyPlace, objection)
        continue
      }
      switch table(entry.key) {
      case .handler(let name): takeHandler(name, own, at: entry.keyPlace)
      case let other:
        // Also one that says nothing stands for its name.
        tables[other] = [:]
        take(own, of: other)
      }
    }
  }

  /// Takes the settings of a table whose keys do not depend on what it says.
  mutating func take(_ entries: [TOMLEntry], of table: SettingsTable) {
    let settings = table.settings
    for entry in entries {
      guard let setting = settings.first(where: { $0.isSpelled(entry.key) }) else {
        remark(on: entry, in: table, known: settings.map(\.key))
        continue
      }
      take(entry, as: setting, in: table)
    }
  }

  mutating func take(_ entry: TOMLEntry, as setting: Setting, in table: SettingsTable) {
    do throws(ValueError) {
      let value = try setting.type.read(entry.node)
      // Today's spelling wins where both are there.
      if entry.key != setting.key, tables[table]?[setting.key] != nil { return }
      tables[table, default: [:]][setting.key] = Assigned(
        value: value, line: entry.keyPlace.line)
    } catch {
      note(.mistake, at: error.place, "\(entry.key): \(error.reason)")
    }
  }

  /// A secret is never passed over as unknown.
  mutating func remark(on entry: TOMLEntry, in table: SettingsTable, known: [String]) {
    if Secrets.isNamed(entry.key) {
      return note(.mistake, at: entry.keyPlace, Secrets.advice(entry.key))
    }
    if table == .dispatcher, ForeignSettings.dispatcherKeys.contains(entry.key) {
      return note(.foreign, at: entry.keyPlace, "`\(entry.key)` has no meaning here")
    }
    note(
      .remark, at: entry.keyPlace,
      "`\(entry.key)` is not known in [\(table.title)]" + NearMiss.hint(entry.key, among: known))
  }
}

extension Setting {
  func isSpelled(_ key: String) -> Bool { key == self.key || aliases.contains(key) }
}

/// Names of handlers and models.
enum TableName {
  static func objection(to name: String) -> String? {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.value > 32 && $0.value != 127 && $0 != "/" && $0 != "\"" && $0 != "'"
    }
    if isPlain, !name.isEmpty, !name.hasPrefix("-"), name.utf8.count <= 100 { return nil }
    return "a name is meant of at most 100 letters, without spaces, quotes and slashes, that does"
      + " not begin with a dash"
  }
}
