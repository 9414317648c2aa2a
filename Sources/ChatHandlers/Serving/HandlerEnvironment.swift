internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage

/// What the dispatcher tells a handler through its environment (`wg-handler(7)`).
struct HandlerEnvironment {
  /// `WG_CHAT_ID`.
  let chat: ChatID
  /// `WG_DIR`: the project's folder, `.wg` itself.
  let project: FilePath
  /// `WG_CHAT_DIR`: where the inbox and the outbox are.
  let directory: FilePath
  /// `WG_INCARNATION`: the number of this run.
  let incarnation: UInt64?
  /// `WG_MODEL` and `WG_ENDPOINT`: what the chat is to use, where it was said.
  let model: String?
  let endpoint: String?
  /// `CREDENTIALS_DIRECTORY`, where a service manager has put secrets; see systemd.exec(5).
  let credentials: FilePath?
  /// `SSL_CERT_FILE`: whom to trust instead of the system's authorities.
  let authorities: String?
  /// `NOTIFY_SOCKET`, when somebody wants to know of readiness.
  let notifySocket: String?
  /// `WATCHDOG_USEC` in nanoseconds, when somebody wants signs of life.
  let watchdog: Int64?
  /// `WG_STOP_TIMEOUT_USEC` in nanoseconds: from SIGTERM to SIGKILL.
  let stopTimeout: Int64

  /// Nanoseconds that a turn may still take after SIGTERM.
  ///
  /// The rest of the time is for the end of the program.
  var turnGrace: Int64 { stopTimeout - min(stopTimeout / 2, 4_000_000_000) }

  /// Reads and checks the variables; the message of the error names the one that is wrong.
  init(_ variable: @escaping (String) -> String?) throws(UsageError) {
    let variables = Variables(lookUp: variable)
    let number = try variables.number("WG_CHAT_ID")
    guard let small = UInt32(exactly: number) else {
      throw UsageError("WG_CHAT_ID is \(number), which is too large for a chat's number")
    }
    chat = ChatID(small)
    directory = try variables.folder("WG_CHAT_DIR")
    project = try variables.folder("WG_DIR")
    incarnation = try variables.optional("WG_INCARNATION").map { text throws(UsageError) in
      try Variables.number(text, of: "WG_INCARNATION")
    }
    model = try variables.optional("WG_MODEL")
    endpoint = try variables.optional("WG_ENDPOINT")
    credentials = try variables.optional("CREDENTIALS_DIRECTORY").map { FilePath($0) }
    authorities = try variables.optional("SSL_CERT_FILE")
    notifySocket = try variables.optional("NOTIFY_SOCKET")
    watchdog = try HandlerEnvironment.watchdog(variables)
    stopTimeout = try variables.microseconds("WG_STOP_TIMEOUT_USEC") ?? 10_000_000_000
    try HandlerEnvironment.check(variables.optional("WG_TASK_ID"), names: chat)
  }

  private static func watchdog(_ variables: Variables) throws(UsageError) -> Int64? {
    // Meant for another process, which passed its environment on.
    if let process = try variables.optional("WATCHDOG_PID"), process != String(CurrentProcess.pid) {
      return nil
    }
    return try variables.microseconds("WATCHDOG_USEC")
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

  /// In nanoseconds.
  func microseconds(_ name: String) throws(UsageError) -> Int64? {
    guard let text = try optional(name) else { return nil }
    let microseconds = try Variables.number(text, of: name)
    guard (1...9_000_000_000_000_000).contains(microseconds) else {
      throw UsageError("\(name) is \(text), which is no sensible time")
    }
    return Int64(microseconds) * 1000
  }

  static func number(_ text: String, of name: String) throws(UsageError) -> UInt64 {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(text) else {
      throw UsageError("\(name) is '\(text)', not a number")
    }
    return number
  }
}
