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
      StandardStreams.write(.error, "wg-handler: \(reason)\n")
    }
    return exit.status.rawValue
  }

  private static func outcome(_ arguments: [String]) -> HandlerExit {
    do throws(UsageError) {
      switch try HandlerInvocation.parse(arguments) {
      case .help: return printed(HandlerHelp.text)
      case .version: return printed("wg-handler \(HandlerHelp.version)\n")
      case .run(let kind):
        return serve(kind, try HandlerEnvironment { CurrentProcess.variable($0) })
      }
    } catch {
      return HandlerExit(.usage, error.description)
    }
  }

  private static func printed(_ text: String) -> HandlerExit {
    StandardStreams.write(.output, text)
    return .success
  }

  private static func serve(_ kind: HandlerKind, _ environment: HandlerEnvironment) -> HandlerExit {
    let folder = environment.directory
    guard let status = try? FileStatus.of(folder, followsLinks: true), status.kind == .directory
    else { return HandlerExit(.noInput, "WG_CHAT_DIR \(folder): there is no such folder") }
    do throws(Errno) {
      let loop = try EventLoop()
      return try ChatServer(environment, responder(kind, loop), loop: loop).run()
    } catch {
      return HandlerExit(.system, "cannot make an event loop: \(error)")
    }
  }

  private static func responder(_ kind: HandlerKind, _ loop: EventLoop) -> any Responder {
    switch kind {
    case .echo: ImmediateResponder.echo()
    case .unavailable(let name): ImmediateResponder.unavailable(name)
    case .command(let settings):
      CommandResponder(settings, environment: CurrentProcess.environment(), loop: loop)
    }
  }
}
