import ChatProject
import LinuxSystem
import TestSupport
import Testing

@Suite struct HandlerTerminationTests {
  @Test func `a handler that obeys is terminated with all of its group`() throws {
    let child = try TestChild("fork-tree", "2", "2")
    for _ in 0..<7 { _ = try child.line() }
    let fate = try end(child.pid)
    #expect(fate.outcome == .terminated)
    #expect(fate.pids.count == 7)
    #expect(fate.pids.first == child.pid)
    #expect(fate.survivors.isEmpty)
    #expect(fate.pids.allSatisfy(hasEnded))
  }

  @Test func `a handler that ignores the request is killed after the grace`() throws {
    let child = try TestChild("ignore-term")
    _ = try child.line()
    let fate = try end(child.pid, grace: 100_000_000)
    #expect(fate.outcome == .killed)
    #expect(fate.pids == [child.pid])
    #expect(hasEnded(child.pid))
  }

  @Test func `a stopped handler is woken to end`() throws {
    let child = try TestChild("stop-self")
    #expect(eventually { ProcessTable.state(child.pid) == "T" })
    let fate = try end(child.pid)
    #expect(fate.outcome == .terminated)
    #expect(hasEnded(child.pid))
  }

  @Test func `descendants in sessions of their own go with the handler`() throws {
    let child = try TestChild("fork-bomb", "6")
    for _ in 0..<7 { _ = try child.line() }
    let fate = try end(child.pid)
    #expect(fate.pids.count == 7)
    #expect(fate.pids.allSatisfy(hasEnded))
  }

  @Test func `many handlers end together`() throws {
    let children = try (0..<12).map { _ in try TestChild("hang") }
    let leaders = Dictionary(uniqueKeysWithValues: children.map { ($0.pid, [$0.pid]) })
    let fates = HandlerTermination(grace: 10_000_000_000).end(leaders)
    #expect(fates.count == 12)
    #expect(fates.values.allSatisfy { $0.outcome == .terminated || $0.outcome == .killed })
    #expect(children.allSatisfy { hasEnded($0.pid) })
  }

  @Test func `what is gone, init and this very program are left alone`() throws {
    let child = try TestChild("exit", "0")
    try child.awaitExit()
    for pid in [child.pid, 1, CurrentProcess.pid, 0, -1] {
      #expect(try end(pid) == .none)
    }
  }

  @Test func `the group of a handler that does not lead it is left alone`() throws {
    let bystander = try TestChild("hang")
    let leader = try TestChild("fork-tree", "1", "1")
    let pids = [try leader.line(), try leader.line()].compactMap { Int32($0.dropFirst(6)) }
    let member = try #require(pids.first { $0 != leader.pid })
    let fate = try end(member)
    #expect(fate.pids == [member])
    #expect(leader.process.isAlive)
    #expect(bystander.process.isAlive)
  }

  @Test func `a process of another user is spared, and not called gone`() throws {
    let child = try TestChild("hang")
    let other = HandlerTermination(grace: 100_000_000, user: CurrentProcess.user &+ 1)
    let fate = try #require(other.end(["x": [child.pid]])["x"])
    #expect(fate.outcome == .survived)
    #expect(fate.survivors.map(\.pid) == [child.pid])
    #expect(child.process.isAlive)
    let own = HandlerTermination(grace: 10_000_000_000, user: CurrentProcess.user)
    #expect(try #require(own.end(["x": [child.pid]])["x"]).survivors.isEmpty)
    #expect(hasEnded(child.pid))
  }

  private func end(_ pid: Int32, grace: Int64 = 10_000_000_000) throws -> HandlerFate {
    try #require(HandlerTermination(grace: grace).end(["x": [pid]])["x"])
  }

  private func hasEnded(_ pid: Int32) -> Bool {
    ProcessTable.state(pid).map(ProcessTable.hasEnded) ?? true
  }
}
