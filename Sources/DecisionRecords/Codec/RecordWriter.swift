internal import JSONLines
internal import SupervisionCore

/// The members of one object of a record: what has its usual value is left out.
struct RecordWriter {
  /// Instants are written as nanoseconds from here.
  let now: Instant
  private(set) var object = JSONObject()

  init(at now: Instant) { self.now = now }

  var json: JSONValue { .object(object) }

  mutating func put(_ key: RecordKey, _ value: JSONValue) {
    object.members.append(JSONObject.Member(key.rawValue, value))
  }

  mutating func put(_ key: RecordKey, text: String?) {
    if let text { put(key, .text(text)) }
  }

  mutating func put(_ key: RecordKey, flag: Bool) {
    if flag { put(key, .bool(true)) }
  }

  mutating func put<Number: BinaryInteger>(
    _ key: RecordKey, number: Number?, unless usual: Number? = nil
  ) {
    if let number, number != usual { put(key, .integer(number)) }
  }

  mutating func put(_ key: RecordKey, span: TimeSpan?, unless usual: TimeSpan? = nil) {
    if let span, span != usual { put(key, .integer(span.nanoseconds)) }
  }

  mutating func put(_ key: RecordKey, at instant: Instant?) {
    if let instant { put(key, .integer(distance(of: instant))) }
  }

  mutating func put(_ key: RecordKey, all instants: [Instant]) {
    guard !instants.isEmpty else { return }
    put(key, .array(instants.map { .integer(distance(of: $0)) }))
  }

  /// An object that is left out when it is empty.
  mutating func put(_ key: RecordKey, _ part: RecordWriter) {
    if !part.object.isEmpty { put(key, part.json) }
  }

  /// Wraps around where it cannot be said otherwise, and reading wraps back.
  private func distance(of instant: Instant) -> Int64 { instant.nanoseconds &- now.nanoseconds }
}
