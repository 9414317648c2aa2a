internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TimeSpans

extension DispatcherFacts {
  /// Asks the dispatcher that holds the project; without one, no socket is touched.
  static func gather(_ layout: ProjectLayout) -> DispatcherFacts {
    var facts = DispatcherFacts()
    facts.ownVersion = ProgramVersion.current
    do {
      facts.isRunning = try DispatcherProbe.isRunning(layout)
      guard facts.isRunning else { return facts }
      let state = try? ServiceState.read(layout)
      facts.pid = state?.pid
      try facts.ask(layout, written: state?.socketPath)
    } catch {
      facts.failure = ControlError(causedBy: error).message
    }
    if let pid = facts.pid { facts.look(at: pid, startedAt: facts.answer?.startedAt) }
    return facts
  }

  private mutating func ask(_ layout: ProjectLayout, written: FilePath?) throws {
    let paths = Set([written, layout.socket].compactMap(\.self))
    let client = try paths.lazy.compactMap { try DispatcherClient.connect($0) }.first
    guard let client else {
      failure = "nobody listens on \(layout.socket)"
      return
    }
    let status = try ServiceStatus(payload: client.demand(.status, within: .seconds(5)))
    guard let pid = status.pid else {
      failure = "its answer names no process"
      return
    }
    self.pid = pid
    answer = Answer(
      pid: pid, version: status.version, startsHandlers: status.startsHandlers,
      startedAt: status.startedAt, keeper: status.keeper, unwatchedEnds: status.unwatchedEnds)
  }

  private mutating func look(at pid: Int32, startedAt: String?) {
    state = ProcessTable.state(pid)
    isOutdated = ProcessTable.executesReplacedFile(pid) ?? false
    group = ControlGroupView.of(pid)
    // What the clock said then, against what today's clock says of the same moment.
    if let then = startedAt.flatMap(Timestamp.parse), let today = ProcessTable.startedAtWall(pid) {
      let (jump, overflow) = today.subtractingReportingOverflow(then)
      clockJump = overflow ? nil : jump
    }
  }
}

extension UnitFacts {
  /// Nil when no unit serves the project: none is written down, and the dispatcher is in none.
  static func gather(
    _ layout: ProjectLayout, _ dispatcher: DispatcherFacts, environment: [String: String]
  ) -> UnitFacts? {
    guard var facts = written(layout) ?? dispatcher.group.flatMap(ofGroup) ?? guess(layout) else {
      return nil
    }
    guard facts.failure == nil else { return facts }
    guard let scope = scope(of: facts, layout) else {
      facts.failure = "it is another user's, and only that user and root may ask"
      return facts
    }
    let wanted = "--property=" + properties.joined(separator: ",")
    let answer = ProgramQuestion(
      "systemctl", scope + ["show", wanted, "--", facts.name], environment: environment)?.answer()
    if let answer {
      facts.properties = parse(answer)
    } else {
      facts.failure = "systemd does not answer"
    }
    return facts.isGuess && !facts.isInUse ? nil : facts
  }

  /// Options of systemctl; nil when the manager is not to be reached by this user.
  private static func scope(of unit: UnitFacts, _ layout: ProjectLayout) -> [String]? {
    guard unit.isUserUnit else { return [] }
    let owner = (try? FileStatus.of(layout.root))?.owner ?? CurrentProcess.user
    if owner == CurrentProcess.user { return ["--user"] }
    guard CurrentProcess.user == 0 else { return nil }
    return ["--user", "--machine=\(UserAccount.name(of: owner))@.host"]
  }

  private static let properties = [
    "LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "NeedDaemonReload",
    "MainPID", "Delegate", "WatchdogUSec", "TriggeredBy",
  ]

  /// `service/unit.json`, which `wg service install` writes.
  private static func written(_ layout: ProjectLayout) -> UnitFacts? {
    do throws(StorageError) {
      return try ServiceUnit.read(layout).map {
        UnitFacts(name: $0.name, isUserUnit: $0.scope == .user)
      }
    } catch {
      return UnitFacts(name: "the unit", isUserUnit: false, failure: "\(error)")
    }
  }

  /// The machine's own chats have a unit that nobody has to write down.
  private static func guess(_ layout: ProjectLayout) -> UnitFacts? {
    guard layout.root.removingLastComponent() == UnitName.systemFolder,
      Path.exists("/run/systemd/system")
    else { return nil }
    return UnitFacts(name: UnitName.systemService, isUserUnit: false, isGuess: true)
  }

  /// The unit in whose group the dispatcher is: `/system.slice/wg-dispatcher.service/…`.
  static func ofGroup(_ group: ControlGroupView) -> UnitFacts? {
    let names = group.name.split(separator: "/")
    guard
      let name = names.last(where: { $0.hasPrefix("wg-dispatcher") && $0.hasSuffix(".service") })
    else { return nil }
    let isUserUnit = names.contains { $0.hasPrefix("user@") && $0.hasSuffix(".service") }
    return UnitFacts(name: String(name), isUserUnit: isUserUnit)
  }

  /// Lines of `Name=value`.
  static func parse(_ text: String) -> [String: String] {
    let pairs = text.split(separator: "\n").compactMap { line -> (String, String)? in
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
    return Dictionary(pairs) { first, _ in first }
  }
}
