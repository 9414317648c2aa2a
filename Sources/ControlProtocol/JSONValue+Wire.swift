internal import JSONLines

extension JSONValue {
  /// The text, or null.
  init(orNull text: String?) {
    self = text.map { .text($0) } ?? .null
  }

  /// The number, or null.
  init(orNull number: (some BinaryInteger)?) {
    self = number.map { .integer($0) } ?? .null
  }

  /// Seconds with milliseconds, as people read them.
  static func seconds(nanoseconds: Int64) -> JSONValue {
    .decimal(Double(nanoseconds / 1_000_000) / 1_000)
  }

  /// Nanoseconds of a number of seconds; nil for what is no time.
  var nanosecondsOfSeconds: Int64? {
    double.flatMap { Int64(exactly: ($0 * 1_000).rounded()) }
      .map { $0.multipliedReportingOverflow(by: 1_000_000) }
      .flatMap { $0.overflow ? nil : $0.partialValue }
  }
}

extension JSONObject {
  mutating func set(_ key: String, text: String?) {
    if let text { self[key] = .text(text) }
  }

  mutating func set(_ key: String, number: (some BinaryInteger)?) {
    if let number { self[key] = .integer(number) }
  }

  mutating func set(_ key: String, flag: Bool) {
    if flag { self[key] = .bool(true) }
  }
}
