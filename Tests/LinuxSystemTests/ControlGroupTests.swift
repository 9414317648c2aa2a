import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

@Suite struct `Finding the control group` {
  @Test func `reads the v2 line among those of v1`() {
    let text = "9:name=systemd:/a\n4:memory:/b\n0::/user.slice/x\n"
    #expect(ControlGroup.membership(Array(text.utf8)) == "/user.slice/x")
    #expect(ControlGroup.membership(Array("4:memory:/b\n".utf8)) == nil)
    #expect(ControlGroup.membership([]) == nil)
  }

  @Test func `reads the mount, with optional fields and escaped spaces`() {
    let text = """
      22 1 0:20 / /sys rw shared:2 - sysfs sysfs rw
      30 22 0:26 / /sys/fs/cgroup\\040x rw,nosuid shared:4 master:1 - cgroup2 cgroup2 rw
      """
    #expect(ControlGroup.mount(Array(text.utf8)) == .init(root: "/", point: "/sys/fs/cgroup x"))
    for garbage in ["", "-", "- cgroup2", "1 2 - cgroup2", "\\", "1 2 3 4 \\9 - cgroup2 x"] {
      _ = ControlGroup.mount(Array(garbage.utf8))
    }
  }

  @Test func `gives no path outside of what is mounted`() {
    let all = ControlGroup.Mount(root: "/", point: "/cg")
    #expect(all.path(of: "/a/b") == "/cg/a/b")
    #expect(all.path(of: "/") == "/cg")
    #expect(all.path(of: "/../x") == nil)
    let part = ControlGroup.Mount(root: "/a", point: "/cg")
    #expect(part.path(of: "/a/b") == "/cg/b")
    #expect(part.path(of: "/a") == "/cg")
    #expect(part.path(of: "/ab") == nil)
    #expect(part.path(of: "/x") == nil)
  }
}

/// Needs a cgroup v2 tree in which this process may make groups.
@Suite(.enabled(if: ScratchGroup.obstacle == nil, "\(ScratchGroup.obstacle ?? "")"))
struct `A control group` {
  @Test func `holds whom it was made for, from birth, and all below`() throws {
    let scratch = try ScratchGroup()
    let group = scratch.group
    #expect(try !group.isPopulated())
    let folder = try group.open()
    let child = try TestChild("fork-bomb", "3") { $0.controlGroup = folder }
    for _ in 0...3 { _ = try child.line() }
    let members = Set([child.pid] + ProcessTable.descendants(of: child.pid))
    #expect(try Set(group.processes()) == members)
    #expect(try group.isPopulated())
    #expect(throws: Errno.resourceBusy) { try group.remove() }
    try group.kill()
    #expect(try child.awaitExit() == .signaled(.kill, coreDumped: false))
    #expect(try eventually { try !group.isPopulated() })
  }

  @Test func `is emptied one by one where the kernel cannot kill it at once`() throws {
    let scratch = try ScratchGroup()
    let group = scratch.group
    let folder = try group.makeChild("below").open()
    let child = try TestChild("fork-bomb", "5") { $0.controlGroup = folder }
    for _ in 0...5 { _ = try child.line() }
    try group.killOneByOne()
    try child.awaitExit()
    #expect(try eventually { try !group.isPopulated() })
  }

  @Test func `is ended without those of one group below, and who ignores SIGTERM is killed`() throws
  {
    let scratch = try ScratchGroup()
    let folder = try scratch.group.makeChild("chat").open()
    let spared = try scratch.group.makeChild("spared")
    let sparedFolder = try spared.open()
    let mild = try TestChild("hang") { $0.controlGroup = folder }
    let stubborn = try TestChild("ignore-term") { $0.controlGroup = folder }
    let other = try TestChild("ignore-term") { $0.controlGroup = sparedFolder }
    _ = try stubborn.line()
    _ = try other.line()
    let ending = try scratch.group.end(
      except: spared, grace: 200_000_000, patience: 30_000_000_000)
    #expect(ending.asked == [mild.pid, stubborn.pid])
    #expect(ending.killed == [stubborn.pid])
    #expect(ending.survivors == [])
    #expect(try mild.awaitExit() == .signaled(.terminate, coreDumped: false))
    #expect(try stubborn.awaitExit() == .signaled(.kill, coreDumped: false))
    #expect(try spared.processes() == [other.pid])
    try other.process.signal(.kill)
  }

  @Test func `that is gone is empty, not populated, and removed`() throws {
    let scratch = try ScratchGroup()
    let group = scratch.group
    try group.remove()
    #expect(try !group.isPopulated())
    #expect(try group.processes() == [])
    try group.kill()
    try group.remove()
  }

