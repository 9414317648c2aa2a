public import JSONLines

extension ControlRequest {
  /// Reads a request.
  ///
  /// Unknown members are ignored; an unknown `cmd`, a missing member and one of the wrong type are
  /// errors of code `usage` that name it.
  public static func decode(_ json: JSONValue) throws(ControlError) -> ControlRequest {
    let members = try MemberReader(json, in: "Invalid request", otherwise: .usage)
    let spelling = try members.required("cmd", members.string("cmd"))
    if CommandName.ofTaskAgents.contains(spelling) { return .unsupported(spelling) }
    guard let name = CommandName(spelling: spelling) else {
      throw ControlError(.usage, "Invalid request: unknown command `\(spelling)`")
    }
    return try decode(name, members)
  }

  private static func decode(
    _ name: CommandName, _ members: MemberReader
  ) throws(ControlError) -> ControlRequest {
    switch name {
    case .hello: .hello
    case .status: .status
    case .createChat: .createChat(try NewChat(members))
    case .archiveChat: .archiveChat(try members.requiredChat())
    case .deleteChat: .deleteChat(try members.requiredChat())
    case .stopChat: .stopChat(try members.requiredChat())
    case .startChat: .startChat(try members.requiredChat())
    case .restoreChat: .restoreChat(try members.requiredChat())
    case .resetChat: .resetChat(try members.requiredChat())
    case .interruptChat: .interruptChat(try members.requiredChat())
    case .renameChat: .renameChat(try ChatRename(members))
    case .setChatExecutor: .setChatExecutor(try ChatSettings(members))
    case .listChats: .listChats
    case .userChat: .userChat(try UserMessage(members))
    case .purgeChats: .purgeChats(try PurgeRequest(members))
    case .shutdown: .shutdown(try ShutdownRequest(members))
    case .graphChanged: .graphChanged
    case .reconfigure: .reconfigure
    case .attach: .attach(try members.requiredChat())
    case .ping: .ping
    case .subscribe: .subscribe
    case .why: .why(try members.chat())
    case .metrics: .metrics
    case .upgrade: .upgrade(try UpgradeRequest(members))
    }
  }
}

extension MemberReader {
  fileprivate func chat() throws(ControlError) -> UInt32? {
    if let number = try chatNumber("chat_id") { return number }
    return try chatNumber("coordinator_id")
  }

  fileprivate func requiredChat() throws(ControlError) -> UInt32 {
    try required("chat_id", chat())
  }
}

extension ControlRequest.NewChat {
  fileprivate init(_ members: MemberReader) throws(ControlError) {
    self.init(
      name: try members.string("name"), executor: try members.string("executor"),
      command: try members.string("command"), model: try members.string("model"),
      endpoint: try members.string("endpoint"))
    if command != nil && executor != nil {
      throw ControlError(.usage, "Invalid request: `command` excludes `executor`")
    }
  }
}

extension ControlRequest.ChatSettings {
  fileprivate init(_ members: MemberReader) throws(ControlError) {
    self.init(
      chatID: try members.requiredChat(), executor: try members.string("executor"),
      command: try members.string("command"), model: try members.string("model"),
      endpoint: try members.string("endpoint"))
    if isEmpty {
      throw ControlError(
        .usage, "Invalid request: one of `executor`, `command`, `model`, `endpoint` is needed")
    }
    if command != nil && executor != nil {
      throw ControlError(.usage, "Invalid request: `command` excludes `executor`")
    }
  }
}

extension ControlRequest.ChatRename {
  fileprivate init(_ members: MemberReader) throws(ControlError) {
    self.init(
      chatID: try members.requiredChat(),
      name: try members.required("name", members.string("name")))
  }
}

extension ControlRequest.UserMessage {
  /// The existing program means chat 0 when the request names none.
  fileprivate init(_ members: MemberReader) throws(ControlError) {
    self.init(
      chatID: try members.chat() ?? 0,
      message: try members.required("message", members.string("message")),
      requestID: try members.required("request_id", members.string("request_id")),
      attachments: try members.array("attachments"))
  }
}

extension ControlRequest.PurgeRequest {
  fileprivate init(_ members: MemberReader) throws(ControlError) {
    self.init(
      callerChatID: try members.chatNumber("caller_chat_id"),
      except: try members.chatNumbers("except"),
      keepAttached: try members.bool("keep_attached") ?? false,
      includeCaller: try members.bool("include_caller") ?? false,
      graceMilliseconds: try members.uint("grace_ms"),
      isDryRun: try members.bool("dry_run") ?? false)
  }
}

extension ControlRequest.ShutdownRequest {
  fileprivate init(_ members: MemberReader) throws(ControlError) {
    self.init(
      force: try members.bool("force") ?? false,
      keepHandlers: try members.bool("keep_handlers") ?? false,
      restart: try members.bool("restart") ?? false)
  }
}

extension ControlRequest.UpgradeRequest {
  fileprivate init(_ members: MemberReader) throws(ControlError) {
    self.init(
      program: try members.string("program"), timeoutMilliseconds: try members.uint("timeout_ms"))
  }
}
