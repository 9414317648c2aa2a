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

  @Test func `always has an answer`() {
    print("delegated control group: \(ControlGroup.delegated()?.path.string ?? "none")")
  }
}

/// Needs a cgroup v2 tree in which this process may make groups.
@Suite(.enabled(if: ControlGroup.delegated() != nil, "no delegated control group"))
struct `A control group` {
  private func fresh() throws -> ControlGroup {
    let own = try #require(ControlGroup.delegated())
    return try own.makeChild("wg-test-\(String(RandomBytes.word(), radix: 36))")
  }

  @Test func `holds whom it was made for, from birth, and all below`() throws {
    let group = try fresh()
    defer { try? group.remove() }
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
    let group = try fresh()
    defer { try? group.remove() }
    let folder = try group.makeChild("below").open()
    let child = try TestChild("fork-bomb", "5") { $0.controlGroup = folder }
    for _ in 0...5 { _ = try child.line() }
    try group.killOneByOne()
    try child.awaitExit()
    #expect(try eventually { try !group.isPopulated() })
  }

  @Test func `that is gone is empty, not populated, and removed`() throws {
    let group = try fresh()
    try group.remove()
    #expect(try !group.isPopulated())
    #expect(try group.processes() == [])
    try group.kill()
    try group.remove()
  }

  @Test func `takes no name that leads elsewhere`() throws {
    let group = try fresh()
    defer { try? group.remove() }
    for name in ["", ".", "..", "a/b", "a\0b"] {
      #expect(throws: Errno.invalidArgument) { try group.makeChild(name) }
    }
  }

  @Test func `that refuses does not keep the program from starting`() throws {
    let group = try fresh()
    let folder = try group.open()
    try group.remove()
    let program = try TestPrograms.path("test-child")
    var request = SpawnRequest(executable: program, arguments: ["x", "exit", "4"])
    request.controlGroup = folder
    let started = try Spawn.run(request)
    #expect(started.cgroupRefusal != nil)
    #expect(try eventually("its end") { try started.descriptor.reap() } == .exited(4))
  }

  @Test func `cannot be joined at birth without clone3, which is reported`() throws {
    let group = try fresh()
    defer { try? group.remove() }
    let program = try TestPrograms.path("test-child")
    var request = SpawnRequest(executable: program, arguments: ["x", "exit", "4"])
    request.controlGroup = try group.open()
    request.without = .clone3
    let started = try Spawn.run(request)
    #expect(started.cgroupRefusal == .noFunction)
    #expect(try eventually("its end") { try started.descriptor.reap() } == .exited(4))
  }
}
