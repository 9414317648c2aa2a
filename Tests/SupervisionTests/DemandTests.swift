import LinuxSystem
import Supervision
import TestSupport
import Testing

/// Children that run exactly while they are wanted.
@Suite(.serialized) struct DemandTests {
  /// A wish that tests change.
  private final class Wish { var isThere = false }

  private static func onDemand(
    _ world: World, _ wish: Wish, lingering: Duration = .zero
  ) -> ChildSpecification {
    var child = world.child("worker", "hang")
    child.demand = .whenever(lingering: lingering) { wish.isThere }
    return child
  }

  @Test func `a child runs while it is wanted, and costs nothing when it is not`() async {
    await #expect(processExitsWith: .success) {
      let (world, wish) = (try World(), Wish())
      try world.supervisor.add(Self.onDemand(world, wish))
      try world.run(until: .resting, "worker")
      #expect(world.starts("worker").isEmpty)
      wish.isThere = true
      try world.supervisor.reconsider("worker")
      try world.run(until: .running, "worker")
      wish.isThere = false
      try world.supervisor.reconsider("worker")
      try world.run { world.state("worker") == .resting && world.ends("worker").count == 1 }
      #expect(world.kinds("worker").contains(.stopping(.noDemand)))
      #expect(world.starts("worker").count == 1)
      try world.finish()
    }
  }

  @Test func `a wish that comes back while its child is being ended is served by the next run`()
    async
  {
    await #expect(processExitsWith: .success) {
      let (world, wish) = (try World(), Wish())
      wish.isThere = true
      try world.supervisor.add(Self.onDemand(world, wish))
      try world.run(until: .running, "worker")
      wish.isThere = false
      try world.supervisor.reconsider("worker")
      try world.run(until: .stopping, "worker")
      wish.isThere = true  // And nobody says so.
      try world.run { world.starts("worker").count == 2 }
      try world.run(until: .running, "worker")
      try world.finish()
    }
  }

  @Test func `a child that dies while nobody wants it any more is not started again`() async {
    await #expect(processExitsWith: .success) {
      let (world, wish) = (try World(), Wish())
      wish.isThere = true
      try world.supervisor.add(Self.onDemand(world, wish, lingering: .seconds(3_600)))
      try world.run(until: .running, "worker")
      wish.isThere = false
      try world.kill("worker")
      try world.run { world.ends("worker") == [.signal(9)] && world.state("worker") == .resting }
      #expect(world.starts("worker").count == 1)
      try world.finish()
    }
  }

  @Test func `a job runs once for each time that it is wanted`() async {
    await #expect(processExitsWith: .success) {
      let (world, wish) = (try World(), Wish())
      var job = Self.onDemand(world, wish)
      job.arguments = ["exit", "0"]
      job.restart = .never
      try world.supervisor.add(job)
      for count in 1...3 {
        wish.isThere = true
        try world.supervisor.reconsider("worker")
        try world.run { world.ends("worker").count == count && world.state("worker") == .resting }
        try world.supervisor.reconsider("worker")
        wish.isThere = false
        try world.supervisor.reconsider("worker")
      }
      #expect(world.starts("worker").count == 3)
      try world.finish()
    }
  }

  @Test func `a watched descriptor wakes the supervisor until the watch is cancelled`() async {
    await #expect(processExitsWith: .success) {
      let (world, wish) = (try World(), Wish())
      try world.supervisor.add(Self.onDemand(world, wish))
      let pipe = try Pipe()
      let watch = try world.supervisor.watch(pipe.readEnd.rawValue) {
        wish.isThere = true
        try? world.supervisor.reconsider("worker")
      }
      try pipe.writeEnd.writeAll([1])
      try world.run(until: .running, "worker")
      world.supervisor.cancel(watch)
      world.supervisor.cancel(watch)
      try world.finish()
    }
  }
}
