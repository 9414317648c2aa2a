public import ChatStorage
internal import TimeSpans

/// What counts for one setting, and why.
public struct EffectiveSetting: Equatable, Sendable {
  public let table: SettingsTable
  public let key: String
  /// As it would be written in a file; nil when nothing counts.
  public let text: String?
  /// Nil for the default.
  public let origin: Origin?
}

extension Configuration {
  /// Every setting of the fixed tables; with a chat, its own table instead of that of all chats.
  public func effective(for chat: ChatID? = nil) -> [EffectiveSetting] {
    SettingsTable.fixed.flatMap { table -> [EffectiveSetting] in
      let shown = table == .chats ? chat.map { SettingsTable.chat($0) } ?? table : table
      return shown.settings.map { effective($0, in: shown) }
    }
  }

  private func effective(_ setting: Setting, in table: SettingsTable) -> EffectiveSetting {
    let found = found(table, setting.key)
    let initial = setting.initial.isEmpty ? nil : setting.type.spelled(setting.initial)
    return EffectiveSetting(
      table: table, key: setting.key,
      text: found.map { setting.type.spelled($0.value) } ?? initial, origin: found?.origin)
  }

  /// The same as a file: what would have to be written for it.
  var effectiveText: String {
    var lines: [String] = []
    for table in SettingsTable.fixed {
      lines.append("[\(table.title)]")
      for entry in effective() where entry.table == table {
        if let text = entry.text { lines.append("\(entry.key) = \(text)") }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension SettingType {
  /// A value as TOML.
  func spelled(_ value: SettingValue) -> String {
    switch value {
    case .number(.max): "\"infinity\""
    case .number(let number):
      if case .span = self {
        TOMLText.quoted("\(TimeSpan(nanoseconds: number))")
      } else {
        "\(number)"
      }
    case .factor(let number): "\(number)"
    case .flag(let isOn): "\(isOn)"
    case .text(let text): TOMLText.quoted(text)
    case .texts(let texts): "[" + texts.map(TOMLText.quoted).joined(separator: ", ") + "]"
    case .variables(let variables):
      "{ "
        + variables.map { "\($0.name) = \(TOMLText.quoted($0.value))" }.joined(separator: ", ")
        + " }"
    }
  }

  /// A default, which is kept as a person would write it, without its quotes.
  func spelled(_ initial: String) -> String {
    switch self {
    case .factor, .flag: initial
    case .count: initial == "infinity" ? TOMLText.quoted(initial) : initial
    case .span, .size, .text, .url, .path, .choice, .texts, .command, .variables:
      TOMLText.quoted(initial)
    }
  }
}
