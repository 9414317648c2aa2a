import ChatStorage
import ControlProtocol
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@testable import WGCommands

/// What `wg doctor` makes of facts about a project that are hard to bring about for real.
@Suite struct DoctorProjectFindingTests {
  private func fileSystem(
    _ type: Int64 = 0xEF53, isReadOnly: Bool = false, available: UInt64 = 1 << 40,
    freeFiles: UInt64? = 1_000_000
  ) -> [Finding.Severity] {
    FileSystemStatus?.some(
      FileSystemStatus(
        type: type, isReadOnly: isReadOnly, available: available, total: 1 << 41,
        freeFiles: freeFiles)
    ).findings.map(\.severity)
  }

  @Test("A file system is judged by its kind and by what is left on it")
  func fileSystems() {
    #expect(fileSystem() == [.ok])
    #expect(fileSystem(freeFiles: nil) == [.ok])
    #expect(fileSystem(isReadOnly: true, available: 0) == [.problem])
    #expect(fileSystem(available: (256 << 20) - 1) == [.warning])
    #expect(fileSystem(available: (16 << 20) - 1) == [.problem])
    #expect(fileSystem(available: 1, freeFiles: 1) == [.problem, .problem])
    #expect(fileSystem(0x6969) == [.warning])
    #expect(fileSystem(0x0102_1994) == [.warning])
    #expect(fileSystem(0x4D44) == [.warning])
    #expect(FileSystemStatus?.none.findings.map(\.severity) == [.warning])
  }

  @Test("Limits are enough or not for the number of chats")
  func limits() {
    func facts(_ chats: Int, _ descriptors: UInt64?, _ watches: UInt64?) -> [Finding.Severity] {
      LimitFacts(chats: chats, descriptors: descriptors, watches: watches, instances: 128)
        .findings.map(\.severity)
    }
    #expect(facts(240, 1024, 65_536) == [.ok, .ok])
    #expect(facts(241, 1024, 65_536) == [.warning, .ok])
    #expect(facts(3, 32, 8) == [.warning, .ok])
    #expect(facts(4, .max, 8) == [.ok, .warning])
    #expect(facts(4, nil, nil) == [.note])
  }

  @Test("A clock behind the files, or set while the dispatcher ran, is told")
  func times() {
    let second: Int64 = 1_000_000_000
    func facts(_ ahead: Int64, jump: Int64?) -> [Finding.Severity] {
      TimeFacts(
        now: 0, newest: (ahead * second, "/x"), jump: jump.map { $0 * second }
      ).findings.map(\.severity)
    }
    #expect(facts(60, jump: nil) == [])
    #expect(facts(61, jump: 10) == [.warning])
    #expect(facts(-5, jump: 11) == [.note])
    #expect(facts(-5, jump: -3600) == [.note])
  }

  private func dispatcher(
    version: String? = "1.0.0", isOutdated: Bool = false, state: Character = "S",
    startsHandlers: Bool = true, ends: UnwatchedEnds? = .keeper
  ) -> DispatcherFacts {
    var facts = DispatcherFacts()
    facts.isRunning = true
    facts.pid = 7
    facts.ownVersion = "1.0.0"
    facts.answer = .init(
      pid: 7, version: version, startsHandlers: startsHandlers, unwatchedEnds: ends)
    facts.isOutdated = isOutdated
    facts.state = state
    return facts
  }

  @Test("A dispatcher is judged by its answer")
  func dispatchers() {
    #expect(DispatcherFacts().findings.map(\.severity) == [.ok])
    func judged(_ facts: DispatcherFacts) -> [Finding.Severity] {
      facts.findings.filter { $0.check == .dispatcher }.map(\.severity)
    }
    #expect(judged(dispatcher()) == [.ok])
    #expect(judged(dispatcher(version: "0.9.0")) == [.warning])
    #expect(judged(dispatcher(version: nil)) == [.warning])
    #expect(judged(dispatcher(isOutdated: true)) == [.note])
    #expect(judged(dispatcher(startsHandlers: false)) == [.note])
    var silent = dispatcher()
    silent.answer = nil
    #expect(silent.findings.map(\.severity) == [.problem])
    silent.state = "T"
    #expect(silent.findings.map(\.advice) == ["kill -CONT 7"])
  }

