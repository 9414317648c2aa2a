public import JSONLines

/// What a connection that has subscribed is sent, beside answers: an object with the member `event`.
public enum EventFrame: Equatable, Sendable {
  /// A decision, as a row of `decisions.jsonl` without its inputs.
  case decision(JSONValue)
  /// The connection was too slow and is closed; it may go on after this row.
  case dropped(after: UInt64)

  public var json: JSONValue {
    switch self {
    case .decision(let row): ["event": "decision", "decision": row]
    case .dropped(let sequence): ["event": "dropped", "seq": .integer(sequence)]
    }
  }

  /// Nil for events of a later version, which are to be passed over.
  public init?(_ json: JSONValue) {
    switch json["event"]?.string {
    case "decision":
      guard let row = json["decision"] else { return nil }
      self = .decision(row)
    case "dropped": self = .dropped(after: json["seq"]?.uint ?? 0)
    default: return nil
    }
  }
}
