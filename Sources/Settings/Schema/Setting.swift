/// One setting: what it is called, what it takes, what counts without it, and what it is for.
///
/// wg-config(5) has a paragraph for each.
public struct Setting: Sendable {
  public let key: String
  public let type: SettingType
  /// What counts when no file says it, as it would be written; empty for nothing.
  public let initial: String
  /// One line without a full stop.
  public let explanation: String
  /// How the existing program spells it.
  public let aliases: [String]

  init(
    _ key: String, _ type: SettingType, initial: String = "", aliases: [String] = [],
    _ explanation: String
  ) {
    self.key = key
    self.type = type
    self.initial = initial
    self.explanation = explanation
    self.aliases = aliases
  }
}

/// What a setting takes.
public enum SettingType: Equatable, Sendable {
  /// Nanoseconds; `infinity` where it makes sense, which is `Int64.max`.
  case span(ClosedRange<Int64>, isEndless: Bool)
  /// Bytes; `infinity` where it makes sense.
  case size(isEndless: Bool)
  /// A whole number; `infinity` where it makes sense.
  case count(ClosedRange<Int64>, isEndless: Bool)
  /// A number with a fraction.
  case factor(ClosedRange<Double>)
  case flag
  case text
  /// `http://` or `https://`.
  case url
  /// Absolute.
  case path
  case choice([String])
  /// A list of texts.
  case texts
  /// A list of texts, or one text for a shell.
  case command
  /// A table of texts.
  case variables
}

/// A value that fits its setting.
public enum SettingValue: Equatable, Sendable {
  /// Of a span, a size or a count.
  case number(Int64)
  case factor(Double)
  case flag(Bool)
  case text(String)
  case texts([String])
  case variables([Variable])

  /// A variable of the environment.
  public struct Variable: Equatable, Sendable {
    public let name: String
    public let value: String
  }
}
