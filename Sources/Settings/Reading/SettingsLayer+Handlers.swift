internal import HandlerKinds
internal import TOMLDocuments

extension SettingsLayer {
  /// Takes `[handlers.NAME]`, whose keys depend on the kind that it says.
  ///
  /// A table with a mistake does not count at all: half of it would be another handler.
  mutating func takeHandler(_ name: String, _ entries: [TOMLEntry], at place: TOMLPlace) {
    let table = SettingsTable.handler(name)
    let before = problems.count
    guard let kind = kind(of: name, entries, at: place) else { return }
    tables[table] = [:]
    for entry in entries { take(entry, of: kind, in: table) }
    checkProgram(of: kind, name, at: place)
    if problems[before...].contains(where: { $0.severity == .mistake }) { tables[table] = nil }
  }

  private mutating func kind(
    of name: String, _ entries: [TOMLEntry], at place: TOMLPlace
  ) -> BuiltInKind? {
    let known = BuiltInKind.allCases.map(\.rawValue)
    let list = known.joined(separator: ", ")
    guard let entry = entries.first(where: { $0.key == "kind" }) else {
      if let kind = BuiltInKind(rawValue: name) { return kind }
      note(.mistake, at: place, "[handlers.\(name)] says no kind; add kind = one of \(list)")
      return nil
    }
    guard case .string(let text) = entry.node.value, let kind = BuiltInKind(rawValue: text) else {
      var hint = ""
      if case .string(let text) = entry.node.value { hint = NearMiss.hint(text, among: known) }
      note(.mistake, at: entry.node.place, "kind: one of \(list) is meant" + hint)
      return nil
    }
    return kind
  }

  private mutating func take(
    _ entry: TOMLEntry, of kind: BuiltInKind, in table: SettingsTable
  ) {
    if let setting = table.settings.first(where: { $0.isSpelled(entry.key) }) {
      return take(entry, as: setting, in: table)
    }
    if let option = kind.option(forKey: entry.key) {
      return take(entry, as: Setting(option), in: table)
    }
    let others = BuiltInKind.allCases.filter { $0.option(forKey: entry.key) != nil }
    guard others.isEmpty else {
      let list = others.map(\.rawValue).joined(separator: ", ")
      return note(
        .mistake, at: entry.keyPlace,
        "`\(entry.key)` is no option of the kind \(kind.rawValue), but of \(list)")
    }
    let known = table.settings.map(\.key) + kind.options.map(\.key)
    remark(on: entry, in: table, known: known)
  }

  private mutating func checkProgram(of kind: BuiltInKind, _ name: String, at place: TOMLPlace) {
    let command = assigned(.handler(name), "command")
    switch kind.program {
    case .required where command == nil:
      note(
        .mistake, at: place,
        "[handlers.\(name)] says no program; add command = [\"program\", \"argument\"]")
    case .none where command != nil:
      note(
        .mistake, at: place,
        "[handlers.\(name)]: the kind \(kind.rawValue) runs no program; "
          + "leave command out")
    case .required, .none, .extraArguments: break
    }
  }
}

extension Setting {
  /// An option of wg-handler(7) as a key of a handler's table.
  init(_ option: HandlerOption) {
    let type: SettingType =
      switch option.value {
      case .flag: .flag
      case .text: option.isRepeatable ? .texts : .text
      case .url: .url
      case .path: .path
      case .span: .span(Spans.millisecond...Spans.longest, isEndless: false)
      case .size: .size(isEndless: false)
      case .count(let range): .count(range, isEndless: false)
      case .choice(let known): .choice(known)
      }
    self.init(option.key, type, option.explanation)
  }
}
