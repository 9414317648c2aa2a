import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct `The event loop` {
  @Test func `calls the handler of what is ready, again while it stays so`() throws {
    let loop = try EventLoop()
    let pipe = try Pipe(nonBlocking: true)
    var calls: [Readiness] = []
    _ = try loop.add(pipe.readEnd, for: .readable) { calls.append($0) }
    #expect(try loop.runTurn(block: false) == 0)
    try pipe.writeEnd.writeAll("x".utf8)
    #expect(try loop.runTurn(block: true) == 1)
    #expect(try loop.runTurn(block: true) == 1)
    #expect(calls == [.readable, .readable])
    _ = try pipe.readEnd.readAvailable()
    #expect(try loop.runTurn(block: false) == 0)
  }

  @Test func `prepares once for a wait, and not for a look`() throws {
    let loop = try EventLoop()
    let pipe = try Pipe(nonBlocking: true)
    try pipe.writeEnd.writeAll("x".utf8)
    var order: [String] = []
    _ = try loop.add(pipe.readEnd, for: .readable) { _ in order.append("ready") }
    loop.beforeWaiting = { order.append("prepared") }
    try loop.runTurn(block: false)
    try loop.runTurn(block: true)
    try loop.runTurn(block: true)
    #expect(order == ["ready", "prepared", "ready", "ready"])
  }

  @Test func `tells of a hang-up that nobody asked for`() throws {
    let loop = try EventLoop()
    var seen: Readiness = []
    let (near, far) = try UnixStream.pair()
    _ = try loop.add(near.descriptor, for: []) { seen.formUnion($0) }
    try far.finishWriting()
    #expect(try loop.runTurn(block: false) == 0)
    try near.finishWriting()
    try loop.runTurn(block: true)
    #expect(seen.contains(.hangup))
  }

  @Test func `changes what it waits for`() throws {
    let loop = try EventLoop()
    let (near, far) = try UnixStream.pair()
    var seen: [Readiness] = []
    let registration = try loop.add(near.descriptor, for: .readable) { seen.append($0) }
    #expect(try loop.runTurn(block: false) == 0)
    try loop.modify(registration, for: [.readable, .writable])
    #expect(try loop.runTurn(block: true) == 1)
    #expect(seen == [.writable])
    loop.remove(registration)
    #expect(throws: Errno.noSuchFileOrDirectory) { try loop.modify(registration, for: .readable) }
    withExtendedLifetime(far) {}
  }

  @Test func `drops an event that was collected before its registration was removed`() throws {
    let loop = try EventLoop()
    let pipes = try (0..<10).map { _ in try Pipe() }
    var registrations: [EventLoop.Registration] = []
    var calls = 0
    for pipe in pipes {
      try pipe.writeEnd.writeAll("x".utf8)
      registrations.append(
        try loop.add(pipe.readEnd, for: .readable) { _ in
          calls += 1
          registrations.forEach(loop.remove)
        })
    }
    try loop.runTurn(block: true)
    #expect(calls == 1)
    #expect(loop.registrationCount == 0)
    #expect(try loop.runTurn(block: false) == 0)
  }

  @Test func `does not give an old event to a new registration of the same number`() throws {
    let loop = try EventLoop()
    var (first, second) = (try Pipe() as Pipe?, try Pipe() as Pipe?)
    var fresh: (Pipe, EventLoop.Registration)?
    var freshCalls = 0
    var registrations: [EventLoop.Registration] = []
    func replaceBoth() throws {
      guard fresh == nil else { return }
      registrations.forEach(loop.remove)
      (first, second) = (nil, nil)
      let pipe = try Pipe()
      fresh = (pipe, try loop.add(pipe.readEnd, for: .readable) { _ in freshCalls += 1 })
    }
    let numbers = [first, second].compactMap { $0?.readEnd.rawValue }
    for pipe in [first, second].compactMap({ $0 }) {
      try pipe.writeEnd.writeAll("x".utf8)
      registrations.append(
        try loop.add(pipe.readEnd, for: .readable) { _ in
          do { try replaceBoth() } catch { Issue.record(error) }
        })
    }
    #expect(try loop.runTurn(block: true) == 1)
    #expect(freshCalls == 0)
    #expect(fresh != nil && !numbers.isEmpty)
  }

  @Test func `forgets a descriptor of which a child holds a copy`() throws {
    let loop = try EventLoop()
    var pipe = try Pipe() as Pipe?
    var calls = 0
    let descriptor = try #require(pipe?.readEnd)
    let child = try TestChild("hang") { $0.descriptors.append(.init(descriptor, as: 3)) }
    let registration = try loop.add(descriptor, for: .readable) { _ in calls += 1 }
    try pipe?.writeEnd.writeAll("x".utf8)
    loop.remove(registration)
    pipe = nil
    #expect(try loop.runTurn(block: false) == 0)
    #expect(calls == 0)
    withExtendedLifetime(child) {}
  }

  @Test func `refuses what cannot be watched, and watching twice`() throws {
    let loop = try EventLoop()
    let folder = try TemporaryDirectory()
    let file = try Descriptor.open(try folder.write("file", ""), flags: O_RDONLY)
    #expect(throws: Errno.notPermitted) { try loop.add(file, for: .readable) { _ in } }
    let pipe = try Pipe()
    _ = try loop.add(pipe.readEnd, for: .readable) { _ in }
    #expect(throws: Errno.fileExists) { try loop.add(pipe.readEnd, for: .readable) { _ in } }
    #expect(loop.registrationCount == 1)
  }

  @Test func `serves more descriptors than one wait brings`() throws {
    let loop = try EventLoop()
    let pipes = try (0..<150).map { _ in try Pipe() }
    var served: Set<Int> = []
    for (index, pipe) in pipes.enumerated() {
      try pipe.writeEnd.writeAll("x".utf8)
      _ = try loop.add(pipe.readEnd, for: .readable) { _ in served.insert(index) }
    }
    while served.count < 150 { try loop.runTurn(block: true) }
  }

  @Test func `hears of the end of a process`() throws {
    let loop = try EventLoop()
    let child = try TestChild("exit", "5")
    var status: LinuxSystem.ExitStatus?
    _ = try loop.add(child.process.descriptor, for: .readable) { _ in
      status = try? child.process.peekExit()
    }
    try loop.runTurn(block: true)
    #expect(status == .exited(5))
  }
}

