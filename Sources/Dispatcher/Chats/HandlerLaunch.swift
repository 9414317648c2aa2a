internal import ChatProject
internal import ChatStorage
internal import Glibc
internal import LinuxSystem
internal import Settings
internal import SupervisionCore
internal import SystemPackage

/// Makes the request that starts a chat's handler.
///
/// wg-handler(7).
struct HandlerLaunch {
  let layout: ProjectLayout
  /// `wg-handler`, the program that comes with wg.
  let handlerProgram: FilePath
  let environment: [String]

  /// How the handler is to say how it is.
  struct Voice {
    /// NOTIFY_SOCKET.
    let socket: String
    /// Nanoseconds within which a sign of life is due, again and again; nil: none is.
    let watchdog: Int64?
    /// Nanoseconds from SIGTERM to SIGKILL, in which it can still say something.
    let stopTimeout: Int64
  }

  /// Descriptor 3 is the locked session: the kernel holds the lock as long as the handler has it.
  private static let lockNumber: Int32 = 3

  func request(
    for chat: SupervisedChat, _ needs: HandlerNeeds, session: SessionID, lock: Descriptor,
    output: Descriptor, input: Descriptor, voice: Voice, incarnation: Incarnation
  ) -> SpawnRequest {
    let arguments = needs.handler.arguments(handlerProgram: handlerProgram.string)
    return SpawnRequest(
      executable: executable(arguments), arguments: arguments,
      environment: environment(needs) + variables(chat, needs, session, voice, incarnation),
      directory: workingDirectory(needs),
      descriptors: [
        SpawnRequest.Inheritance(input, as: 0), SpawnRequest.Inheritance(output, as: 1),
        SpawnRequest.Inheritance(output, as: 2),
        SpawnRequest.Inheritance(lock, as: Self.lockNumber),
      ],
      placement: .ownSession, isSubreaper: true)
  }

  /// Equal for chats whose handlers need the same: program, options, variables, model and endpoint.
  ///
  /// The same number in every program that goes on where another one stood, so not Swift's own hash.
  func program(_ needs: HandlerNeeds) -> ProgramID {
    var parts = needs.handler.arguments(handlerProgram: handlerProgram.string)
    if case .configured(let handler, _) = needs.handler { parts += handler.environment }
    parts += [needs.model ?? "", needs.endpoint ?? ""]
    // FNV-1a.
    return ProgramID(
      parts.joined(separator: "\0").utf8.reduce(0xCBF2_9CE4_8422_2325) {
        ($0 ^ UInt64($1)) &* 0x100_0000_01B3
      })
  }

  /// This process's, and what the handler's table sets.
  private func environment(_ needs: HandlerNeeds) -> [String] {
    guard case .configured(let handler, _) = needs.handler, !handler.environment.isEmpty else {
      return environment
    }
    let names = Set(handler.environment.map { $0.prefix { $0 != "=" } })
    return environment.filter { !names.contains($0.prefix { $0 != "=" }) } + handler.environment
  }

  /// Whether the handler says when it is ready.
  ///
  /// A program that is not ours need not.
  func awaitsReadiness(_ handler: HandlerSpecification) -> Bool {
    switch handler {
    case .builtIn, .configured, .command: true
    case .contract: false
    }
  }

  /// A bare name is looked up in PATH.
  ///
  /// One that is not found there is left for the spawn to complain about, without a path: the working
  /// folder, where it could be found, is the project's.
  private func executable(_ arguments: [String]) -> FilePath {
    let name = arguments.first ?? ""
    if name.contains("/") { return FilePath(name) }
    return ExecutableSearch.find(name, path: CurrentProcess.variable("PATH")) ?? FilePath("")
  }

  private func variables(
    _ chat: SupervisedChat, _ needs: HandlerNeeds, _ session: SessionID, _ voice: Voice,
    _ incarnation: Incarnation
  ) -> [String] {
    var variables = [
      "WG_DIR=\(layout.root)", "WG_CHAT_ID=\(chat.id.number)",
      "WG_CHAT_REF=chat-\(chat.id.number)", "WG_TASK_ID=\(chat.id.taskID)",
      "WG_CHAT_DIR=\(layout.chatDirectory(session))", "WG_INCARNATION=\(incarnation.number)",
      "NOTIFY_SOCKET=\(voice.socket)",
      // With no time at all there is nothing to be told.
      "WG_STOP_TIMEOUT_USEC=\(max(1, voice.stopTimeout / 1_000))",
    ]
    // Without WATCHDOG_PID: the number of a process that does not exist yet is not known.
    if let watchdog = voice.watchdog { variables.append("WATCHDOG_USEC=\(watchdog / 1_000)") }
    if let model = needs.model { variables.append("WG_MODEL=\(model)") }
    if let endpoint = needs.endpoint { variables.append("WG_ENDPOINT=\(endpoint)") }
    return variables
  }

  /// The chat's own folder, or the project's when that is gone.
  private func workingDirectory(_ needs: HandlerNeeds) -> FilePath {
    if let directory = needs.directory.map({ FilePath($0) }),
      (try? FileStatus.of(directory, followsLinks: true))?.kind == .directory
    {
      return directory
    }
    return layout.root.removingLastComponent()
  }

  /// What this process has, without what was said to it alone.
  static func inheritedEnvironment() -> [String] {
    let ours: Set<Substring> = [
      "WG_CHAT_ID", "WG_CHAT_REF", "WG_CHAT_DIR", "WG_TASK_ID", "WG_INCARNATION", "WG_MODEL",
      "WG_ENDPOINT", "WG_DIR", "WG_STOP_TIMEOUT_USEC",
    ]
    return CurrentProcess.environmentToPassOn().filter {
      !ours.contains($0.prefix { $0 != "=" })
    }
  }
}
