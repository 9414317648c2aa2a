import LinuxSystem
import SystemPackage
import Testing

@testable import WGCommands

/// What `wg doctor` makes of a machine.
@Suite struct DoctorMachineTests {
  private func kernel(
    _ release: String, without missing: [KernelAbility: Errno] = [:]
  ) -> [Finding] {
    var answers = Dictionary(
      uniqueKeysWithValues: KernelAbility.allCases.map { ($0, KernelAnswer.works) })
    for (ability, errno) in missing { answers[ability] = .refused(errno) }
    return KernelFacts(release: release, answers: answers).findings
  }

  @Test("A kernel with everything is one line")
  func wholeKernel() {
    let findings = kernel("6.15.0")
    #expect(findings.map(\.severity) == [.ok])
    #expect(findings[0].text == "Linux 6.15.0, tier 6.15: all that wg can use")
  }

  @Test("A missing ability bounds the tier and has a line with its cost")
  func olderKernel() {
    let missing: [KernelAbility: Errno] = [
      .groupSignal: .invalidArgument, .processInformation: .notSupported,
      .processHandles: .notSupported,
      .exitOfAnyProcess: .noData,
    ]
    let findings = kernel("6.1.0-28-amd64", without: missing)
    #expect(findings[0].text == "Linux 6.1.0-28-amd64, tier 5.14")
    #expect(findings.map(\.severity) == [.ok, .note, .note, .note, .note])
    #expect(findings.dropFirst().allSatisfy { $0.meaning != nil && $0.advice == nil })
  }

  @Test("What a new enough kernel refuses is the work of a filter")
  func filteredKernel() throws {
    let findings = kernel("6.18.4", without: [.clone3: .noFunction])
    try #require(findings.count == 2)
    #expect(findings[1].advice?.contains("filter") == true)
  }

  @Test("A kernel without pidfds is a problem")
  func oldKernel() {
    let findings = kernel("4.19.0", without: [.processDescriptors: .noFunction])
    #expect(findings[0].severity == .problem)
    #expect(findings[0].advice != nil)
  }

  @Test(
    "systemd is judged by whether it runs, answers, and is new enough",
    arguments: [
      (252, true, 252, Finding.Severity.ok), (257, true, 257, .ok), (247, true, 247, .warning),
      (252, true, nil, .warning), (252, false, nil, .note), (nil, false, nil, .note),
      (nil, true, nil, .warning),
    ] as [(Int?, Bool, Int?, Finding.Severity)])
  func systemd(installed: Int?, isBooted: Bool, running: Int?, severity: Finding.Severity) {
    let facts = SystemdFacts(
      installed: installed, isBooted: isBooted, running: running, firstProcess: "init")
    #expect(facts.findings.map(\.severity) == [severity])
  }

  @Test("The version is read from what systemctl prints")
  func systemdVersion() {
    #expect(SystemdFacts.major("systemd 252 (252.39-1~deb12u1)\n+PAM") == 252)
    #expect(SystemdFacts.major("Version=257.8-1~deb13u2\n") == 257)
    #expect(SystemdFacts.major("no number") == nil)
  }

  private func login(
    isRoot: Bool = false, isBooted: Bool = true, hasManager: Bool = true, lingers: Bool = true,
    servesProject: Bool = false
  ) -> [Finding] {
    LoginFacts(
      user: "ann", isRoot: isRoot, isBooted: isBooted, hasManager: hasManager, lingers: lingers,
      servesProject: servesProject
    ).findings
  }

  @Test("Lingering matters as much as the project's unit needs it")
  func linger() {
    #expect(login(isRoot: true).isEmpty)
    #expect(login(isBooted: false).isEmpty)
    #expect(login().map(\.severity) == [.ok, .ok])
    #expect(login(lingers: false).map(\.severity) == [.ok, .note])
    #expect(login(lingers: false, servesProject: true).map(\.severity) == [.ok, .warning])
    #expect(login(hasManager: false).map(\.severity) == [.note, .ok])
    let broken = login(hasManager: false, lingers: false, servesProject: true)
    #expect(broken.map(\.severity) == [.problem, .warning])
    #expect(broken.allSatisfy { $0.advice == "loginctl enable-linger ann" })
  }

