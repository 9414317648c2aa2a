import LinuxSystem
import SupervisionCore
import SystemPackage
import TestSupport
import Testing

@testable import SupervisionDriver

/// What an earlier supervisor left.
///
/// Each test is a process of its own, since a driver takes every child of its process for its own.
@Suite struct EarlierRunTests {
  /// Nobody who lives idles out before the first turn, however late that comes.
  private static var patient: SupervisionSettings {
    var settings = DriverWorld.quick
    settings.idleTimeout = .seconds(60)
    return settings
  }

  @Test func `a run that is over at boot is told about like any exit`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let child = world.add(1, ["hang"], earlier: .ended(pid: Int32.max, .exited(42)))
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .backoff || !world.spawned.isEmpty }
      #expect(world.decisions.first?.clause == .endedUnwatched)
      #expect(world.decisions.contains { $0.clause == .crashed && $0.exit == .exited(42) })
      #expect(world.proofs[Int32.max] == DeathProof(reaped: 0, isGroupEmpty: false))
      try world.run { world.state(child) == .running }
      try world.finish()
    }
  }

  @Test func `what the leader left is ended before the next run starts`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld()
      let before = try TestChild("orphan")
      // At its own end it kills its group.
      defer { withExtendedLifetime(before) {} }
      let left = try #require(Int32(try before.line().dropFirst("ready ".count)))
      let orphan = try ProcessDescriptor.open(left)
      try before.awaitExit()
      let child = world.add(1, ["hang"], earlier: .ended(pid: before.pid, .exited(0)))
      world.driver.report(.consumerAttached, of: child)
      try world.run { !world.spawned.isEmpty }
      #expect(!orphan.isAlive)
      #expect(world.decisions.contains { $0.clause == .leftovers })
      try world.finish()
    }
  }

  @Test func `how an adopted process ended is asked of whoever was its parent`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld(Self.patient)
      let stranger = try TestChild(["hang"])
      var asked: [ProcessIdentity?] = []
      world.driver.witness = {
        asked.append($0)
        return .exited(7)
      }
      let child = world.add(1, ["hang"], earlier: .alive(try ProcessDescriptor.open(stranger.pid)))
      let identity = ProcessIdentity.of(stranger.pid)
      try world.run { world.state(child) == .running }
      try stranger.process.signal(.kill)
      try world.run { world.state(child) == .resting }
      #expect(world.decisions.contains { $0.clause == .crashed && $0.exit == .exited(7) })
      #expect(asked == [identity])
    }
  }
  @Test func `the exit of an adopted process is waited for until its parent has reaped it`() async {
    await #expect(processExitsWith: .success) {
      guard KernelProbe.tellsExitOfAnyProcess else {
        return print("passed over: this kernel tells nothing of processes that are no children")
      }
      let world = try DriverWorld(Self.patient)
      let parent = try TestChild(
        [],
        configure: {
          $0.executable = "/bin/sh"
          $0.arguments = ["sh", "-c", "sleep 1000 & echo $!; wait"]
        })
      let pid = try #require(Int32(try parent.line()))
      let child = world.add(1, ["hang"], earlier: .alive(try ProcessDescriptor.open(pid)))
      try world.run { world.state(child) == .running }
      // A parent that is stopped reaps nobody.
      try parent.process.signal(.stop)
      try ProcessDescriptor.open(pid).signal(.terminate)
      try world.run { ProcessTable.state(pid) == "Z" && !world.driver.unreaped.isEmpty }
      #expect(world.state(child) == .running)
      try parent.process.signal(.continue)
      try world.run { world.state(child) == .resting }
      #expect(world.decisions.contains { $0.clause == .crashed && $0.exit == .signaled(15) })
      #expect(world.driver.unreaped.isEmpty)
      try world.finish()
    }
  }

  @Test func `a parent that never reaps is not waited for without end`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld(Self.patient)
      let parent = try TestChild(
        [],
        configure: {
          $0.executable = "/bin/sh"
          $0.arguments = ["sh", "-c", "sleep 1000 & echo $!; wait"]
        })
      let pid = try #require(Int32(try parent.line()))
      let child = world.add(1, ["hang"], earlier: .alive(try ProcessDescriptor.open(pid)))
      try world.run { world.state(child) == .running }
      try parent.process.signal(.stop)
      try ProcessDescriptor.open(pid).signal(.kill)
      try world.run { world.state(child) == .resting }
      #expect(world.decisions.contains { $0.exit == .unknown })
      #expect(!world.decisions.contains { $0.clause == .crashed })
      try world.finish()
    }
  }
}
