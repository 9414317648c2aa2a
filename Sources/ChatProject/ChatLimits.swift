internal import TimeSpans

/// What the configuration sets for the handler of one chat.
///
/// `[chats]` counts for all chats, `[chats.N]` for chat N before that. wg-files(5).
public struct ChatLimits: Equatable, Sendable {
  /// `Int64.max` is `infinity`, which a chat's own table may say to undo what counts for all.
  private var values: [Key: Int64] = [:]

  /// No limits.
  public init() {}

  /// What can be set, by its name in the file.
  enum Key: String, CaseIterable {
    case watchdog
    case memoryMax = "memory_max"
    case memoryHigh = "memory_high"
    case tasksMax = "tasks_max"
  }

  /// Nanoseconds between a handler's signs of life; nil: none are asked for.
  public var watchdog: Int64? { limit(.watchdog) }
  /// Bytes the handler and all it started may have; nil: no limit.
  public var memoryMax: Int64? { limit(.memoryMax) }
  /// Bytes above which they are slowed down and their memory is taken back; nil: no limit.
  public var memoryHigh: Int64? { limit(.memoryHigh) }
  /// Processes and threads they may be; nil: no limit.
  public var tasksMax: Int64? { limit(.tasksMax) }

  private func limit(_ key: Key) -> Int64? {
    values[key].flatMap { $0 == Int64.max ? nil : $0 }
  }

  /// These limits where they say something, else the general ones.
  func overriding(_ general: ChatLimits) -> ChatLimits {
    var merged = general
    merged.values.merge(values) { _, own in own }
    return merged
  }

  /// Takes over what a line of the file says, or throws why it cannot; then nothing is changed.
  mutating func set(_ name: String, to value: SettingsValue) throws(SettingsError) {
    guard let key = Key(rawValue: name) else {
      let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
      throw SettingsError("`\(name)` is not known here; there are \(known)")
    }
    do throws(SettingsError) {
      values[key] = try Self.number(key, value)
    } catch {
      throw SettingsError("\(name): \(error.reason)")
    }
  }

  private static func number(_ key: Key, _ value: SettingsValue) throws(SettingsError) -> Int64 {
    switch (key, value) {
    case (_, .malformed(let reason)): throw SettingsError(reason)
    case (_, .string("infinity")): .max
    case (.watchdog, .string(let text)): try span(text)
    case (.memoryMax, .string(let text)), (.memoryHigh, .string(let text)): try size(text)
    case (.tasksMax, .string(let text)): try whole(text[...], text)
    case (.watchdog, .bare(let text)): try span(bareNumber(text))
    case (_, .bare(let text)): try whole(bareNumber(text)[...], text)
    }
  }

  /// TOML numbers may have underscores between their digits.
  private static func bareNumber(_ text: String) throws(SettingsError) -> String {
    let digits = text.filter { $0 != "_" }
    guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else {
      throw SettingsError("`\(text)` is no number; what is not goes in quotes")
    }
    return digits
  }

  /// A watchdog of 0 is none, as in systemd.service(5).
  private static func span(_ text: String) throws(SettingsError) -> Int64 {
    do throws(TimeSpanError) {
      let span = try TimeSpan.parse(text).nanoseconds
      return span == 0 ? .max : span
    } catch {
      throw SettingsError("\(error)")
    }
  }

  /// Powers of 1024, as in systemd.resource-control(5).
  private static func size(_ text: String) throws(SettingsError) -> Int64 {
    if text.hasSuffix("%") {
      throw SettingsError("`\(text)` is a share of something; write bytes, such as \"512M\"")
    }
    let shifts: [Character: Int64] = ["K": 10, "M": 20, "G": 30, "T": 40]
    guard let shift = text.last.flatMap({ shifts[$0] }) else { return try whole(text[...], text) }
    let number = try whole(text.dropLast(), text)
    guard number <= Int64.max >> shift else { throw SettingsError("`\(text)` is too much") }
    return number << shift
  }

  private static func whole(_ digits: Substring, _ text: String) throws(SettingsError) -> Int64 {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw SettingsError(
        "`\(text)` is no whole number, nor one with K, M, G or T where bytes are meant,"
          + " nor \"infinity\"")
    }
    guard let number = Int64(digits), number < Int64.max else {
      throw SettingsError("`\(text)` is too much")
    }
    guard number > 0 else { throw SettingsError("nothing could run with `\(text)`") }
    return number
  }
}

/// Why a line of the configuration does not count.
struct SettingsError: Error, Equatable {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}