  @Test func `takes no name that leads elsewhere`() throws {
    let scratch = try ScratchGroup()
    let group = scratch.group
    for name in ["", ".", "..", "a/b", "a\0b"] {
      #expect(throws: Errno.invalidArgument) { try group.makeChild(name) }
    }
  }

  @Test func `that refuses does not keep the program from starting`() throws {
    let scratch = try ScratchGroup()
    let group = scratch.group
    let folder = try group.open()
    try group.remove()
    let program = try TestPrograms.path("test-child")
    var request = SpawnRequest(executable: program, arguments: ["x", "exit", "4"])
    request.controlGroup = folder
    let started = try Spawn.run(request)
    #expect(started.cgroupRefusal != nil)
    #expect(try eventually("its end") { try started.descriptor.reap() } == .exited(4))
  }

  @Test func `is joined before the program is executed where clone3 is forbidden`() throws {
    let scratch = try ScratchGroup()
    let folder = try scratch.group.open()
    let child = try TestChild("fork-bomb", "2") {
      $0.controlGroup = folder
      $0.without = .clone3
    }
    for _ in 0...2 { _ = try child.line() }
    let all = Set([child.pid] + ProcessTable.descendants(of: child.pid))
    #expect(all.count == 3)
    #expect(try Set(scratch.group.processes()) == all)
    #expect(ControlGroup.of(child.pid) == scratch.group)
  }

  @Test func `that refuses tells why, also where clone3 is forbidden`() throws {
    let scratch = try ScratchGroup()
    let gone = try scratch.group.makeChild("gone")
    let folder = try gone.open()
    try gone.remove()
    var request = SpawnRequest(
      executable: try TestPrograms.path("test-child"), arguments: ["x", "exit", "4"])
    request.controlGroup = folder
    request.without = .clone3
    let started = try Spawn.run(request)
    #expect(started.cgroupRefusal == .noSuchFileOrDirectory)
    #expect(try eventually("its end") { try started.descriptor.reap() } == .exited(4))
  }

  @Test func `signals all its processes, whatever session they went to`() throws {
    let scratch = try ScratchGroup()
    let folder = try scratch.group.makeChild("below").open()
    let child = try TestChild("fork-bomb", "4") { $0.controlGroup = folder }
    for _ in 0...4 { _ = try child.line() }
    try scratch.group.signal(.terminate)
    #expect(try child.awaitExit() == .signaled(.terminate, coreDumped: false))
    #expect(try eventually { try !scratch.group.isPopulated() })
  }

  @Test func `tells when its last process is gone`() throws {
    let scratch = try ScratchGroup()
    let folder = try scratch.group.open()
    let population = try GroupPopulation(of: scratch.group)
    #expect(!population.isPopulated())
    #expect(try population.awaitEmpty(until: .now))
    let child = try TestChild("fork-bomb", "1") { $0.controlGroup = folder }
    for _ in 0...1 { _ = try child.line() }
    #expect(population.isPopulated())
    #expect(try !population.awaitEmpty(until: .now))
    let loop = try EventLoop()
    var told = 0
    _ = try loop.add(population.descriptor, for: .exceptional) { _ in
      told += 1
      _ = population.isPopulated()
    }
    try loop.runTurn(block: false)
    #expect(told == 0, "nothing has changed since it was read")
    try scratch.group.kill()
    let end = Clock.monotonic + 20_000_000_000
    while told == 0 && Clock.monotonic < end {
      loop.deadline = end
      try loop.runTurn(block: true)
    }
    #expect(told > 0)
    #expect(try population.awaitEmpty(until: .after(nanoseconds: 20_000_000_000)))
    try child.awaitExit()
    try scratch.group.remove()
    #expect(!population.isPopulated())
  }

  @Test func `names the limits that it cannot have`() throws {
    let scratch = try ScratchGroup()
    let limits = ControlGroup.Limits(memoryMax: 1 << 30, tasksMax: 50)
    let refused = scratch.group.apply(limits).map(\.file)
    let present = ["memory.max", "pids.max"].filter {
      ((try? FileStatus.of(scratch.group.path.appending($0))) ?? nil) != nil
    }
    #expect(Set(refused + present) == ["memory.max", "pids.max"])
    #expect(refused.count + present.count == 2)
    #expect(scratch.group.apply(ControlGroup.Limits()).isEmpty)
    #expect(scratch.group.limitHits() == ControlGroup.LimitHits())
  }

  @Test func `is removed with the groups that its processes made below`() throws {
    let scratch = try ScratchGroup()
    _ = try scratch.group.makeChild("a").makeChild("b").makeChild("c")
    _ = try scratch.group.makeChild("d")
    try scratch.group.remove()
    #expect(!scratch.group.exists)
  }
}