  private func journal(
    isListening: Bool = true, accepts: Bool = true, _ storage: JournalFacts.Storage = .persistent,
    _ reading: JournalFacts.Reading = .all
  ) -> [Finding.Severity] {
    JournalFacts(
      isListening: isListening, acceptsEntries: accepts, storage: storage, reading: reading,
      user: "ann"
    ).findings.map(\.severity)
  }

  @Test("A journal is judged by taking, keeping and showing entries")
  func journal() {
    #expect(journal() == [.ok, .ok])
    #expect(journal(isListening: false) == [.note])
    #expect(journal(accepts: false) == [.warning])
    #expect(journal(.volatile, .own) == [.note, .note])
    #expect(journal(.none, .nothing) == [.note, .note])
  }

  @Test("Control groups are of use where they can be made")
  func groups() {
    func facts(_ isAvailable: Bool, _ mayMake: Bool, _ controllers: [String]) -> [Finding] {
      GroupFacts(
        isAvailable: isAvailable,
        own: isAvailable
          ? ControlGroupView(name: "/a", isDelegated: mayMake, controllers: controllers) : nil,
        mayMakeGroups: mayMake, isManagedBySystemd: true
      ).findings
    }
    #expect(facts(false, false, []).map(\.severity) == [.note])
    #expect(facts(true, false, ["memory", "pids"]).map(\.severity) == [.note])
    #expect(facts(true, true, ["cpu", "memory"])[0].text.hasSuffix("no controller for pids"))
    #expect(facts(true, true, ["memory", "pids"])[0].severity == .ok)
  }

  @Test("/proc is judged by what it hides")
  func processes() {
    func severity(_ view: ProcessView, isRoot: Bool = false) -> [Finding.Severity] {
      MachineFacts.ProcessFacts(view: view, isRoot: isRoot).findings.map(\.severity)
    }
    #expect(severity(ProcessView(isMounted: false)) == [.problem])
    #expect(severity(ProcessView(isMounted: true, hasOnlyProcesses: true)) == [.warning])
    #expect(severity(ProcessView(isMounted: true, hidesOthers: true)) == [.note])
    #expect(severity(ProcessView(isMounted: true, hidesOthers: true), isRoot: true) == [.ok])
    #expect(severity(ProcessView(isMounted: true)) == [.ok])
  }

  @Test("Programs have to be there, run, and be of one version")
  func programs() {
    func findings(_ path: FilePath?, _ version: String?) -> [Finding.Severity] {
      ProgramFacts(
        version: "2.0.0", programs: [.init(name: "wg-handler", path: path, version: version)]
      ).findings.map(\.severity)
    }
    #expect(findings("/bin/wg-handler", "2.0.0") == [.ok])
    #expect(findings("/bin/wg-handler", "1.9.0") == [.warning])
    #expect(findings("/bin/wg-handler", nil) == [.problem])
    #expect(findings(nil, nil) == [.problem])
  }

  @Test("A clock that nobody keeps is a note")
  func clock() {
    func severity(_ clock: ClockDiscipline?) -> [Finding.Severity] {
      clock.findings.map(\.severity)
    }
    #expect(severity(nil) == [.note])
    #expect(severity(ClockDiscipline(isSynchronized: true, maximumError: 5)) == [.ok])
    #expect(severity(ClockDiscipline(isSynchronized: false, maximumError: 5)) == [.note])
  }

  @Test("A list names three and counts the rest")
  func listing() {
    #expect(Listing.of([1]) == "1")
    #expect(Listing.of([1, 2]) == "1 and 2")
    #expect(Listing.of([1, 2, 3]) == "1, 2 and 3")
    #expect(Listing.of([1, 2, 3, 4, 5]) == "1, 2, 3 and 2 more")
    #expect(Listing.of([Int]()) == "")
  }
}
