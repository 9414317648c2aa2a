import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What a dispatcher tells whoever started it, as a service manager hears it.
@Suite(.serialized) struct ServiceNotifyTests {
  private static let ends = "ends without a dispatcher: unknown, there is no keeper"

  private func pass(_ milliseconds: Int64, _ project: Project) throws {
    let end = Clock.monotonic + milliseconds * 1_000_000
    try project.until("some time passes", every: 20) { Clock.monotonic >= end }
  }

  @Test func `ready, reloading and stopping are said in order, with a status`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    try project.send("hello", to: chat)
    let listener = try ServiceListener()
    let dispatcher = try project.beginDispatcher(variables: [listener.variable])
    let ready = try listener.wait(for: "READY=1", in: project)
    #expect(listener.messages[ready].contains("\nSTATUS=1 chat: 1 "))
    #expect(project.log.contains("Ready: 1 chat"), "said after the boot was settled")
    #expect(project.answers())
    try listener.wait(for: "STATUS=1 chat: 1 running; \(Self.ends)", in: project)

    try dispatcher.process.signal(.hangup)
    let reloading = try listener.wait(for: "RELOADING=1", in: project, from: ready + 1)
    let text = listener.messages[reloading]
    let stamp = text.split(separator: "\n").first { $0.hasPrefix("MONOTONIC_USEC=") }
    let microseconds = try #require(stamp.flatMap { Int64($0.dropFirst(15)) })
    #expect(microseconds <= Clock.monotonic / 1_000)
    #expect(microseconds > Clock.monotonic / 1_000 - 60_000_000)
    try listener.wait(for: "READY=1", in: project, from: reloading + 1)

    try dispatcher.process.signal(.terminate)
    let stopping = try listener.wait(for: "STOPPING=1", in: project)
    #expect(listener.messages[stopping].contains("STATUS=Stopping: 1 handler is still to end"))
    try listener.wait(for: "BARRIER=1", in: project, from: stopping)
    #expect(try dispatcher.finish().status == 0)
    #expect(listener.count("WATCHDOG=1") == 0, "nobody asked for it")
  }

  @Test func `the status names the chat that starts again next`() throws {
    let project = try Project()
    let chat = try project.createChat(script: "exit 1")
    let listener = try ServiceListener()
    let dispatcher = try project.beginDispatcher(
      "--backoff-initial", "5min", variables: [listener.variable])
    try listener.wait(for: "READY=1", in: project)
    try project.send("hello", to: chat)
    try project.until("the back-off is told of") {
      try listener.hear()
      return listener.messages.contains {
        $0.hasPrefix("STATUS=1 chat: 1 in back-off (chat \(chat) starts again at ")
      }
    }
    try dispatcher.process.signal(.terminate)
    #expect(try dispatcher.finish().status == 0)
  }

  @Test func `signs of life come from the loop, and stop when it does`() throws {
    let project = try Project()
    let listener = try ServiceListener()
    let dispatcher = try project.beginDispatcher(
      variables: [listener.variable, "WATCHDOG_USEC=400000"])
    try project.until("five signs") {
      try listener.hear()
      return listener.count("WATCHDOG=1") >= 5
    }
    let first = listener.index(of: "WATCHDOG=1") ?? 0
    #expect(first > (listener.index(of: "READY=1") ?? .max))

    try dispatcher.process.signal(.stop)
    try project.until("it is stopped") { ProcessTable.state(dispatcher.pid) == "T" }
    try listener.hear()
    try pass(1_000, project)
    #expect(try listener.hear().isEmpty)
    try dispatcher.process.signal(.continue)
    try project.until("it goes on") { try listener.hear().contains("WATCHDOG=1") }
    try dispatcher.process.signal(.terminate)
    #expect(try dispatcher.finish().status == 0)
  }

  @Test func `signs of life that are asked of another process are not given`() throws {
    let project = try Project()
    let listener = try ServiceListener()
    let dispatcher = try project.beginDispatcher(
      variables: [listener.variable, "WATCHDOG_USEC=100000", "WATCHDOG_PID=1"])
    try listener.wait(for: "READY=1", in: project)
    try pass(500, project)
    try listener.hear()
    #expect(listener.count("WATCHDOG=1") == 0)
    try dispatcher.process.signal(.terminate)
    #expect(try dispatcher.finish().status == 0)
  }

  @Test func `a stop that takes long asks for time while it lasts`() throws {
    let project = try Project()
    let chat = try project.createChat(script: "exec \"$CHILD\" ask-for-time 3500")
    try project.send("hello", to: chat)
    let listener = try ServiceListener()
    let dispatcher = try project.beginDispatcher(variables: [listener.variable])
    try listener.wait(for: "READY=1", in: project)
    let handler = try project.waitForHandler(of: chat)
    try project.until("the handler catches SIGTERM") {
      let status = text(of: FilePath("/proc/\(handler.pid)/status")) ?? ""
      let mask = status.split(separator: "\n").first { $0.hasPrefix("SigBlk:") }
      return (mask.flatMap { UInt64($0.dropFirst(8), radix: 16) } ?? 0) & (1 << 14) != 0
    }
    try listener.hear()
    let start = listener.messages.count
    try dispatcher.process.signal(.terminate)
    #expect(try dispatcher.finish().status == 0)
    try listener.hear()
    let extensions = listener.messages[start...].count { $0.hasPrefix("EXTEND_TIMEOUT_USEC=") }
    #expect((3...5).contains(extensions), "\(listener.messages[start...])")
    #expect(!handler.isStillAlive)
  }

  @Test func `a NOTIFY_SOCKET that is gone is one line in the log`() throws {
    let project = try Project()
    let dispatcher = try project.beginDispatcher(
      variables: ["NOTIFY_SOCKET=@wg-nobody-is-here", "WATCHDOG_USEC=100000"])
    try project.waitUntilItServes()
    try dispatcher.process.signal(.hangup)
    try project.until("it has reloaded") { project.log.contains("Configuration reloaded") }
    #expect(project.logLines(containing: "nobody listens at NOTIFY_SOCKET").count == 1)
    #expect(project.answers())
    try dispatcher.process.signal(.terminate)
    #expect(try dispatcher.finish().status == 0)
  }

  @Test func `a dispatcher that cannot begin says why, and with which error`() throws {
    let project = try Project()
    try project.start()
    let listener = try ServiceListener()
    let second = try project.beginDispatcher(variables: [listener.variable])
    let said = try listener.wait(for: "ERRNO=16", in: project)
    #expect(listener.messages[said].contains("another dispatcher serves this project"))
    #expect(try second.finish().status == 75)
    #expect(project.answers(), "the first is not disturbed")
  }

  @Test func `wg service start is told all the same`() throws {
    let project = try Project()
    try project.run(
      ["service", "start"], variables: ["WATCHDOG_USEC=100000", "NOTIFY_SOCKET=@wg-not-mine"]
    ).mustSucceed()
    #expect(!project.log.contains("nobody listens"))
    let dispatcher = try #require(project.dispatchers().first)
    #expect(dispatcher.variable("WATCHDOG_USEC") == nil)
    #expect(dispatcher.variable("NOTIFY_SOCKET") != "@wg-not-mine")
    try project.stop()
  }
}
