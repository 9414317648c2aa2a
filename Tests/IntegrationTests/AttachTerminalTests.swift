import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite(.serialized) struct AttachTerminalTests {
  @Test func `a question and its answer are shown once, and the terminal is as it was`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let talk = try project.attach(chat)
    #expect(try !talk.settingsNow().echoes)
    try talk.type("hel\u{7F}llo **wörld**\u{1B}\rsecond\r")
    try talk.until("the answer is printed") {
      $0.contains("coordinator") && $0.contains("wörld\r\nsecond")
    }
    try talk.until("nothing is left to tell") { _ in
      try project.status(of: chat)["pending"]?.int == 0
    }
    #expect(
      try project.inbox(of: chat).map { $0["content"]?.string } == ["hello **wörld**\nsecond"])
    try talk.type("\u{4}")
    #expect(try talk.finish() == .exited(0))
    #expect(try talk.settingsNow() == talk.settings)
    #expect(try talk.raw().hasSuffix("\u{1B}[?2004l"))
    try project.until("the lease has ended") {
      try project.status(of: chat)["consumers"]?.int == 0
    }
  }

  @Test(arguments: [
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE,
    SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ, SIGIO, SIGPWR,
  ])
  func `a signal ends it, and the terminal is as it was`(number: Int32) throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let talk = try project.attach(chat)
    #expect(try talk.settingsNow() != talk.settings)
    try talk.process.signal(Signal(rawValue: number))
    guard case .signaled(let signal, _) = try talk.finish() else {
      Issue.record("it ended by itself")
      return
    }
    #expect(signal == Signal(rawValue: number))
    #expect(try talk.settingsNow() == talk.settings)
    #expect(try talk.raw().hasSuffix("\u{1B}[?2004l"))
    try project.until("the lease has ended") {
      try project.status(of: chat)["consumers"]?.int == 0
    }
  }

  @Test func `nothing in a message commands the terminal`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let nasty = [
      "\u{1B}]52;c;cm0gLXJm\u{7}", "\u{1B}[2J\u{1B}[1;1H", "\u{1B}P$q\"p\u{1B}\\", "\u{9B}31m",
      "\u{90}x\u{9C}", "\u{1B}c", "\u{202E}txt.exe", "\u{2066}a\u{2069}", "\u{1B}]0;title\u{7}",
      "\r\u{8}\u{8}overwritten", "\u{1B}[6n", "\u{85}next",
    ]
    for text in nasty { try project.send("begin \(text) end", to: chat) }
    try project.send("last one", to: chat)
    let talk = try project.attach(chat, "-n", "50")
    try talk.until("everything was answered") { shown in
      let answers = shown.split(separator: "coordinator").dropFirst()
      return answers.contains { $0.contains("last one") }
    }
    let shown = try talk.text()
    for scalar in shown.unicodeScalars where scalar != "\r" && scalar != "\n" {
      let isControl = scalar.properties.generalCategory == .control
      let isBidirectional =
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      #expect(!isControl && !isBidirectional, "U+\(String(scalar.value, radix: 16))")
    }
    for own in try talk.raw().matches(of: /\u{1B}\[([0-9;?]*)([A-Za-z])/) {
      #expect(["J", "m", "h", "l", "A", "C"].contains(String(own.2)), "\(own.0.debugDescription)")
      #expect(own.2 != "J" || own.1.isEmpty, "only what is below is cleared")
    }
  }

  @Test func `an answer is shown while it is written`() throws {
    let project = try Project()
    try project.start()
    let mute = try project.createChat(script: "while :; do sleep 1; done")
    let talk = try project.attach(mute)
    try talk.type("tell me\r")
    try talk.until("tester")
    let folder = try project.folder(of: mute)
    _ = try project.write(folder.appending(".new"), "the first words")
    try #require(
      rename(folder.appending(".new").string, folder.appending(".streaming").string) == 0)
    try talk.until("the first words")
    _ = try project.write(folder.appending(".new"), "the first words and more")
    try #require(
      rename(folder.appending(".new").string, folder.appending(".streaming").string) == 0)
    try talk.until("and more")
  }

  @Test func `the dispatcher may go and come, and what is typed meanwhile is answered`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let talk = try project.attach(chat)
    try project.stop()
    try talk.until("no dispatcher")
    try talk.type("meanwhile\r")
    try project.until("it is in the inbox") { try project.inbox(of: chat).count == 1 }
    try project.start()
    try talk.until("the answer is there") { $0.contains("coordinator") }
    try project.until("it is attached again") {
      try project.status(of: chat)["consumers"]?.int == 1
    }
  }

  @Test func `everybody who is attached sees everything, and who is killed is gone at once`() throws
  {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let first = try project.attach(chat)
    let second = try project.attach(chat)
    try project.until("both count") { try project.status(of: chat)["consumers"]?.int == 2 }
    try first.type("to all\r")
    for talk in [first, second] { try talk.until("coordinator") }
    try second.process.signal(.kill)
    try project.until("one is left") { try project.status(of: chat)["consumers"]?.int == 1 }
  }

  @Test func `it is told what the chat waits for`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let talk = try project.attach(chat)
    try project.run("chat", "stop", "\(chat)").mustSucceed()
    try talk.until("`wg chat start \(chat)` lets it answer")
    try project.run("chat", "archive", "\(chat)").mustSucceed()
    try talk.until("`wg chat restore \(chat)` brings it back")
    try talk.type("\u{3}")
    try talk.until("nothing to interrupt; Ctrl-D detaches")
  }
}
