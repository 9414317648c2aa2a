/// An option of a kind, as it is spelled everywhere.
public struct HandlerOption: Equatable, Sendable {
  /// Without the dashes: `answer-timeout`.
  public let name: String
  public let value: Value
  /// May be given several times; in the configuration it is a list.
  public let isRepeatable: Bool
  /// One line, without a full stop.
  public let explanation: String

  /// What stands after it.
  public enum Value: Equatable, Sendable {
    /// Nothing: the option is there or it is not.
    case flag
    case text
    /// `http://` or `https://`.
    case url
    case path
    /// As in systemd.time(7); greater than nothing.
    case span
    /// Bytes, with or without K, M, G or T.
    case size
    /// A whole number.
    case count(ClosedRange<Int64>)
    case choice([String])
  }

  public init(
    _ name: String, _ value: Value, isRepeatable: Bool = false, _ explanation: String
  ) {
    self.name = name
    self.value = value
    self.isRepeatable = isRepeatable
    self.explanation = explanation
  }

  /// As it is written on a command line: `--answer-timeout`.
  public var flag: String { "--" + name }

  /// As it is written in a table of the configuration: `answer_timeout`.
  ///
  /// An option that switches something off is a key that says whether it is on: `--no-pty` is
  /// `pty = false`.
  public var key: String {
    let positive = isNegation ? name.dropFirst(3) : name[...]
    return String(positive.map { $0 == "-" ? "_" : $0 })
  }

  /// `--no-…`: given when its key says `false`.
  public var isNegation: Bool { value == .flag && name.hasPrefix("no-") }
}
