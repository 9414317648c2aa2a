public import JSONLines

/// How the processes of a chat ended when it was purged, archived or stopped.
public struct HandlerEnd: Equatable, Sendable {
  public enum Outcome: String, CaseIterable, Sendable {
    /// There was no handler.
    case none
    /// It ended within the grace.
    case terminated
    /// It had to be killed.
    case killed
    /// Something of it is still there.
    case survived
  }

  /// A process that could not be ended.
  public struct Survivor: Equatable, Sendable {
    public var pid: Int32
    /// The letter of /proc/PID/stat, such as `D`.
    public var state: String
    /// Where in the kernel it sleeps, as far as that can be read.
    public var waitsIn: String?

    public init(pid: Int32, state: String, waitsIn: String? = nil) {
      self.pid = pid
      self.state = state
      self.waitsIn = waitsIn
    }
  }

  public var outcome: Outcome
  /// Every process that was ended, the leader first.
  public var pids: [Int32]
  /// Nanoseconds from the first signal until nothing was left.
  public var duration: Int64
  public var survivors: [Survivor]

  public init(
    outcome: Outcome, pids: [Int32] = [], duration: Int64 = 0, survivors: [Survivor] = []
  ) {
    self.outcome = outcome
    self.pids = pids
    self.duration = duration
    self.survivors = survivors
  }

  /// There was nothing to end.
  public static let nothing = HandlerEnd(outcome: .none)
}

extension HandlerEnd {
  /// As in the answer to a purge; `survivors` is there only when there are some.
  public var json: JSONValue {
    var object = JSONObject()
    object["outcome"] = .text(outcome.rawValue)
    object["pids"] = .array(pids.map { .integer($0) })
    object["seconds"] = .seconds(nanoseconds: duration)
    if !survivors.isEmpty { object["survivors"] = .array(survivors.map(\.json)) }
    return .object(object)
  }

  /// Reads what `json` wrote.
  public init(json: JSONValue) throws(ControlError) {
    let members = try MemberReader(json, in: "handler", otherwise: .badData)
    let text = try members.required("outcome", members.string("outcome"))
    guard let outcome = Outcome(rawValue: text) else {
      throw ControlError(.badData, "handler: `\(text)` is no outcome")
    }
    let pids = try members.array("pids").map { (pid) throws(ControlError) in
      try members.required("pids", pid.int.flatMap { Int32(exactly: $0) })
    }
    let survivors = try members.array("survivors").map { (row) throws(ControlError) in
      try Survivor(json: row)
    }
    self.init(
      outcome: outcome, pids: pids, duration: json["seconds"]?.nanosecondsOfSeconds ?? 0,
      survivors: survivors)
  }
}

extension HandlerEnd.Survivor {
  /// As in the answer to a purge and in a tombstone; `waits_in` is there only when it is known.
  public var json: JSONValue {
    var object = JSONObject()
    object["pid"] = .integer(pid)
    object["state"] = .text(state)
    if let waitsIn { object["waits_in"] = .text(waitsIn) }
    return .object(object)
  }

  fileprivate init(json: JSONValue) throws(ControlError) {
    let members = try MemberReader(json, in: "survivor", otherwise: .badData)
    pid = try members.required("pid", members.int32("pid"))
    state = try members.string("state") ?? "?"
    waitsIn = try members.string("waits_in")
  }
}
