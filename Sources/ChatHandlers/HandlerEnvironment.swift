internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage

/// What the dispatcher tells a handler through its environment (`wg-handler(7)`).
struct HandlerEnvironment {
  /// `WG_CHAT_ID`.
  let chat: ChatID
  /// `WG_CHAT_DIR`: where the inbox and the outbox are.
  let directory: FilePath
  /// `NOTIFY_SOCKET`, when somebody wants to know of readiness.
  let notifySocket: String?
  /// `WATCHDOG_USEC` in nanoseconds, when somebody wants signs of life.
  let watchdog: Int64?

  /// Reads and checks the variables; the message of the error names the one that is wrong.
  init(_ variable: @escaping (String) -> String?) throws(UsageError) {
    let variables = Variables(lookUp: variable)
    let number = try variables.number("WG_CHAT_ID")
    guard let small = UInt32(exactly: number) else {
      throw UsageError("WG_CHAT_ID is \(number), which is too large for a chat's number")
    }
    chat = ChatID(small)
    directory = try variables.folder("WG_CHAT_DIR")
    _ = try variables.folder("WG_DIR")
    _ = try variables.optional("WG_INCARNATION").map { text throws(UsageError) in
      try Variables.number(text, of: "WG_INCARNATION")
    }
    notifySocket = try variables.optional("NOTIFY_SOCKET")
    watchdog = try HandlerEnvironment.watchdog(variables)
    try HandlerEnvironment.check(variables.optional("WG_TASK_ID"), names: chat)
  }

  private static func watchdog(_ variables: Variables) throws(UsageError) -> Int64? {
    guard let text = try variables.optional("WATCHDOG_USEC") else { return nil }
    // Meant for another process, which passed its environment on.
    if let process = try variables.optional("WATCHDOG_PID"), process != String(CurrentProcess.pid) {
      return nil
    }
    let microseconds = try Variables.number(text, of: "WATCHDOG_USEC")
    guard (1...9_000_000_000_000_000).contains(microseconds) else {
      throw UsageError("WATCHDOG_USEC is \(text), which is no sensible time")
    }
    return Int64(microseconds) * 1000
  }

  /// A mix-up of two chats must not end in answers to the wrong person.
  private static func check(_ taskID: String?, names chat: ChatID) throws(UsageError) {
    guard let taskID else { return }
    guard ChatID(taskID: taskID) == chat else {
      throw UsageError("WG_TASK_ID is '\(taskID)', but WG_CHAT_ID is \(chat.number)")
    }
  }
}

/// The environment with its checks.
///
/// An empty variable counts as one that is not set.
private struct Variables {
  let lookUp: (String) -> String?

  func optional(_ name: String) throws(UsageError) -> String? {
    guard let value = lookUp(name), !value.isEmpty else { return nil }
    guard !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      throw UsageError("\(name) contains a control character")
    }
    return value
  }

  private func required(_ name: String) throws(UsageError) -> String {
    guard let value = try optional(name) else {
      throw UsageError(
        "\(name) is not set; handlers are started by wg-dispatcher, see wg-handler(7)")
    }
    return value
  }

  func folder(_ name: String) throws(UsageError) -> FilePath {
    let path = FilePath(try required(name))
    guard path.isAbsolute else { throw UsageError("\(name) is '\(path)', not an absolute path") }
    return path
  }

  func number(_ name: String) throws(UsageError) -> UInt64 {
    try Variables.number(try required(name), of: name)
  }

  static func number(_ text: String, of name: String) throws(UsageError) -> UInt64 {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(text) else {
      throw UsageError("\(name) is '\(text)', not a number")
    }
    return number
  }
}
