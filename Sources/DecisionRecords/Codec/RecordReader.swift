internal import JSONLines
internal import SupervisionCore

/// Why a record cannot be understood.
public struct RecordError: Error, Equatable, Sendable, CustomStringConvertible {
  public let reason: String

  init(_ reason: String) { self.reason = reason }

  public var description: String { reason }
}

/// Reads the members of one object of a record; what is not there has its usual value.
struct RecordReader {
  let now: Instant
  private let object: JSONObject

  init(_ json: JSONValue, at now: Instant) throws(RecordError) {
    guard let object = json.object else { throw RecordError("an object is expected") }
    self.object = object
    self.now = now
  }

  func value(_ key: RecordKey) -> JSONValue? { object[key.rawValue] }

  func has(_ key: RecordKey) -> Bool { value(key) != nil }

  func text(_ key: RecordKey) throws(RecordError) -> String? {
    try read(key) { $0.string }
  }

  func flag(_ key: RecordKey) throws(RecordError) -> Bool {
    try read(key) { $0.bool } ?? false
  }

  func number<Number: FixedWidthInteger>(_ key: RecordKey) throws(RecordError) -> Number? {
    try read(key) { value in
      value.int.flatMap { Number(exactly: $0) } ?? value.uint.flatMap { Number(exactly: $0) }
    }
  }

  func span(_ key: RecordKey) throws(RecordError) -> TimeSpan? {
    let count: Int64? = try number(key)
    return count.map { TimeSpan(nanoseconds: $0) }
  }

  func instant(_ key: RecordKey) throws(RecordError) -> Instant? {
    let distance: Int64? = try number(key)
    return distance.map { Instant(nanoseconds: now.nanoseconds &+ $0) }
  }

  func instants(_ key: RecordKey) throws(RecordError) -> [Instant] {
    let distances = try read(key) { value -> [Int64]? in
      let numbers = value.array?.compactMap(\.int)
      return numbers?.count == value.array?.count ? numbers : nil
    }
    return (distances ?? []).map { Instant(nanoseconds: now.nanoseconds &+ $0) }
  }

  /// One of an enumeration's words.
  func word<Word: RawRepresentable<String>>(_ key: RecordKey) throws(RecordError) -> Word? {
    try read(key) { $0.string.flatMap { Word(rawValue: $0) } }
  }

  /// The object at a key; an empty one when there is none.
  func part(_ key: RecordKey) throws(RecordError) -> RecordReader {
    try RecordReader(value(key) ?? [:], at: now)
  }

  func required<Value>(_ key: RecordKey, _ value: Value?) throws(RecordError) -> Value {
    guard let value else { throw RecordError("`\(key.rawValue)` is missing") }
    return value
  }

  private func read<Value>(
    _ key: RecordKey, _ convert: (JSONValue) -> Value?
  ) throws(RecordError) -> Value? {
    guard let member = value(key) else { return nil }
    guard let converted = convert(member) else {
      throw RecordError("`\(key.rawValue)` cannot be \(member.description.prefix(40))")
    }
    return converted
  }
}
