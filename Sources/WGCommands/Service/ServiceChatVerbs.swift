internal import ArgumentParser

/// `wg service create-chat`, an older spelling of `wg chat create`.
struct ServiceCreateChat: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "create-chat", abstract: "Same as `wg chat create`.",
    aliases: ["create-coordinator"])

  @OptionGroup var options: CreateOptions
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().create(options)
  }
}

/// `wg service archive-chat`, an older spelling of `wg chat archive`.
struct ServiceArchiveChat: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive-chat", abstract: "Same as `wg chat archive`.",
    aliases: ["archive-coordinator"])

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .archive)
  }
}

/// `wg service stop-chat`, an older spelling of `wg chat stop`.
struct ServiceStopChat: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop-chat", abstract: "Same as `wg chat stop`.", aliases: ["stop-coordinator"])

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .stop)
  }
}

/// `wg service delete-chat`, an older spelling of `wg chat delete --yes`.
struct ServiceDeleteChat: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete-chat", abstract: "Same as `wg chat delete --yes`.",
    aliases: ["delete-coordinator"])

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .delete)
  }
}

/// `wg service interrupt-chat`, an older spelling of `wg chat interrupt`.
struct ServiceInterruptChat: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "interrupt-chat", abstract: "Same as `wg chat interrupt`.",
    aliases: ["interrupt-coordinator"])

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .interrupt)
  }
}

/// `wg service set-executor`, an older spelling of `wg chat set`.
struct ServiceSetExecutor: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-executor", abstract: "Same as `wg chat set`.",
    aliases: ["set-coordinator-executor", "switch"])

  @OptionGroup var target: ChatTarget
  @OptionGroup var handler: HandlerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if handler.isEmpty {
      throw ValidationError("one of --handler, --command, --model, --endpoint is needed")
    }
  }

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .set(handler))
  }
}
