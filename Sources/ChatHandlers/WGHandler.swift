internal import ChatStorage
internal import HandlerKinds
internal import LinuxSystem
internal import SystemPackage

/// The program `wg-handler`: answers the messages of one chat.
public enum WGHandler {
  /// Runs it to its end and answers its exit status.
  ///
  /// Blocks; to be called once, from the main thread.
  ///
  /// `arguments` are those after the program's name. The environment is the process's own and says
  /// which chat it is about (`wg-handler(7)`).
  public static func run(arguments: [String]) -> Int32 {
    let exit = outcome(arguments)
    if let reason = exit.reason {
      StandardStreams.complain("wg-handler", reason)
    }
    return exit.status.rawValue
  }

  private static func outcome(_ arguments: [String]) -> HandlerExit {
    let invocation: HandlerInvocation
    do throws(UsageError) {
      invocation = try HandlerInvocation.parse(arguments)
    } catch {
      return refused(error)
    }
    do throws(UsageError) {
      switch invocation {
      case .help: return printed(HandlerHelp.text)
      case .version: return printed("wg-handler \(HandlerHelp.version)\n")
      case .unavailable(let kind): return try serve { _ in ImmediateResponder.unavailable(kind) }
      case .run(let arguments): return try serve { responder(arguments, $0) }
      }
    } catch {
      return HandlerExit(.usage, error.description)
    }
  }

  /// Whoever writes to the chat is told what is wrong with its handler; without a chat, whoever
  /// typed it.
  private static func refused(_ error: UsageError) -> HandlerExit {
    let served = try? serve { _ in ImmediateResponder.refused(error.description) }
    return served ?? HandlerExit(.usage, error.description)
  }

  private static func printed(_ text: String) -> HandlerExit {
    StandardStreams.write(.output, text)
    return .success
  }

  /// The locked session, wg-handler(7).
  private static let lockNumber: Int32 = 3

  private static func serve(
    _ responder: (HandlerContext) -> any Responder
  ) throws(UsageError) -> HandlerExit {
    let environment = try HandlerEnvironment { CurrentProcess.variable($0) }
    let folder = environment.directory
    guard let status = try? FileStatus.of(folder, followsLinks: true), status.kind == .directory
    else { return HandlerExit(.noInput, "WG_CHAT_DIR \(folder): there is no such folder") }
    // Before anything is opened here that could have the number.
    let token = SessionToken(inherited: lockNumber, in: folder)
    do throws(Errno) {
      let context = HandlerContext(
        environment: environment, token: token, variables: CurrentProcess.environment(),
        loop: try EventLoop())
      return try ChatServer(context, responder(context)).run()
    } catch {
      return HandlerExit(.system, "cannot make an event loop: \(error)")
    }
  }

  /// Who answers.
  ///
  /// Making a responder starts nothing and cannot fail: what is missing is told to whoever asks.
  private static func responder(
    _ arguments: HandlerArguments, _ context: HandlerContext
  ) -> any Responder {
    switch arguments.kind {
    case .echo: ImmediateResponder.echo()
    case .command:
      CommandResponder(
        CommandSettings(arguments), environment: context.variables, loop: context.loop)
    case .openai:
      OpenAIResponder(OpenAISettings(arguments, context.environment), context)
    case .acp: AgentResponder.acp(arguments, context)
    case .claude: AgentResponder.claude(arguments, context)
    case .codex: AgentResponder.codex(arguments, context)
    }
  }
}