  @Test(
    "Who knows how handlers end without a dispatcher is told, with what would be better",
    arguments: [
      (nil, .note, nil), (.serviceManager, .ok, nil), (.keeper, .ok, nil),
      (.unknown(.noKeeper), .note, "--keeper no"), (.unknown(.oldKernel), .note, "6.15"),
      (.unknown(.keeperLost), .warning, "wg service restart"),
      (.unknown(.storeRefused), .warning, "FileDescriptorStoreMax=4096"),
    ] as [(UnwatchedEnds?, Finding.Severity, String?)])
  func ends(_ ends: UnwatchedEnds?, severity: Finding.Severity, advice: String?) throws {
    let finding = try #require(
      dispatcher(ends: ends).findings.first { $0.check == .ends })
    #expect(finding.severity == severity)
    #expect(finding.advice.map { $0.contains(advice ?? "") } == advice.map { _ in true })
  }

  @Test("The main process of a unit may be the keeper of the dispatcher")
  func keptUnits() {
    var unit = UnitFacts(name: "wg-dispatcher.service", isUserUnit: false)
    unit.properties = good.merging(["MainPID": "6"]) { $1 }
    var kept = dispatcher()
    #expect(unit.findings(kept).map(\.severity) == [.warning])
    kept.answer?.keeper = 6
    #expect(unit.findings(kept).map(\.severity) == [.ok])
  }

  private let good = [
    "LoadState": "loaded", "ActiveState": "active", "SubState": "running",
    "UnitFileState": "enabled", "NeedDaemonReload": "no", "MainPID": "7", "Delegate": "yes",
    "WatchdogUSec": "30s", "Result": "success",
  ]

  @Test(
    "A unit is judged by its properties",
    arguments: [
      ([:], [.ok]), (["LoadState": "not-found"], [.problem]),
      (["ActiveState": "failed", "Result": "watchdog", "MainPID": "7"], [.problem]),
      (["NeedDaemonReload": "yes"], [.warning]), (["UnitFileState": "disabled"], [.note]),
      (["UnitFileState": "disabled", "TriggeredBy": "wg-dispatcher.socket"], [.ok]),
      (["MainPID": "8"], [.warning]), (["Delegate": "no"], [.warning]),
      (["WatchdogUSec": "infinity"], [.note]), (["WatchdogUSec": "0"], [.note]),
    ] as [([String: String], [Finding.Severity])])
  func units(change: [String: String], severities: [Finding.Severity]) {
    var unit = UnitFacts(name: "wg-dispatcher.service", isUserUnit: false)
    unit.properties = good.merging(change) { $1 }
    #expect(unit.findings(dispatcher()).map(\.severity) == severities)
  }

  @Test("A unit that is only guessed counts when somebody enabled or started it")
  func guessedUnit() {
    func isInUse(_ load: String, _ active: String, _ file: String) -> Bool {
      var unit = UnitFacts(name: "wg-dispatcher.service", isUserUnit: false, isGuess: true)
      unit.properties = ["LoadState": load, "ActiveState": active, "UnitFileState": file]
      return unit.isInUse
    }
    #expect(isInUse("loaded", "failed", "disabled"))
    #expect(isInUse("loaded", "inactive", "enabled"))
    #expect(!isInUse("loaded", "inactive", "disabled"))
    #expect(!isInUse("not-found", "inactive", ""))
  }

  @Test("A unit that delegates no controllers gets a note")
  func controllers() {
    var unit = UnitFacts(name: "wg-dispatcher.service", isUserUnit: true)
    unit.properties = good
    var facts = dispatcher()
    facts.group = ControlGroupView(name: "/x", isDelegated: true, controllers: ["pids"])
    #expect(unit.findings(facts).map(\.severity) == [.note])
  }

  @Test("The unit is found by the group that the dispatcher is in")
  func unitOfGroup() {
    func unit(_ name: String) -> UnitFacts? {
      UnitFacts.ofGroup(ControlGroupView(name: name, isDelegated: true, controllers: []))
    }
    #expect(unit("/system.slice/wg-dispatcher.service/dispatcher")?.isUserUnit == false)
    let own = "/user.slice/user-7.slice/user@7.service/app.slice/wg-dispatcher@srv-a.service"
    #expect(unit(own)?.name == "wg-dispatcher@srv-a.service")
    #expect(unit(own)?.isUserUnit == true)
    #expect(unit("/user.slice/session-1.scope") == nil)
  }

  @Test("Limits without a controller have no effect")
  func limitsWithoutControllers() {
    var config = ConfigFacts()
    config.limited = [".chat-1"]
    var facts = dispatcher()
    #expect(config.findings(facts).isEmpty)
    facts.group = ControlGroupView(name: "/", isDelegated: true, controllers: ["pids"])
    #expect(config.findings(facts).map(\.severity) == [.warning])
    facts.group = ControlGroupView(name: "/", isDelegated: true, controllers: ["memory", "pids"])
    #expect(config.findings(facts).isEmpty)
  }

  @Test("A dispatcher of another user than the project's is a problem, unless it is root's")
  func wrongUser() {
    func facts(_ dispatcher: UInt32?) -> [Finding.Severity] {
      PermissionFacts(owner: 5, caller: 5, callerMayWrite: true, dispatcher: dispatcher)
        .findings.map(\.severity)
    }
    #expect(facts(nil) == [.ok])
    #expect(facts(5) == [.ok])
    #expect(facts(0) == [.ok])
    #expect(facts(6) == [.problem])
  }

  @Test("Handlers of archived chats are a problem, unless a dispatcher may be ending them")
  func survivors() {
    var facts = ChatFacts()
    facts.holders = [.init(chat: ".chat-1", pid: 3, isArchived: true)]
    #expect(facts.findings(DispatcherFacts()).map(\.severity) == [.problem])
    #expect(facts.findings(dispatcher()).map(\.severity) == [.warning])
  }

  @Test("Every finding that is not well says what it means or what to do")
  func advice() {
    var chats = ChatFacts()
    chats.parked = [".chat-1"]
    chats.deadLetters = [".chat-1"]
    chats.unfinished = [".chat-1"]
    chats.unreadableTombstones = [".chat-1"]
    chats.unreadableRecords = ["chat-1.json"]
    chats.stale = [".chat-2"]
    chats.holders = [.init(chat: ".chat-3", pid: 3)]
    chats.deadLocks = [".chat-4"]
    let down = chats.findings(DispatcherFacts())
    #expect(down.count == 8)
    #expect(chats.findings(dispatcher()).count == 7)
    #expect(down.allSatisfy { $0.severity != .ok && $0.meaning != nil })
  }
}
