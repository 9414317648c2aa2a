internal import HandlerKinds
internal import TimeSpans

/// Takes the options of a kind off the front of an argument list: `--name value`, `--name=value`, `--`.
struct OptionReader {
  private let kind: BuiltInKind
  private var rest: ArraySlice<String>
  private var attached: String?

  init(_ kind: BuiltInKind, _ arguments: ArraySlice<String>) {
    self.kind = kind
    rest = arguments
  }

  /// All of them; nil when help is asked for.
  mutating func read() throws(UsageError) -> HandlerArguments? {
    var arguments = HandlerArguments(kind)
    while let name = try nextName() {
      if name == "--help" || name == "-h" { return nil }
      guard name.hasPrefix("--"), let option = kind.option(named: name) else {
        throw UsageError("unknown option '\(name)' for handler kind \(kind)")
      }
      arguments.add(try value(of: option), to: option.name)
    }
    arguments.program = Array(rest)
    try check(arguments.program)
    return arguments
  }

  private func check(_ program: [String]) throws(UsageError) {
    switch kind.program {
    case .extraArguments: break
    case .none:
      guard let extra = program.first else { return }
      throw UsageError("handler kind \(kind) takes no argument '\(extra)'")
    case .required:
      guard program.first?.isEmpty != false else { return }
      throw UsageError("handler kind \(kind) needs a program: wg-handler \(kind) -- program …")
    }
  }

  /// The next option's name, or nil when the program's own arguments begin.
  private mutating func nextName() throws(UsageError) -> String? {
    if let attached { throw UsageError("no value is expected before '\(attached)'") }
    guard let next = rest.first, next.hasPrefix("-"), next != "-" else { return nil }
    rest.removeFirst()
    if next == "--" { return nil }
    guard next.hasPrefix("--"), let equals = next.firstIndex(of: "=") else { return next }
    attached = String(next[next.index(after: equals)...])
    return String(next[..<equals])
  }
}

// Values.
extension OptionReader {
  private mutating func value(
    of option: HandlerOption
  ) throws(UsageError) -> HandlerArguments.Value {
    if option.value == .flag { return .flag }
    let text = try text(of: option)
    switch option.value {
    case .flag, .text, .path: return .text(text)
    case .url:
      guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
        throw mistake(option, text, "not an address that begins with http:// or https://")
      }
      return .text(text)
    case .choice(let names):
      guard names.contains(text) else {
        throw mistake(option, text, "not one of \(names.joined(separator: ", "))")
      }
      return .text(text)
    case .span: return .number(try span(option, text))
    case .size: return .number(try size(option, text))
    case .count(let range):
      guard let number = Int64(text), range.contains(number) else {
        throw mistake(
          option, text, "not a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return .number(number)
    }
  }

  private mutating func text(of option: HandlerOption) throws(UsageError) -> String {
    defer { attached = nil }
    let value = attached ?? (rest.first == "--" ? nil : rest.popFirst())
    guard let value, !value.isEmpty else { throw UsageError("\(option.flag) needs a value") }
    return value
  }

  private func span(_ option: HandlerOption, _ text: String) throws(UsageError) -> Int64 {
    guard let span = try? TimeSpan.parse(text).nanoseconds, span > 0 else {
      throw mistake(option, text, "not a time span such as 2, 0.3, 500ms or 5min")
    }
    return span
  }

  private func size(_ option: HandlerOption, _ text: String) throws(UsageError) -> Int64 {
    let units: [Character: Int64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits) else {
      throw mistake(option, text, "not a number of bytes such as 4096, 48K or 4M")
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit ?? 1)
    guard !overflow, bytes > 0 else { throw mistake(option, text, "not a sensible size") }
    return bytes
  }

  private func mistake(_ option: HandlerOption, _ text: String, _ reason: String) -> UsageError {
    UsageError("\(option.flag) \(text): \(reason)")
  }
}
