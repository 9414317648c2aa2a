import LinuxSystem
import SupervisionCore
import SupervisionDriver
import SystemPackage
import TestSupport
import Testing

/// Runs that have a control group: nothing in it survives them, whoever started it.
@Suite(.serialized, .enabled(if: ScratchGroup.obstacle == nil, "\(ScratchGroup.obstacle ?? "")"))
struct `A run with a control group` {
  /// A process in the group that is no descendant of the child's leader.
  private static func stranger(
    _ arguments: String..., in group: ControlGroup, of world: DriverWorld
  ) throws -> TestChild {
    let folder = try group.open()
    let stranger = try TestChild(arguments) { $0.controlGroup = folder }
    world.driver.unsupervised.insert(stranger.pid)
    return stranger
  }

  @Test func `has its leader and all descendants in it`() async {
    await #expect(processExitsWith: .success) {
      let (world, scratch) = (try DriverWorld(), try ScratchGroup())
      let child = world.add(1, ["fork-bomb", "3"])
      world.groups[child] = scratch.group
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .running }
      let leader = try #require(world.driver.pid(of: child))
      #expect(eventually { ProcessTable.descendants(of: leader).count == 3 })
      let all = [leader] + ProcessTable.descendants(of: leader)
      #expect(try Set(scratch.group.processes()) == Set(all))
      #expect(Set(world.driver.processes(of: child)) == Set(all))
      try world.finish()
      #expect(try !scratch.group.isPopulated())
    }
  }

  @Test func `is over only when the group is empty`() async {
    await #expect(processExitsWith: .success) {
      let (world, scratch) = (try DriverWorld(), try ScratchGroup())
      let child = world.add(1, ["hang"])
      world.groups[child] = scratch.group
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .running }
      let stranger = try Self.stranger("ignore-term", in: scratch.group, of: world)
      #expect(try stranger.line() == "ready")
      world.driver.report(.archiveRequested(.purge, grace: .milliseconds(50)), of: child)
      try world.run { world.outcomes[child] != nil }
      #expect(world.outcomes[child] == .killed)
      #expect(try !scratch.group.isPopulated())
      #expect(try stranger.awaitExit() == .signaled(.kill, coreDumped: false))
      #expect(world.driver.machine.nextDeadline == nil)
    }
  }

  @Test func `gives what its leader left behind the time to end well`() async {
    await #expect(processExitsWith: .success) {
      let (world, scratch) = (try DriverWorld(), try ScratchGroup())
      let child = world.add(1, ["hang"])
      world.groups[child] = scratch.group
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .running }
      let stranger = try Self.stranger("hang", in: scratch.group, of: world)
      try ProcessDescriptor.open(try #require(world.spawned.first)).signal(.kill)
      try world.run { world.spawned.count == 2 }
      #expect(try stranger.awaitExit() == .signaled(.terminate, coreDumped: false))
      #expect(world.decisions.contains { $0.clause == .leftovers })
      #expect(world.decisions.first { $0.clause == .crashed }?.exit == .signaled(9))
      try world.finish()
    }
  }

  @Test func `is ended with what an adopted leader had lost sight of`() async {
    await #expect(processExitsWith: .success) {
      let (world, scratch) = (try DriverWorld(), try ScratchGroup())
      let leader = try Self.stranger("hang", in: scratch.group, of: world)
      let lost = try Self.stranger("fork-bomb", "2", in: scratch.group, of: world)
      for _ in 0...2 { _ = try lost.line() }
      let child = world.add(1, ["hang"])
      world.groups[child] = scratch.group
      world.driver.reportHolder(try ProcessDescriptor.open(leader.pid), of: child)
      try world.run { world.state(child) == .running }
      let members = try scratch.group.processes()
      #expect(members.count == 4)
      world.driver.report(.archiveRequested(.purge, grace: nil), of: child)
      try world.run { world.outcomes[child] != nil }
      try leader.awaitExit()
      try lost.awaitExit()
      #expect(try !scratch.group.isPopulated())
    }
  }

  @Test func `goes on without it when the kernel lets nobody in`() async {
    await #expect(processExitsWith: .success) {
      let (world, scratch) = (try DriverWorld(), try ScratchGroup())
      let child = world.add(1, ["hang"])
      world.groups[child] = scratch.group.child("never-made")
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .running }
      #expect(world.refusals.count == 1)
      try world.finish()
    }
  }

  @Test func `costs no wake-up while it lives, nor when it is over`() async {
    await #expect(processExitsWith: .success) {
      let (world, scratch) = (try DriverWorld(), try ScratchGroup())
      let child = world.add(1, ["hang"])
      let before = world.driver.loop.registrationCount
      world.groups[child] = scratch.group
      world.driver.report(.consumerAttached, of: child)
      try world.run { world.state(child) == .running }
      #expect(world.driver.loop.registrationCount == before + 1, "the leader alone is watched")
      let stranger = try Self.stranger("hang", in: scratch.group, of: world)
      try world.finish()
      try stranger.awaitExit()
      #expect(world.driver.loop.registrationCount == before)
    }
  }
}