@Suite struct `The deadline of the event loop` {
  @Test func `is called once, when it has come`() throws {
    let loop = try EventLoop()
    let due = Clock.monotonic + 20_000_000
    var calledAt: [Int64] = []
    loop.onDeadline = { calledAt.append(Clock.monotonic) }
    loop.deadline = due
    #expect(try loop.runTurn(block: false) == 0)
    #expect(try loop.runTurn(block: true) == 1)
    #expect(calledAt.count == 1 && calledAt.allSatisfy { $0 >= due })
    #expect(loop.deadline == nil)
    #expect(try loop.runTurn(block: false) == 0)
  }

  @Test(arguments: [Int64.min, -1, 0, 1])
  func `is due at once when it is past`(deadline: Int64) throws {
    let loop = try EventLoop()
    var calls = 0
    loop.onDeadline = { calls += 1 }
    loop.deadline = deadline
    try loop.runTurn(block: true)
    #expect(calls == 1)
  }

  @Test func `leaves no timer armed when it is taken back or over`() throws {
    let loop = try EventLoop()
    #expect(!loop.isTimerArmed)
    loop.deadline = Int64.max
    try loop.runTurn(block: false)
    #expect(loop.isTimerArmed)
    loop.deadline = nil
    try loop.runTurn(block: false)
    #expect(!loop.isTimerArmed)
    loop.deadline = 1
    try loop.runTurn(block: true)
    try loop.runTurn(block: false)
    #expect(!loop.isTimerArmed)
  }

  @Test func `can be set anew from its own call`() throws {
    let loop = try EventLoop()
    var calls = 0
    loop.onDeadline = {
      calls += 1
      if calls < 3 { loop.deadline = Clock.monotonic + 1_000_000 }
    }
    loop.deadline = 1
    while calls < 3 { try loop.runTurn(block: true) }
    #expect(loop.deadline == nil)
  }

  @Test func `comes after the handlers of the same turn, which may move it`() throws {
    let loop = try EventLoop()
    let pipe = try Pipe()
    try pipe.writeEnd.writeAll("x".utf8)
    var order: [String] = []
    let registration = try loop.add(pipe.readEnd, for: .readable) { _ in
      order.append("handler")
      loop.deadline = nil
    }
    loop.onDeadline = { order.append("deadline") }
    loop.deadline = 1
    try loop.runTurn(block: true)
    #expect(order == ["handler"])
    loop.remove(registration)
    #expect(try loop.runTurn(block: false) == 0)
  }

  @Test func `wakes nobody once it is taken back`() async {
    // A turn that blocks although a deadline passed is ended by the child's exit only.
    await #expect(processExitsWith: .success) {
      let loop = try EventLoop()
      var calls = 0
      loop.onDeadline = { calls += 1 }
      loop.deadline = Clock.monotonic + 5_000_000
      try loop.runTurn(block: false)
      loop.deadline = nil
      let child = try TestChild("exit-after-ms", "50")
      var ended = false
      _ = try loop.add(child.process.descriptor, for: .readable) { _ in ended = true }
      try loop.runTurn(block: true)
      #expect(ended && calls == 0)
    }
  }
}

@Suite struct `Signals as descriptors` {
  @Test func `tell which signal came and from whom, though they were ignored before`() throws {
    // In a program of its own: a thread that does not block a signal would take it.
    let child = try TestChild("read-signals")
    let own = try child.line()
    #expect(own.hasPrefix("child "))
    #expect(try child.line() == "SIGCHLD from \(own.dropFirst(6))")
    try child.process.signal(.user1)
    #expect(try child.line() == "SIGUSR1 from \(getpid())")
    try child.process.signal(.terminate)
    #expect(try child.line() == "SIGTERM from \(getpid())")
    #expect(child.process.isAlive)
  }
}
