internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// `wg-dispatcher`, from its arguments to its exit status.
public enum DispatcherProgram {
  /// Runs until the dispatcher ends; gives the exit status of interface's conventions.
  public static func run(_ arguments: [String]) -> Int32 {
    do throws(StateError) {
      // First of all: until it serves, whatever happens leads back to the program before this one.
      if let duty = try StandbyDuty.take() { return run(arguments, duty) }
      return run(arguments, resuming: try Handover.take())
    } catch {
      return fail(error.reason, 64)
    }
  }

  private static func run(_ arguments: [String], _ duty: StandbyDuty) -> Int32 {
    do throws(Errno) {
      switch try duty.perform() {
      case .goOn(let handover): return run(arguments, resuming: handover)
      case .dismissed: return 0
      case .unannounced: return fail("the dispatcher ended before it was told who stands by", 1)
      }
    } catch {
      return fail("it cannot be told whether the new program serves: \(error)", 1)
    }
  }

  private static func run(_ arguments: [String], resuming handover: Handover?) -> Int32 {
    let request: DispatcherOptions.Request
    do throws(DispatcherOptions.UsageError) {
      request = try DispatcherOptions.parse(arguments)
    } catch {
      handover?.giveUp(because: error.message)
      return fail(error.message, 64, hint: "wg-dispatcher --help lists the options")
    }
    switch request {
    case .help: return say(DispatcherOptions.help)
    case .version: return say("wg-dispatcher \(ProgramVersion.current)")
    case .unitHook(let hook): return hook.run()
    case .rehearse: return rehearse()
    case .run(let options): return run(options, arguments, resuming: handover)
    }
  }

  private static func rehearse() -> Int32 {
    do throws(Errno) {
      switch RehearsalReport.answer(to: try Descriptor(copying: 0)) {
      case .success(let report): return StandardStreams.write(.output, report) ? 0 : 1
      case .failure(let error): return fail(error.reason, 65)
      }
    } catch {
      return fail("there is no state on standard input: \(error)", 64)
    }
  }

  private static func run(
    _ options: DispatcherOptions, _ arguments: [String], resuming handover: Handover?
  ) -> Int32 {
    do {
      if handover == nil { try KeeperProgram.executeIfWanted(options, arguments) }
      let folder = try ProjectFolder.find(
        dirOption: options.directory.map { FilePath($0) }, environment: environment,
        currentDirectory: FilePath("."))
      try ProjectOwner.check(folder.layout)
      try serve(options, folder.layout, resuming: handover)
      return 0
    } catch let error as StorageError {
      tell("\(error)", errno(of: error.kind))
      return fail("\(error)", status(of: error.kind))
    } catch {
      tell("\(error)", (error as? Errno)?.rawValue)
      return fail("\(error)", 1)
    }
  }

  /// An error before the handover is accepted leads back, and does not return.
  private static func serve(
    _ options: DispatcherOptions, _ layout: ProjectLayout, resuming handover: Handover?
  ) throws {
    guard let handover else { return try DispatcherDaemon(options, layout).run() }
    do {
      try DispatcherDaemon(options, layout, resuming: handover).run(resuming: handover)
    } catch {
      handover.giveUp(because: "\(error)")
      throw error
    }
  }

  /// The service manager shows why; whoever runs this on a terminal reads it there.
  private static func tell(_ problem: String, _ errno: Int32?) {
    guard let starter = Starter() else { return }
    try? starter.send(.failed(errno: errno, status: problem))
    starter.settle(within: 500_000_000)
  }

  private static func errno(of kind: StorageError.Kind) -> Int32 {
    switch kind {
    case .badData: EBADMSG
    case .notFound: ENOENT
    case .notPermitted: EACCES
    case .locked: EBUSY
    case .input: EINVAL
    case .noSpace: ENOSPC
    case .exists: EEXIST
    case .replaced: ESTALE
    case .system(let code): code.rawValue
    }
  }

  private static var environment: [String: String] {
    var variables: [String: String] = [:]
    for name in ["WG_DIR", "HOME"] { variables[name] = CurrentProcess.variable(name) }
    return variables
  }

  private static func status(of kind: StorageError.Kind) -> Int32 {
    switch kind {
    case .badData: 65
    case .notFound: 66
    case .notPermitted: 77
    case .locked: 75
    case .input: 64
    case .noSpace, .exists, .replaced, .system: 1
    }
  }

  private static func say(_ text: String) -> Int32 {
    StandardStreams.write(.output, text + "\n")
    return 0
  }

  private static func fail(_ message: String, _ status: Int32, hint: String? = nil) -> Int32 {
    StandardStreams.complain("wg-dispatcher", message)
    if let hint { StandardStreams.write(.error, hint + "\n") }
    return status
  }
}
