import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

/// The files of the memory and pids controllers, which not every machine has, as plain files.
@Suite struct GroupLimitTests {
  private func group(_ files: [String: String]) throws -> (TemporaryDirectory, ControlGroup) {
    let folder = try TemporaryDirectory()
    for (name, text) in files {
      try AtomicFile.replace(folder.file(name), with: Array(text.utf8), durability: .atomic)
    }
    return (folder, ControlGroup(path: folder.path))
  }

  @Test func `limits are written in bytes and tasks, and what is not limited is max`() throws {
    let files = ["memory.max", "memory.high", "pids.max", "memory.oom.group"]
    let (folder, group) = try group(Dictionary(uniqueKeysWithValues: files.map { ($0, "") }))
    #expect(group.apply(ControlGroup.Limits(memoryMax: 1 << 31, tasksMax: 64)).isEmpty)
    #expect(text(of: folder.file("memory.max")) == "2147483648")
    #expect(text(of: folder.file("memory.high")) == "max")
    #expect(text(of: folder.file("pids.max")) == "64")
    #expect(text(of: folder.file("memory.oom.group")) == "1")
    #expect(group.limits() == ControlGroup.Limits(memoryMax: 1 << 31, tasksMax: 64))
  }

  @Test func `what is used is read, and what an older kernel does not tell is nil`() throws {
    let (folder, group) = try group(["memory.current": "4096\n", "pids.current": "3\n"])
    #expect(group.usage() == ControlGroup.Usage(memory: 4096, memoryPeak: nil, tasks: 3))
    withExtendedLifetime(folder) {}
  }

  @Test func `kills for memory and refused tasks are counted by their own keys`() throws {
    let events = "low 0\nhigh 7\nmax 12\noom 1\noom_kill 2\noom_group_kill 1\n"
    let (folder, group) = try group(["memory.events": events, "pids.events": "max 5\n"])
    #expect(group.limitHits() == ControlGroup.LimitHits(memoryKills: 2, refusedTasks: 5))
    withExtendedLifetime(folder) {}
  }

  @Test func `files that say something else count as nothing`() throws {
    let (folder, group) = try group([
      "memory.events": "oom_kill\n\noom_kill x\n", "pids.events": "", "memory.current": "?\n",
    ])
    #expect(group.limitHits() == ControlGroup.LimitHits())
    #expect(group.usage() == ControlGroup.Usage())
    withExtendedLifetime(folder) {}
  }
}
