internal import JSONLines
internal import LinuxSystem

/// What outlives a dispatcher about one chat.
///
/// Times are nanoseconds since 1970, by the wall clock.
public struct ChatRecord: Equatable, Sendable {
  /// What an operator asked for.
  public enum Desired: String, Sendable { case up, down }

  /// One exit that nobody asked for.
  public struct Crash: Equatable, Sendable {
    public var at: Int64
    /// What happened, in one line.
    public var summary: String

    public init(at: Int64, summary: String) {
      self.at = at
      self.summary = summary
    }
  }

  /// How a run failed that was part of an outage, and what it had run.
  public struct Outage: Equatable, Sendable {
    /// As the decisions spell it.
    public var exit: String
    public var program: UInt64

    public init(exit: String, program: UInt64) {
      self.exit = exit
      self.program = program
    }
  }

  /// Grows with each change: of a file and a row of the journal the higher one counts.
  public var revision: UInt64 = 0
  public var desired = Desired.up
  /// The number of the last run; the next one is one more.
  public var incarnation: UInt64 = 0
  /// When a consumer was last connected, pinged, or wrote to the inbox.
  public var lastConsumerAt: Int64?
  /// Oldest first.
  public var crashes: [Crash] = []
  /// The present delay between crash and restart, nanoseconds.
  public var backoffDelay: Int64 = 0
  /// When the chat was parked; nil when it is not.
  public var parkedAt: Int64?
  /// The newest message that was known when the chat was parked.
  public var parkedNewest: UInt64?
  /// How the last run ended, in one line.
  public var lastExit: String?
  /// What the chat waits for together with others; nil when it does not.
  public var outage: Outage?
  /// Members of the file that are unknown here; they are written again.
  private var unknown: JSONObject = [:]

  /// A chat of which nothing is known.
  public init() {}

  /// Reads a file's object.
  ///
  /// What is missing or makes no sense has its default.
  init(_ row: JSONObject) {
    unknown = JSONObject(row.members.filter { !Self.isKnown($0) })
    revision = row["revision"]?.uint ?? 0
    desired = row["desired"]?.string.flatMap { Desired(rawValue: $0) } ?? .up
    incarnation = row["incarnation"]?.uint ?? 0
    lastConsumerAt = Self.time(row["last_consumer_at"])
    crashes = row["crashes"]?.array?.compactMap { Crash($0) } ?? []
    backoffDelay = max(0, row["backoff_delay_ns"]?.int ?? 0)
    parkedAt = Self.time(row["parked_at"])
    parkedNewest = row["parked_newest"]?.uint
    lastExit = row["last_exit"]?.string
    outage = row["outage"].flatMap { Outage($0) }
  }

  private static func isKnown(_ member: JSONObject.Member) -> Bool {
    switch member.key {
    case "version": member.value == 1
    case "revision", "desired", "incarnation", "last_consumer_at", "crashes", "backoff_delay_ns",
      "parked_at", "parked_newest", "last_exit", "outage":
      true
    default: false
    }
  }

  /// Whether it says no more than no file would.
  public var isBlank: Bool { self == ChatRecord() && unknown.isEmpty }

  /// The object to write: what is known here, and then what was read beside it.
  var object: JSONObject {
    var object: JSONObject = unknown["version"] == nil ? ["version": 1] : [:]
    if revision > 0 { object["revision"] = .integer(revision) }
    object["desired"] = .text(desired.rawValue)
    object["incarnation"] = .integer(incarnation)
    object["last_consumer_at"] = lastConsumerAt.map(Self.value)
    object["crashes"] = .array(crashes.map(\.value))
    object["backoff_delay_ns"] = .integer(backoffDelay)
    object["parked_at"] = parkedAt.map(Self.value)
    object["parked_newest"] = parkedNewest.map { .integer($0) }
    object["last_exit"] = lastExit.map(JSONValue.text)
    object["outage"] = outage.map(\.value)
    return JSONObject(object.members + unknown.members)
  }

  fileprivate static func time(_ value: JSONValue?) -> Int64? {
    value?.string.flatMap(Timestamp.parse)
  }

  fileprivate static func value(_ time: Int64) -> JSONValue { .text(Timestamp.rfc3339(time)) }

  /// Equal in what is known here of the chat.
  public static func == (left: ChatRecord, right: ChatRecord) -> Bool {
    left.desired == right.desired && left.incarnation == right.incarnation
      && left.lastConsumerAt == right.lastConsumerAt && left.crashes == right.crashes
      && left.backoffDelay == right.backoffDelay && left.parkedAt == right.parkedAt
      && left.parkedNewest == right.parkedNewest
      && left.lastExit == right.lastExit && left.outage == right.outage
  }
}

extension ChatRecord.Outage {
  init?(_ value: JSONValue) {
    guard let exit = value["exit"]?.string, let program = value["program"]?.uint else { return nil }
    self.init(exit: exit, program: program)
  }

  var value: JSONValue { ["exit": .text(exit), "program": .integer(program)] }
}

extension ChatRecord.Crash {
  init?(_ value: JSONValue) {
    guard let at = ChatRecord.time(value["at"]) else { return nil }
    self.init(at: at, summary: value["summary"]?.string ?? "")
  }

  var value: JSONValue { ["at": ChatRecord.value(at), "summary": .text(summary)] }
}
