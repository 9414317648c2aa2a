import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A program that cannot take over does not: the dispatcher goes on, and has never stopped.
@Suite(.serialized) struct UpgradeRefusalTests {
  /// What a program does instead of rehearsing, in shell, and a part of the sentence about it.
  enum Fault: String, CaseIterable {
    case crash, status, hang, flood, nonsense, plan, older, newer, torn

    var rehearsal: String {
      switch self {
      case .crash: "kill -SEGV $$"
      case .status: "echo 'no such option' >&2; exit 3"
      case .hang: "exec \"$CHILD\" hang"
      case .flood: "exec yes"
      case .nonsense: "echo '{\"rehearsal\":1}'"
      case .plan: "\"$REAL\" --rehearse | sed 's/: running, run/: resting, run/'"
      case .older: "sed 's/\"v\":2,/\"v\":1,/' | \"$REAL\" --rehearse"
      case .newer: "sed 's/\"v\":2,/\"v\":3,/' | \"$REAL\" --rehearse"
      case .torn: "head -c 300 | \"$REAL\" --rehearse"
      }
    }

    var sentence: String {
      switch self {
      case .crash: "it was ended by SIGSEGV"
      case .status: "it ended with status 3: no such option"
      case .hang: "it did not answer in time"
      case .flood: "it prints without end"
      case .nonsense: "what it answered is no plan of a dispatcher"
      case .plan: "it would do something else: chat 1: resting, run 1"
      case .older: "the state has version 1, which is older than version 2"
      case .newer: "the state has version 3, which is newer than version 2"
      case .torn: "the state cannot be read"
      }
    }

    /// Only one that hangs is waited for to the end.
    var timeout: String { self == .hang ? "1s" : "60s" }
  }

  @Test func `a program that cannot say what the dispatcher would do is refused`() throws {
    let project = try Project()
    let dispatcher = try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "before")
    let handler = try project.waitForHandler(of: chat)
    for fault in Fault.allCases {
      let outcome = try project.upgrade(
        to: project.standIn(rehearsal: fault.rehearsal), timeout: fault.timeout)
      #expect(outcome.status == 1, "\(outcome)")
      #expect(try outcome.json()["error"]?.string?.contains(fault.sentence) == true, "\(outcome)")
      #expect(try project.ask(chat, "\(fault)") == "\(fault)")
    }
    #expect(project.logLines(containing: "refused").count == Fault.allCases.count)
    try expectUnharmed(project, dispatcher, handler, chat)
  }

  @Test func `a program that fails after it took over gives way to the former one`() throws {
    let project = try Project()
    let dispatcher = try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "before")
    let handler = try project.waitForHandler(of: chat)
    for fault in ["hang", "spin", "segv", "abort", "overflow", "fail"] {
      let isHang = fault == "hang" || fault == "spin"
      let outcome = try project.upgrade(
        to: project.failingProgram(fault), timeout: isHang ? "2s" : "60s")
      #expect(outcome.status == 1, "\(outcome)")
      let sentence = try outcome.json()["error"]?.string ?? ""
      let reason = fault == "fail" ? "Too many open files" : "signal "
      #expect(sentence.contains("the new program gave up (\(reason)"), "\(outcome)")
      #expect(sentence.contains("the former one is back"), "\(outcome)")
      #expect(try project.ask(chat, fault) == fault)
    }
    try expectUnharmed(project, dispatcher, handler, chat)
  }

  private func expectUnharmed(
    _ project: Project, _ dispatcher: ProjectProcess, _ handler: ProjectProcess, _ chat: Int
  ) throws {
    #expect(dispatcher.isStillAlive)
    #expect(handler.isStillAlive)
    #expect(try project.ask(chat, "after") == "after")
    #expect(try project.status(of: chat)["pid"]?.int == Int64(handler.pid))
    #expect(try project.starts(of: chat) == 1)
    let good = try project.upgrade(to: project.otherDispatcher())
    #expect(good.exit.isSuccess, "a good one is let in afterwards: \(good)")
    #expect(handler.isStillAlive)
    try project.until("nothing of the bad one is left") {
      project.processes().allSatisfy { $0.chat != nil || $0.pid == dispatcher.pid }
    }
    try project.stop()
  }

  @Test func `what is no program, or nobody's to choose, is refused in one line`() throws {
    let project = try Project()
    #expect(try project.run("service", "upgrade").status == 69)
    try project.start()
    let cases: [(String, Int32)] = [("/nonexistent", 66), ("/etc/passwd", 64), ("/tmp", 64)]
    for (path, status) in cases {
      let outcome = try project.run("service", "upgrade", "--program", path)
      #expect(outcome.status == status, "\(outcome)")
    }
    let relative = try ControlClient(project).ask(["cmd": "upgrade", "program": "wg-dispatcher"])
    #expect(relative["code"] == "usage", "\(relative)")
    let stray = try project.beginDispatcher(variables: ["WG_HANDOVER=7:8"]).finish()
    #expect(stray.status == 64, "\(stray)")
    #expect(stray.errors.contains("descriptor 8 of the state is not open"), "\(stray)")
    let mad = try project.beginDispatcher(variables: ["WG_HANDOVER=a:b"]).finish()
    #expect(mad.errors.contains("WG_HANDOVER is not for people"), "\(mad)")
    let idle = try project.beginDispatcher(variables: ["WG_STANDBY=7"]).finish()
    #expect(idle.errors.contains("WG_STANDBY is not for people"), "\(idle)")
    try project.stop()
  }
}
