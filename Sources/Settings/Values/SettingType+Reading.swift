internal import TOMLDocuments
internal import TimeSpans

/// Why a value does not fit, and where.
struct ValueError: Error, Equatable {
  let place: TOMLPlace
  let reason: String
}

extension SettingType {
  /// The value that a node says, or why it says none.
  func read(_ node: TOMLNode) throws(ValueError) -> SettingValue {
    do throws(Refusal) {
      return try value(of: node)
    } catch {
      throw ValueError(place: error.place ?? node.place, reason: error.reason)
    }
  }

  private func value(of node: TOMLNode) throws(Refusal) -> SettingValue {
    switch self {
    case .span(let range, let isEndless):
      return .number(try Self.span(node.value, range, isEndless))
    case .size(let isEndless): return .number(try Self.size(node.value, isEndless))
    case .count(let range, let isEndless):
      return .number(try Self.count(node.value, range, isEndless))
    case .factor(let range): return .factor(try Self.factor(node.value, range))
    case .flag:
      guard case .boolean(let isOn) = node.value else { throw Refusal("true or false is meant") }
      return .flag(isOn)
    case .text: return .text(try Self.text(node.value, "a text in quotes is meant"))
    case .url: return .text(try Self.url(node.value))
    case .path: return .text(try Self.path(node.value))
    case .choice(let known): return .text(try Self.choice(node.value, known))
    case .texts: return .texts(try Self.texts(node, "a list of texts is meant: [\"…\", \"…\"]"))
    case .command: return .texts(try Self.command(node))
    case .variables: return .variables(try Self.variables(node))
    }
  }

  private static func span(
    _ value: TOMLNode.Value, _ range: ClosedRange<Int64>, _ isEndless: Bool
  ) throws(Refusal) -> Int64 {
    let text: String
    switch value {
    case .string(let string): text = string
    case .integer(let number): text = "\(number)"
    case .decimal(let number): text = "\(number)"
    case .table, .array, .boolean, .date:
      throw Refusal("a time span is meant, such as 2, \"500ms\" or \"5min\"")
    }
    let span: TimeSpan
    do throws(TimeSpanError) {
      span = try TimeSpan.parse(text, allowsInfinity: isEndless)
    } catch {
      throw Refusal("\(error)")
    }
    if span.isInfinite { return .max }
    guard range.contains(span.nanoseconds) else {
      throw Refusal("`\(text)` is out of range: \(Amounts.spans(range, isEndless))")
    }
    return span.nanoseconds
  }

  private static func count(
    _ value: TOMLNode.Value, _ range: ClosedRange<Int64>, _ isEndless: Bool
  ) throws(Refusal) -> Int64 {
    let number: Int64
    switch value {
    case .string("infinity") where isEndless: return .max
    case .string(let text): number = try Amounts.whole(text[...], text)
    case .integer(let integer): number = integer
    case .decimal, .table, .array, .boolean, .date:
      throw Refusal("a whole number is meant" + (isEndless ? ", or \"infinity\"" : ""))
    }
    guard range.contains(number) else {
      throw Refusal("\(number) is out of range: \(Amounts.counts(range, isEndless))")
    }
    return number
  }

  private static func size(
    _ value: TOMLNode.Value, _ isEndless: Bool
  ) throws(Refusal) -> Int64 {
    let number: Int64
    switch value {
    case .string("infinity") where isEndless: return .max
    case .string(let text): number = try Amounts.size(text)
    case .integer(let integer): number = integer
    case .decimal, .table, .array, .boolean, .date:
      throw Refusal("bytes are meant, such as 4096 or \"512M\"")
    }
    guard number > 0 else { throw Refusal("nothing could run with `\(number)`") }
    guard number < .max else { throw Refusal("`\(number)` is too much") }
    return number
  }

  private static func factor(
    _ value: TOMLNode.Value, _ range: ClosedRange<Double>
  ) throws(Refusal) -> Double {
    let number: Double
    switch value {
    case .integer(let integer): number = Double(integer)
    case .decimal(let decimal): number = decimal
    case .string, .table, .array, .boolean, .date: throw Refusal("a number is meant")
    }
    guard range.contains(number) else {
      throw Refusal(
        "\(number) is out of range: \(range.lowerBound) to \(range.upperBound) is understood")
    }
    return number
  }
}

/// Why a value does not fit; the place where it is not the value's own.
struct Refusal: Error {
  let reason: String
  let place: TOMLPlace?

  init(_ reason: String, at place: TOMLPlace? = nil) {
    self.reason = reason
    self.place = place
  }
}
