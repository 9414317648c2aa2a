internal import JSONLines
internal import LinuxSystem

/// Who changes the graph and when, for the rows' own log.
public struct GraphChange: Equatable, Sendable {
  /// Nanoseconds since 1970.
  public let time: Int64
  /// The part of the program, for example `daemon` or `wg service purge-chats`.
  public let actor: String
  /// The person on whose behalf.
  public let user: String

  public init(time: Int64, actor: String, user: String) {
    self.time = time
    self.actor = actor
    self.user = user
  }

  /// The person's name as every wg program finds it.
  public static func user(environment: [String: String]) -> String {
    ["WG_USER", "USER"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "unknown"
  }

  var timestamp: JSONValue { .text(Timestamp.rfc3339(time)) }

  func logEntry(_ message: String) -> JSONValue {
    .object([
      "timestamp": timestamp, "actor": .text(actor), "user": .text(user), "message": .text(message),
    ])
  }
}

extension TaskRow {
  /// Appends to the row's log and marks the row as touched.
  mutating func record(_ message: String, by change: GraphChange) {
    object["last_interaction_at"] = change.timestamp
    object["log"] = .array((object["log"]?.array ?? []) + [change.logEntry(message)])
  }
}
