import LinuxSystem
import SupervisionCore
import SupervisionDriver
import SystemPackage
import TestSupport
import Testing

/// What an earlier supervisor left.
///
/// Each test is a process of its own, since a driver takes every child of its process for its own.
@Suite struct EarlierRunTests {
  /// Nobody idles out before the first turn, however late that comes.
  private static var patient: SupervisionSettings {
    var settings = DriverWorld.quick
    settings.idleTimeout = .seconds(60)
    return settings
  }

  @Test func `a run that is over at boot is told about like any exit`() async {
    await #expect(processExitsWith: .success) {
      let world = try DriverWorld(Self.patient)
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
      let world = try DriverWorld(Self.patient)
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
}
