internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// Standing by while another program takes this one's place, in the process that had it.
///
/// Nothing is done until it is clear who goes on.
final class StandbyDuty {
  private let handover: Handover
  private let link: StandbyLink
  /// The process whose place this one takes if it must.
  private let main: ProcessDescriptor
  private let deadline: Int64
  /// Meant for the dispatcher, whoever that will be; blocked from the beginning.
  private let signals: SignalDescriptor

  /// Takes over what the dispatcher has prepared; nil when this process is not to stand by.
  ///
  /// To be called before anything else.
  static func take() throws(StateError) -> StandbyDuty? {
    guard let text = CurrentProcess.takeVariable(Standby.variable) else { return nil }
    let numbers = text.split(separator: ":").compactMap { Int32($0) }
    guard numbers.count == 4 else {
      throw StateError("\(Standby.variable) is not for people: unset it")
    }
    return try StandbyDuty(numbers, blockSignals())
  }

  private static func blockSignals() throws(StateError) -> SignalDescriptor {
    do throws(Errno) {
      return try SignalDescriptor([.terminate, .interrupt, .hangup, .user2])
    } catch {
      throw StateError("signals cannot be kept: \(error)")
    }
  }

  private init(_ numbers: [Int32], _ signals: SignalDescriptor) throws(StateError) {
    ProcessImage.name("wg-dispatcher")
    self.signals = signals
    handover = try Handover(standingBy: numbers[0])
    link = StandbyLink(stream: UnixStream(adopting: try Handover.inherit(numbers[1])))
    main = ProcessDescriptor(
      pid: handover.state.pid, adopting: try Handover.inherit(numbers[2]))
    deadline = Clock.monotonic + Int64(numbers[3]) * 1_000_000_000
    for descriptor in [link.stream.descriptor, main.descriptor] {
      try? descriptor.setCloseOnExec(true)
    }
    takeIdentity()
  }

  /// What a service manager has said to the one process, and means for the unit.
  private func takeIdentity() {
    for name in ["SYSTEMD_EXEC_PID", "WATCHDOG_PID"]
    where CurrentProcess.variable(name) == "\(main.pid)" {
      CurrentProcess.setVariable(name, "\(CurrentProcess.pid)")
    }
  }

  /// What standing by has come to.
  enum Verdict {
    /// The new program serves, and this process is to end.
    case dismissed
    /// Nobody knows of this process: whoever watches the dispatcher starts another one.
    case unannounced
    case goOn(Handover)
  }

  /// Stands by until it is clear who goes on.
  func perform() throws(Errno) -> Verdict {
    link.say(.prepared)
    switch try outcome() {
    case .served:
      handBack()
      return .dismissed
    case .unannounced: return .unannounced
    case .ended: handover.failure = "it ended before it served"
    case .late:
      handover.failure = "it did not serve in time"
      try endMain()
    }
    return .goOn(handover)
  }

  private enum Outcome { case served, unannounced, ended, late }

  private func outcome() throws(Errno) -> Outcome {
    var (isLinked, follows) = (true, false)
    while true {
      let sources = [main.descriptor] + (isLinked ? [link.stream.descriptor] : [])
      let ready = try Descriptor.wait(
        forAny: sources.map { ($0, .readable) }, until: .at(deadline))
      if ready.count > 1, ready[1] {
        switch link.hear(until: .now) {
        case .serves: return .served
        case .follows: follows = true
        // It has closed what it does not know. That does not say that it will not serve.
        case .prepared, .released, nil: isLinked = false
        }
      } else if ready[0] {
        return follows ? .ended : .unannounced
      } else if Clock.monotonic >= deadline {
        return follows ? .late : .unannounced
      }
    }
  }
}

extension StandbyDuty {
  /// Ends the program that has this one's place, and what it has started.
  private func endMain() throws(Errno) {
    let runs = handover.state.runs
    let known = Set(runs.map(\.pid) + runs.flatMap(\.leftovers).map(\.pid))
    for child in ProcessTable.children(of: main.pid) where !known.contains(child) {
      guard let process = try? ProcessDescriptor.open(child) else { continue }
      // The number may have become another process's, which has another parent.
      if ProcessTable.parent(child) == main.pid { try? process.signal(.kill) }
    }
    try? main.signal(.kill)
    _ = try main.descriptor.wait(for: .readable, until: .never)
  }

  /// Where a service manager takes this process for the unit's, it is told whose that is now.
  private func handBack() {
    guard isForServiceManager, let starter = Starter() else { return link.say(.released) }
    try? starter.send(.mainProcess(main.pid))
    starter.settle(within: Self.barrierPatience)
    link.say(.released)
    passOnSignals()
  }

  /// With a keeper it is not the unit's main process.
  private var isForServiceManager: Bool {
    !KeeperLink.isAnnounced && ServiceUnit.ofThisProcess() != nil
  }

  private static let barrierPatience: Int64 = 1_000_000_000
  private static let linger: Int64 = 2_000_000_000

  /// What came until the service manager knew of the change was meant for the other process; a manager
  /// that was stopping the unit by then does not heed it, and goes on with this one.
  private func passOnSignals() {
    let sources: [(Descriptor, Descriptor.Condition)] = [
      (signals.descriptor, .readable), (main.descriptor, .readable),
    ]
    var until = Deadline.after(nanoseconds: Self.linger)
    while let ready = try? Descriptor.wait(forAny: sources, until: until), ready[0], !ready[1] {
      while let received = try? signals.read() { try? main.signal(received.signal) }
      until = .never
    }
  }
}
