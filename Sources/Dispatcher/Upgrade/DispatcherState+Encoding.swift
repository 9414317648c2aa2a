internal import DecisionRecords
internal import JSONLines
internal import SupervisionCore

extension DispatcherState {
  static let format = "wg-dispatcher-state"

  /// The state as it is passed on, in the words of wg-files(5).
  var encoded: [UInt8] { json.encoded() }

  private var json: JSONObject {
    [
      "format": .text(Self.format), "v": .integer(Self.version),
      "machine": machine.recorded(at: takenAt), "taken_at": .integer(takenAt.nanoseconds),
      "pid": .integer(pid), "started_at": .integer(startedAt), "lock": .integer(lock),
      "control": control.json,
      "runs": .array(runs.map(\.json)), "ears": .array(ears.map(\.json)),
      "chats": .array(chats.map(\.json)), "connections": .array(connections.map(\.json)),
      "upgrade": upgrade.json,
    ]
  }
}

extension DispatcherState.Control {
  fileprivate var json: JSONValue {
    [
      "listeners": .array(listeners.map { .integer($0) }), "path": .text(path),
      "passed": .bool(isPassed),
    ]
  }
}

extension DispatcherState.Process {
  fileprivate var json: JSONValue { ["pid": .integer(pid), "fd": .integer(descriptor)] }
}

extension DispatcherState.Run {
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "chat": .integer(chat), "run": .integer(incarnation), "pid": .integer(pid),
      "external": .bool(isExternal), "grouped": .bool(isInGroup), "reported": .bool(isReported),
      "reaped": .integer(reaped), "leftovers": .array(leftovers.map(\.json)),
    ]
    object["fd"] = leader.map { .integer($0) }
    object["exit"] = exit.map { .text($0.recorded) }
    object["ending"] = ending.map { .integer($0) }
    return .object(object)
  }
}

extension DispatcherState.Ear {
  fileprivate var json: JSONValue {
    [
      "chat": .integer(chat), "run": .integer(incarnation), "fd": .integer(socket),
      "address": .text(address),
    ]
  }
}

extension DispatcherState.Chat {
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "chat": .integer(number), "answered": .integer(answered), "restarts": .integer(restarts),
    ]
    object["closed"] = isClosed.map { .bool($0) }
    object["since"] = stateSince.map { .integer($0) }
    object["last_pid"] = lastPid.map { .integer($0) }
    object["last_exit"] = lastExit.map { .text($0.recorded) }
    object["limit_remark"] = limitRemark.map { .text($0) }
    object["status"] = handlerStatus.map { .text($0) }
    object["last_words"] = lastWords.map { .text($0) }
    return .object(object)
  }
}

extension DispatcherState.Connection {
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "fd": .integer(socket), "leases": .array(leases.map { .integer($0) }),
      "unread": .text(HexText.encode(unread)), "unwritten": .text(HexText.encode(unwritten)),
      "answering": .bool(isAnswering), "ending": .bool(isEnding),
    ]
    object["pushed"] = pushed.map { .integer($0) }
    object["expires_at"] = expiresAt.map { .integer($0) }
    return .object(object)
  }
}

extension DispatcherState.Upgrade {
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "program": .text(program), "former_version": .text(formerVersion),
      "former": .integer(former), "began_at": .integer(beganAt),
    ]
    object["asker"] = asker.map { .integer($0) }
    return .object(object)
  }
}

/// Bytes of any kind as text.
enum HexText {
  private static let digits = Array("0123456789abcdef".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil for what is no pairs of digits.
  static func decode(_ text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap(value)
    guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    digits.firstIndex(of: digit).map { UInt8($0) }
  }
}
