import Glibc
import LinuxSystem
import Supervision
import SystemPackage
import TestSupport
import Testing

/// The library as another program sees it, over real processes.
///
/// Each test has a process of its own: a supervisor takes every child of its process for its own.
@Suite(.serialized) struct SupervisorTests {
  @Test
  func `a child is started, is started again when it is killed, and ends with the supervisor`()
    async
  {
    await #expect(processExitsWith: .success) {
      let world = try World()
      try world.supervisor.add(world.child("web", "hang"))
      try world.run(until: .running, "web")
      try world.kill("web")
      try world.run { world.starts("web").count == 2 }
      try world.run(until: .running, "web")
      try world.finish()
      #expect(world.ends("web") == [.signal(9), .signal(15)])
      #expect(world.kinds("web").contains(.ended(.signal(9), .failure)))
      #expect(world.kinds("web").contains(.stopping(.shutdown)))
      #expect(world.kinds("web").last == .ended(.signal(15), .asked))
      #expect(ProcessTable.ownChildren().isEmpty)
    }
  }

  @Test func `the runs of a child are numbered, and its status names the present one`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      try world.supervisor.add(world.child("web", "hang"))
      #expect(world.supervisor.status(of: "web")?.run == nil)
      try world.run(until: .running, "web")
      let status = world.supervisor.status(of: "web")
      #expect(status?.run == 1)
      #expect(status?.pid == world.starts("web").last)
      try world.supervisor.restart("web")
      try world.run { world.supervisor.status(of: "web")?.run == 2 }
      #expect(world.kinds("web").contains(.stopping(.restart)))
      try world.finish()
      #expect(world.supervisor.names == ["web"])
    }
  }

  @Test func `what becomes of a child that ends by itself is its restart policy`() async {
    await #expect(processExitsWith: .success) {
      for policy in RestartPolicy.allCases {
        try Self.expectRuns(of: policy, endingWith: 0)
        try Self.expectRuns(of: policy, endingWith: 3)
      }
    }
  }

  private static func expectRuns(of policy: RestartPolicy, endingWith status: Int32) throws {
    let world = try World()
    var child = world.child("job", "exit", "\(status)")
    child.restart = policy
    try world.supervisor.add(child)
    let isLast = policy == .never || policy == .onFailure && status == 0
    if isLast {
      try world.run { world.ends("job").count == 1 && world.state("job") == .resting }
      #expect(world.starts("job").count == 1)
      try world.supervisor.reset("job")
      try world.supervisor.start("job")
      try world.run { world.ends("job").count == 2 && world.state("job") == .resting }
    } else {
      try world.run { world.starts("job").count >= 3 }
    }
    try world.finish()
    let judgement: SupervisionEvent.Judgement = isLast && status == 0 ? .success : .failure
    #expect(world.kinds("job").contains(.ended(.status(status), judgement)), "\(policy)")
  }

  @Test func `a child that fails too often is parked, and a reset starts it again`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      var child = world.child("bad", "exit", "1")
      child.startLimit = StartLimit(failures: 3)
      try world.supervisor.add(child)
      try world.run(until: .parked, "bad")
      #expect(world.starts("bad").count == 3)
      #expect(world.kinds("bad").filter { $0 == .parked }.count == 1)
      let delays = world.kinds("bad").filter { if case .delayed = $0 { true } else { false } }
      #expect(delays.count == 2)
      try world.supervisor.reset("bad")
      try world.run { world.starts("bad").count == 4 }
      try world.finish()
    }
  }

  @Test func `a program that is not there is a failed run with the reason`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      var nowhere = world.child("nowhere")
      nowhere.program = "no-such-program-anywhere"
      nowhere.startLimit = StartLimit(failures: 2)
      var folder = world.child("folder", "hang")
      folder.workingDirectory = "/nonexistent"
      folder.startLimit = StartLimit(failures: 2)
      try world.supervisor.add(nowhere)
      try world.supervisor.add(folder)
      try world.run(until: .parked, "nowhere")
      try world.run(until: .parked, "folder")
      #expect(
        world.kinds("nowhere").first
          == .notStarted(reason: "there is no program `no-such-program-anywhere` in PATH"))
      #expect(world.kinds("folder").contains { "\($0)".contains("working directory") })
      #expect(world.ends("folder") == [.neverStarted, .neverStarted])
      try world.finish()
    }
  }

  @Test func `a child that was stopped stays stopped until it is started`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      try world.supervisor.add(world.child("web", "hang"))
      try world.run(until: .running, "web")
      try world.supervisor.stop("web")
      try world.run(until: .down, "web")
      try world.supervisor.reconsider("web")
      try world.run { !world.kinds("web").isEmpty && world.state("web") == .down }
      try world.supervisor.start("web")
      try world.run(until: .running, "web")
      try world.finish()
      #expect(world.ends("web").count == 2)
    }
  }

  @Test func `a child is killed when its own stop timeout has passed, and not that of others`()
    async
  {
    await #expect(processExitsWith: .success) {
      let world = try World()
      var child = world.child("stubborn", "ignore-term")
      let file = world.folder.file("output")
      child.output = .file(file.string)
      try world.supervisor.add(child)
      try world.run { !world.contents("output").isEmpty }
      try world.supervisor.stop("stubborn")
      try world.run(until: .down, "stubborn")
      #expect(world.kinds("stubborn").suffix(2) == [.killed, .ended(.signal(9), .asked)])
      try world.finish()
    }
  }

  @Test func `a child that is removed is ended and forgotten, and its name is free`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      try world.supervisor.add(world.child("web", "hang"))
      try world.run(until: .running, "web")
      try world.supervisor.remove("web")
      #expect(throws: SupervisionError.unknownChild("web")) { try world.supervisor.start("web") }
      try world.run { world.supervisor.names.isEmpty }
      #expect(ProcessTable.ownChildren().isEmpty)
      try world.supervisor.add(world.child("web", "hang"))
      try world.run(until: .running, "web")
      try world.finish()
      #expect(world.starts("web").count == 2)
    }
  }

  @Test func `a process that was started elsewhere and is disregarded lives on`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      let other = try TestChild(["hang"])
      world.supervisor.disregard(pid: other.pid)
      try world.supervisor.add(world.child("web", "hang"))
      try world.run(until: .running, "web")
      try world.kill("web")
      try world.run { world.starts("web").count == 2 }
      try world.finish()
      #expect(ProcessTable.ownChildren() == [other.pid])
      try other.process.signal(.kill)
      try other.awaitExit()
      world.supervisor.regard(pid: other.pid)
    }
  }

  @Test func `run ends well at SIGTERM, with every child`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      for number in 1...3 { try world.supervisor.add(world.child("child-\(number)", "hang")) }
      var ready = 0
      world.supervisor.onEvent = { event in
        if event.kind == .ready { ready += 1 }
        // To this thread: others of the test process do not block it.
        if ready == 3 { raise(SIGTERM) }
      }
      try world.supervisor.run()
      #expect(world.supervisor.isFinished)
      #expect(ProcessTable.ownChildren().isEmpty)
    }
  }

  @Test func `an event is told when the supervisor may be called again`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      let next = world.child("next", "hang")
      world.supervisor.onEvent = { event in
        if event.child == "first", event.kind == .ready { try? world.supervisor.add(next) }
      }
      try world.supervisor.add(world.child("first", "hang"))
      try world.run(until: .running, "next")
      try world.finish()
    }
  }
}

extension World {
  func state(_ name: String) -> ChildStatus.State? { supervisor.status(of: name)?.state }
}
