internal import LinuxSystem
internal import SystemPackage
internal import Systemd

extension UnitHook {
  /// Does what is to be done and gives its exit status; what it did is said on standard error.
  ///
  /// Where systemd does not answer, `stop` and `stopped` leave it at what SIGTERM does: the
  /// dispatcher ends its handlers.
  func run() -> Int32 {
    let own = ControlGroup.ownMembership().flatMap(ProcessUnit.init(controlGroup:))
    do throws(Errno) {
      switch self {
      case .stop: try Self.leaveHandlersToTheNext(own)
      case .stopped: try Self.clear(own)
      case .over(let unit): try Self.endLeftovers(of: unit, own)
      }
      return 0
    } catch {
      Self.say("systemd does not tell what is to become of the handlers: \(error)")
      return self.isOver ? 1 : 0
    }
  }

  private var isOver: Bool { if case .over = self { true } else { false } }

  /// A restart: the dispatcher is told to go without ending its handlers.
  ///
  /// SIGTERM comes next, and changes nothing then.
  private static func leaveHandlersToTheNext(_ own: ProcessUnit?) throws(Errno) {
    // It may have ended by itself.
    guard CurrentProcess.variable("MAINPID") != nil, let own else { return }
    let systemd = try RunningSystemd.ofThisProcess(own)
    if try UnitOutlook.ask(own.name, systemd).isRestart {
      try systemd.signalMainProcess(of: own.name, .user2)
    }
  }

  /// The dispatcher is gone: ends what a stop must not leave, and makes room for the next one.
  private static func clear(_ own: ProcessUnit?) throws(Errno) {
    guard let group = DelegatedGroup.find() else { return }
    // Else the kernel lets no process into the group, and systemd cannot start the next dispatcher.
    group.withdrawControllers()
    guard let own else { return }
    let systemd = try RunningSystemd.ofThisProcess(own)
    if try UnitOutlook.ask(own.name, systemd).isStop {
      try end(group, except: ControlGroup.own(), of: own.name)
    }
  }

  /// Nobody would end them later, and nobody would start others for their chats.
  private static func endLeftovers(of unit: String, _ own: ProcessUnit?) throws(Errno) {
    let systemd = try RunningSystemd.ofThisProcess(own)
    guard try UnitOutlook.ask(unit, systemd).isOver,
      let group = try systemd.controlGroup(of: unit)
    else { return }
    try end(group, except: nil, of: unit)
  }

  /// As long as a handler has without any setting: those of projects are not read here.
  private static let grace: Int64 = 10_000_000_000
  private static let patience: Int64 = 5_000_000_000

  private static func end(
    _ group: ControlGroup, except own: ControlGroup?, of unit: String
  ) throws(Errno) {
    let ending = try group.end(except: own, grace: grace, patience: patience)
    if ending.asked.isEmpty { return }
    say("\(unit) is down: SIGTERM to what was left of its handlers (PIDs \(list(ending.asked)))")
    if !ending.killed.isEmpty { say("SIGKILL to PIDs \(list(ending.killed))") }
    if !ending.survivors.isEmpty { say("still there: PIDs \(list(Set(ending.survivors)))") }
  }

  private static func list(_ pids: Set<Int32>) -> String {
    pids.sorted().map(String.init).joined(separator: ", ")
  }

  private static func say(_ text: String) {
    StandardStreams.complain("wg-dispatcher", text)
  }
}
