internal import DecisionRecords
internal import JSONLines
internal import SupervisionCore

extension DispatcherState {
  /// Reads what another program wrote.
  ///
  /// A state of another version is refused, not guessed.
  init(decoding bytes: [UInt8]) throws(StateError) {
    let reader = try StateReader(Self.parse(bytes))
    guard try reader.text("format") == Self.format else {
      throw StateError("it is no state of a dispatcher")
    }
    let version: Int64 = try reader.number("v")
    guard version == Self.version else {
      let age = version < Self.version ? "older" : "newer"
      throw StateError(
        "the state has version \(version), which is \(age) than version \(Self.version), "
          + "the one that this program reads")
    }
    self.init(
      machine: try Self.machine(reader),
      takenAt: Instant(nanoseconds: try reader.number("taken_at")),
      pid: try reader.number("pid"), startedAt: try reader.number("started_at"),
      lock: try reader.number("lock"),
      control: try Control(reader.part("control")), runs: try reader.parts("runs", Run.init),
      ears: try reader.parts("ears", Ear.init), chats: try reader.parts("chats", Chat.init),
      connections: try reader.parts("connections", Connection.init),
      upgrade: try Upgrade(reader.part("upgrade")))
  }

  private static func parse(_ bytes: [UInt8]) throws(StateError) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue.parse(bytes)
    } catch {
      throw StateError("the state cannot be read: \(error.reason) at byte \(error.offset)")
    }
  }

  private static func machine(_ reader: StateReader) throws(StateError) -> SupervisorSnapshot {
    do throws(RecordError) {
      return try SupervisorSnapshot(recorded: reader.json["machine"] ?? .null)
    } catch {
      throw StateError("the state of the chats cannot be read: \(error)")
    }
  }
}

/// Reads the members of one object of a state; what is not there or has another type is an error.
private struct StateReader {
  let json: JSONValue

  init(_ json: JSONValue) throws(StateError) {
    guard json.object != nil else { throw StateError("the state has something else for an object") }
    self.json = json
  }

  func text(_ key: String) throws(StateError) -> String { try required(key) { $0.string } }

  func flag(_ key: String) throws(StateError) -> Bool { try required(key) { $0.bool } }

  func number<Number: FixedWidthInteger & Sendable>(_ key: String) throws(StateError) -> Number {
    try required(key) { Self.number($0) }
  }

  func numbers<Number: FixedWidthInteger & Sendable>(_ key: String) throws(StateError) -> [Number] {
    try required(key) { value in
      let numbers: [Number]? = value.array?.compactMap { Self.number($0) }
      return numbers?.count == value.array?.count ? numbers : nil
    }
  }

  func bytes(_ key: String) throws(StateError) -> [UInt8] {
    try required(key) { $0.string.flatMap(HexText.decode) }
  }

  func exit(_ key: String) throws(StateError) -> SupervisionCore.ExitStatus {
    try required(key) { $0.string.flatMap { SupervisionCore.ExitStatus(recorded: $0) } }
  }

  func part(_ key: String) throws(StateError) -> StateReader {
    try StateReader(required(key) { $0 })
  }

  func parts<Value>(
    _ key: String, _ read: (StateReader) throws(StateError) -> Value
  ) throws(StateError) -> [Value] {
    try required(key) { $0.array }.map { element throws(StateError) in
      try read(StateReader(element))
    }
  }

  private static func number<Number: FixedWidthInteger & Sendable>(_ value: JSONValue) -> Number? {
    value.int.flatMap { Number(exactly: $0) } ?? value.uint.flatMap { Number(exactly: $0) }
  }

  private func required<Value>(
    _ key: String, _ convert: (JSONValue) -> Value?
  ) throws(StateError) -> Value {
    guard let value = json[key].flatMap(convert) else {
      throw StateError("the state has no `\(key)` that makes sense")
    }
    return value
  }
}

extension DispatcherState.Control {
  fileprivate init(_ reader: StateReader) throws(StateError) {
    self.init(
      listeners: try reader.numbers("listeners"), path: try reader.text("path"),
      isPassed: try reader.flag("passed"))
  }
}

extension DispatcherState.Process {
  fileprivate init(_ reader: StateReader) throws(StateError) {
    self.init(pid: try reader.number("pid"), descriptor: try reader.number("fd"))
  }
}

extension DispatcherState.Run {
  fileprivate init(_ reader: StateReader) throws(StateError) {
    self.init(
      chat: try reader.number("chat"), incarnation: try reader.number("run"),
      pid: try reader.number("pid"), leader: try reader.optionalNumber("fd"),
      isExternal: try reader.flag("external"), isInGroup: try reader.flag("grouped"),
      exit: try reader.optionalExit("exit"),
      isReported: try reader.flag("reported"), reaped: try reader.number("reaped"),
      ending: try reader.optionalNumber("ending"),
      leftovers: try reader.parts("leftovers", DispatcherState.Process.init))
  }
}

extension DispatcherState.Ear {
  fileprivate init(_ reader: StateReader) throws(StateError) {
    self.init(
      chat: try reader.number("chat"), incarnation: try reader.number("run"),
      socket: try reader.number("fd"), address: try reader.text("address"))
  }
}

extension DispatcherState.Chat {
  fileprivate init(_ reader: StateReader) throws(StateError) {
    self.init(
      number: try reader.number("chat"),
      isClosed: try reader.optionalFlag("closed"),
      answered: try reader.number("answered"), restarts: try reader.number("restarts"),
      stateSince: try reader.optionalNumber("since"),
      lastPid: try reader.optionalNumber("last_pid"),
      lastExit: try reader.optionalExit("last_exit"),
      limitRemark: try reader.optionalText("limit_remark"),
      handlerStatus: try reader.optionalText("status"),
      lastWords: try reader.optionalText("last_words"))
  }
}

extension DispatcherState.Connection {
  fileprivate init(_ reader: StateReader) throws(StateError) {
    self.init(
      socket: try reader.number("fd"), leases: try reader.numbers("leases"),
      pushed: try reader.optionalNumber("pushed"), unread: try reader.bytes("unread"),
      unwritten: try reader.bytes("unwritten"), isAnswering: try reader.flag("answering"),
      isEnding: try reader.flag("ending"), expiresAt: try reader.optionalNumber("expires_at"))
  }
}

extension DispatcherState.Upgrade {
  fileprivate init(_ reader: StateReader) throws(StateError) {
    self.init(
      program: try reader.text("program"), formerVersion: try reader.text("former_version"),
      former: try reader.number("former"), asker: try reader.optionalNumber("asker"),
      beganAt: try reader.number("began_at"))
  }
}

extension StateReader {
  fileprivate func optionalNumber<Number: FixedWidthInteger & Sendable>(
    _ key: String
  ) throws(StateError) -> Number? {
    json[key] == nil ? nil : try number(key)
  }

  fileprivate func optionalText(_ key: String) throws(StateError) -> String? {
    json[key] == nil ? nil : try text(key)
  }

  fileprivate func optionalFlag(_ key: String) throws(StateError) -> Bool? {
    json[key] == nil ? nil : try flag(key)
  }

  fileprivate func optionalExit(
    _ key: String
  ) throws(StateError) -> SupervisionCore.ExitStatus? {
    json[key] == nil ? nil : try exit(key)
  }
}
