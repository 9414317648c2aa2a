internal import HandlerKinds

/// A kind of handler with the options it was given, checked against the table of its options.
struct HandlerArguments: Equatable, Sendable {
  enum Value: Equatable, Sendable {
    case flag
    case text(String)
    /// Nanoseconds, bytes, or a plain count.
    case number(Int64)
  }

  let kind: BuiltInKind
  /// By the option's name without dashes, in the order given.
  private(set) var values: [String: [Value]] = [:]
  /// The program and its arguments, or further arguments for the kind's own program.
  var program: [String] = []

  init(_ kind: BuiltInKind) { self.kind = kind }

  mutating func add(_ value: Value, to option: String) { values[option, default: []].append(value) }

  func isGiven(_ option: String) -> Bool { values[option] != nil }

  /// The last one counts.
  func text(_ option: String) -> String? { texts(option).last }

  func texts(_ option: String) -> [String] {
    (values[option] ?? []).compactMap { value in
      if case .text(let text) = value { text } else { nil }
    }
  }

  /// A span in nanoseconds, a size in bytes, or a count; the last one counts.
  func number(_ option: String) -> Int64? {
    if case .number(let number)? = values[option]?.last { number } else { nil }
  }
}
