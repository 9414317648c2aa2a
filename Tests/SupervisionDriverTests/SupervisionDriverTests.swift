import LinuxSystem
import SupervisionCore
import SupervisionDriver
import SystemPackage
import TestSupport
import Testing

/// Each test has a process of its own: a driver takes every child of its process that it did not
/// start for an orphan, and other tests have children too.
@Suite(.serialized) struct SupervisionDriverTests {
  @Test func `a consumer starts a handler, and its going lets the handler idle out`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let child = world.add(1, ["hang"])
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .running }
      let pid = try #require(world.driver.pid(of: child))
      world.driver.report(.consumerDetached, of: child)
      try world.run { world.state(child) == .resting }
      #expect(ProcessTable.state(pid) == nil)
      #expect(world.decisions.contains { $0.clause == .idleTimeout })
      #expect(world.driver.machine.nextDeadline == nil)
    }
  }

  @Test func `a handler that dies while wanted is started again after the delay`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let child = world.add(1, ["hang"])
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .running }
      try ProcessDescriptor.open(try #require(world.spawned.first)).signal(.kill)
      try world.run { world.spawned.count == 2 && world.state(child) == .running }
      let crash = try #require(world.decisions.first { $0.clause == .crashed })
      #expect(crash.exit == .signaled(9))
      try world.finish()
    }
  }

  @Test func `a handler that ignores SIGTERM is killed when its archive grace has passed`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let child = world.add(1, ["ignore-term"])
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .running }
      let pid = try #require(world.driver.pid(of: child))
      #expect(eventually { (signalMask(pid, "SigIgn") ?? 0) & 0x4000 != 0 })
      world.driver.report(.archiveRequested(.purge, grace: .milliseconds(50)), of: child)
      try world.run { world.outcomes[child] != nil }
      #expect(world.outcomes[child] == .killed)
      #expect(world.state(child) == .archived)
      #expect(ProcessTable.state(pid) == nil)
    }
  }

  @Test func `a stopped handler is ended too`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let child = world.add(1, ["stop-self"])
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .running }
      let pid = try #require(world.driver.pid(of: child))
      #expect(eventually { ProcessTable.state(pid) == "T" })
      world.driver.report(.stopRequested, of: child)
      try world.run { world.state(child) == .down }
      #expect(ProcessTable.state(pid) == nil)
    }
  }

  @Test func `grandchildren that left the session are found after a crash and ended`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let file = world.folder.file("grandchild")
      let child = world.add(1, ["double-fork-setsid", file.string])
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .parked }
      #expect(world.decisions.contains { $0.clause == .leftovers })
      #expect(ProcessTable.ownChildren().isEmpty)
    }
  }

  @Test func `a chain of processes in sessions of their own is ended to the last one`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let child = world.add(1, ["fork-bomb", "12"])
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .running }
      let leader = try #require(world.driver.pid(of: child))
      #expect(eventually { ProcessTable.descendants(of: leader).count == 12 })
      let all = ProcessTable.descendants(of: leader)
      world.driver.report(.archiveRequested(.purge, grace: nil), of: child)
      try world.run { world.outcomes[child] != nil }
      #expect(all.allSatisfy { ProcessTable.state($0) == nil })
      #expect(ProcessTable.ownChildren().isEmpty)
      let proof = try #require(world.proofs[leader])
      #expect((1...13).contains(proof.reaped))
      #expect(proof.isGroupEmpty == (KernelProbe.answers()[.groupSignal] == .works))
    }
  }

  @Test func `a program that cannot be run is a failed run with stage and errno`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      world.executable = "/nonexistent/program"
      let child = world.add(1, [])
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .parked }
      #expect(world.failures.count == world.driver.machine.settings.crashLimit)
      #expect(world.failures.first == SpawnFailure(stage: .execute, errno: .noSuchFileOrDirectory))
      #expect(world.driver.machine.nextDeadline == nil)
    }
  }

  @Test func `a live process that holds the lock is adopted and ended by a purge`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let stranger = try TestChild(["hang"])
      let child = world.add(1, ["hang"])
      world.driver.reportHolder(try ProcessDescriptor.open(stranger.pid), of: child)
      try world.run { world.state(child) == .running }
      #expect(world.driver.isExternal(child))
      #expect(world.spawned.isEmpty)
      world.driver.report(.archiveRequested(.purge, grace: nil), of: child)
      try world.run { world.outcomes[child] != nil }
      #expect(world.outcomes[child] == .terminated)
      #expect(world.proofs[stranger.pid]?.reaped == 0, "it is another one's to reap")
    }
  }

  @Test func `a hundred handlers killed at once are all back, each once`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let children = (1...100).map { world.add($0, ["hang"]) }
      for child in children { world.driver.report(.consumerAttached, of: child) }
      try world.run {
        world.spawned.count == 100 && children.allSatisfy { world.state($0) == .running }
      }
      for pid in world.spawned { try ProcessDescriptor.open(pid).signal(.kill) }
      try world.run {
        world.spawned.count == 200 && children.allSatisfy { world.state($0) == .running }
      }
      #expect(ProcessTable.ownChildren().count == 100)
      try world.finish()
      #expect(ProcessTable.ownChildren().isEmpty)
    }
  }

  @Test func `ends that came while nobody turned are heard before deadlines that passed meanwhile`()
    async
  {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let children = (1...200).map { world.add($0, ["hang"]) }
      for child in children { world.driver.report(.consumerAttached, of: child) }
      try world.run { children.allSatisfy { world.state($0) == .running } }
      for child in children { world.driver.report(.stopRequested, of: child) }
      try world.driver.turn(mayBlock: false)
      // More of them than one turn takes in, and every stop timeout has passed.
      let end = Clock.monotonic + 400_000_000
      let areGone = eventually(within: 30) {
        Clock.monotonic >= end && world.spawned.allSatisfy { ProcessTable.state($0) == "Z" }
      }
      #expect(areGone)
      try world.run { children.allSatisfy { world.state($0) == .down } }
      #expect(!world.decisions.contains { $0.clause == .stopTimeout })
      try world.finish()
    }
  }

  @Test func `a child that never gets ready is stopped when its start timeout ends`() async {
    await #expect(processExitsWith: .success) {
      var settings = DriverWorld.quick
      settings.startTimeout = .milliseconds(50)
      let world = try DriverWorld(settings)
      world.awaitsReadiness = true
      let child = world.add(1, ["hang"])
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.decisions.contains { $0.clause == .startTimeout } }
      try world.finish()
    }
  }
}
