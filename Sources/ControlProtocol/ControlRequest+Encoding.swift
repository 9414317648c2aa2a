public import JSONLines

extension ControlRequest {
  /// The request as the object that goes over the socket.
  ///
  /// What is not set is left out.
  public var json: JSONValue {
    var object = JSONObject()
    object["cmd"] = .text(commandText)
    writeMembers(to: &object)
    return .object(object)
  }

  private var commandText: String {
    switch self {
    case .hello: CommandName.hello.rawValue
    case .status: CommandName.status.rawValue
    case .createChat: CommandName.createChat.rawValue
    case .archiveChat: CommandName.archiveChat.rawValue
    case .deleteChat: CommandName.deleteChat.rawValue
    case .stopChat: CommandName.stopChat.rawValue
    case .startChat: CommandName.startChat.rawValue
    case .restoreChat: CommandName.restoreChat.rawValue
    case .resetChat: CommandName.resetChat.rawValue
    case .interruptChat: CommandName.interruptChat.rawValue
    case .renameChat: CommandName.renameChat.rawValue
    case .setChatExecutor: CommandName.setChatExecutor.rawValue
    case .listChats: CommandName.listChats.rawValue
    case .userChat: CommandName.userChat.rawValue
    case .purgeChats: CommandName.purgeChats.rawValue
    case .shutdown: CommandName.shutdown.rawValue
    case .graphChanged: CommandName.graphChanged.rawValue
    case .reconfigure: CommandName.reconfigure.rawValue
    case .attach: CommandName.attach.rawValue
    case .ping: CommandName.ping.rawValue
    case .subscribe: CommandName.subscribe.rawValue
    case .why: CommandName.why.rawValue
    case .metrics: CommandName.metrics.rawValue
    case .upgrade: CommandName.upgrade.rawValue
    case .unsupported(let spelling): spelling
    }
  }

  private func writeMembers(to object: inout JSONObject) {
    switch self {
    case .createChat(let chat): chat.write(to: &object)
    case .archiveChat(let chat), .deleteChat(let chat), .stopChat(let chat), .startChat(let chat),
      .restoreChat(let chat), .resetChat(let chat), .interruptChat(let chat), .attach(let chat):
      object.set("chat_id", number: chat)
    case .renameChat(let rename): rename.write(to: &object)
    case .setChatExecutor(let settings): settings.write(to: &object)
    case .userChat(let message): message.write(to: &object)
    case .purgeChats(let request): request.write(to: &object)
    case .shutdown(let request): request.write(to: &object)
    case .why(let chat): object.set("chat_id", number: chat)
    case .upgrade(let request): request.write(to: &object)
    case .hello, .status, .listChats, .graphChanged, .reconfigure, .ping, .subscribe, .metrics,
      .unsupported:
      break
    }
  }
}

extension ControlRequest.NewChat {
  fileprivate func write(to object: inout JSONObject) {
    object.set("name", text: name)
    object.set("executor", text: executor)
    object.set("command", text: command)
    object.set("model", text: model)
    object.set("endpoint", text: endpoint)
  }
}

extension ControlRequest.ChatSettings {
  fileprivate func write(to object: inout JSONObject) {
    object.set("chat_id", number: chatID)
    object.set("executor", text: executor)
    object.set("command", text: command)
    object.set("model", text: model)
    object.set("endpoint", text: endpoint)
  }
}

extension ControlRequest.ChatRename {
  fileprivate func write(to object: inout JSONObject) {
    object.set("chat_id", number: chatID)
    object.set("name", text: name)
  }
}

extension ControlRequest.UserMessage {
  fileprivate func write(to object: inout JSONObject) {
    object.set("chat_id", number: chatID)
    object.set("message", text: message)
    object.set("request_id", text: requestID)
    if !attachments.isEmpty { object["attachments"] = .array(attachments) }
  }
}

extension ControlRequest.PurgeRequest {
  fileprivate func write(to object: inout JSONObject) {
    object.set("caller_chat_id", number: callerChatID)
    if !except.isEmpty { object["except"] = .array(except.map { .integer($0) }) }
    object.set("keep_attached", flag: keepAttached)
    object.set("include_caller", flag: includeCaller)
    object.set("grace_ms", number: graceMilliseconds)
    object.set("dry_run", flag: isDryRun)
  }
}

extension ControlRequest.ShutdownRequest {
  fileprivate func write(to object: inout JSONObject) {
    object.set("force", flag: force)
    object.set("keep_handlers", flag: keepHandlers)
    object.set("restart", flag: restart)
  }
}

extension ControlRequest.UpgradeRequest {
  fileprivate func write(to object: inout JSONObject) {
    object.set("program", text: program)
    object.set("timeout_ms", number: timeoutMilliseconds)
  }
}
