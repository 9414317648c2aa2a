import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

@Suite struct `A process by its descriptor` {
  @Test func `is signaled, and its end is told with the signal`() throws {
    let child = try TestChild("hang")
    #expect(child.process.isAlive)
    try child.process.signal(.terminate)
    #expect(try child.awaitExit() == .signaled(.terminate, coreDumped: false))
    #expect(throws: Errno.noSuchProcess) { try child.process.signal(.terminate) }
  }

  @Test func `does not end by a signal that it ignores`() throws {
    let child = try TestChild("ignore-term")
    #expect(try child.line() == "ready")
    try child.process.signal(.terminate)
    #expect(try child.process.peekExit() == nil)
    try child.process.signal(.kill)
    #expect(try child.awaitExit() == .signaled(.kill, coreDumped: false))
  }

  @Test func `that is no child is seen to end, but cannot be reaped`() throws {
    let child = try TestChild("spawn-grandchild")
    _ = try child.line()
    let pid = try #require(ProcessTable.children(of: child.pid).first)
    let grandchild = try ProcessDescriptor.open(pid)
    #expect(throws: Errno.noChildProcess) { try grandchild.peekExit() }
    #expect(grandchild.isAlive)
    #expect(grandchild.exitInformation() == nil)
    try grandchild.signal(.kill)
    #expect(eventually { !grandchild.isAlive })
  }

  @Test func `tells how it ended after somebody else reaped it, where the kernel can`() throws {
    let child = try TestChild("exit", "3")
    let other = try ProcessDescriptor.open(child.pid)
    try child.awaitExit()
    let known = other.exitInformation()
    #expect(known == nil || known == .exited(3))
    print("exit status of any process by descriptor: \(known == nil ? "no" : "yes")")
  }

  @Test func `of a number that nobody has is an error`() {
    #expect(throws: Errno.noSuchProcess) { try ProcessDescriptor.open(0x3fff_ffff) }
    #expect(throws: Errno.noSuchProcess) { try ProcessDescriptor.open(0) }
    #expect(throws: Errno.noSuchProcess) { try ProcessDescriptor.open(-1) }
  }
}

@Suite struct `A process group` {
  /// A tree of 1 + 2 + 4 processes in one group.
  private func tree() throws -> TestChild {
    let child = try TestChild("fork-tree", "2", "2")
    for _ in 0..<7 { #expect(try child.line().hasPrefix("ready ")) }
    return child
  }

  @Test func `gets a signal down to the last grandchild`() throws {
    let child = try tree()
    let descendants = ProcessTable.descendants(of: child.pid)
    #expect(descendants.count == 6)
    try child.process.signalGroup(.terminate)
    #expect(try child.remainingOutput() == "", "all have closed the pipe")
    #expect(!child.process.isGroupEmpty, "the leader is a zombie in it")
    #expect(try child.awaitExit() == .signaled(.terminate, coreDumped: false))
    #expect(eventually { child.process.isGroupEmpty })
    let canAsk = KernelProbe.answers()[.groupSignal] == .works
    #expect(child.process.isGroupProvenEmpty == canAsk)
    #expect(ProcessTable.groupIsEmpty(child.pid))
  }

  @Test func `gets the same by number, while its leader is not reaped`() throws {
    let child = try tree()
    try child.process.signalGroupByNumber(.kill)
    #expect(try child.remainingOutput() == "")
    try child.awaitExit()
    #expect(throws: Errno.noSuchProcess) { try child.process.signalGroupByNumber(.kill) }
  }

  @Test func `is not empty while one lives whose leader is gone and reaped`() throws {
    let child = try TestChild("orphan")
    let orphan = try #require(Int32(try child.line().dropFirst(6)))
    #expect(try child.awaitExit() == .exited(0))
    #expect(!ProcessTable.groupIsEmpty(child.pid))
    let members = ProcessTable.liveMembers(ofGroup: child.pid).map(\.pid)
    #expect(members == [orphan])
    #expect(!child.process.isGroupProvenEmpty)
    // Before Linux 6.9 a group without its leader can only be reached by number.
    if (try? child.process.signalGroup(.kill)) == nil { kill(-child.pid, SIGKILL) }
    #expect(try child.remainingOutput() == "")
  }

  @Test func `of a number that cannot be one is never empty`() {
    #expect(!ProcessTable.groupIsEmpty(0))
    #expect(!ProcessTable.groupIsEmpty(-5))
    #expect(ProcessTable.groupIsEmpty(0x3fff_ffff))
  }
}

@Suite struct `Where a process sleeps` {
  @Test func `is told of one that waits, and of none that is gone`() throws {
    let child = try TestChild("hang")
    let place = try eventually("a place") { ProcessTable.waitingPlace(of: child.pid) }
    #expect(!place.isEmpty)
    #expect(place.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    try child.process.signal(.kill)
    try child.awaitExit()
    #expect(ProcessTable.waitingPlace(of: child.pid) == nil)
    #expect(ProcessTable.waitingPlace(of: 0) == nil)
  }
}

@Suite struct `Orphans` {
  @Test func `of a dead leader come to the subreaper, which can end and reap them`() async {
    await #expect(processExitsWith: .success) {
      try ChildSubreaper.enable()
      let folder = try TemporaryDirectory()
      let leader = try TestChild("double-fork-setsid", folder.file("pid").string)
      #expect(try leader.awaitExit() == .exited(0))
      let written = try eventually("the daemon's file") { text(of: folder.file("pid")) }
      let daemon = try #require(Int32(written.dropLast()))
      #expect(ProcessTable.ownChildren() == [daemon])
      #expect(ProcessTable.parent(daemon) == getpid())
      #expect(ProcessTable.session(daemon) == daemon)
      let descriptor = try ProcessDescriptor.open(daemon)
      try descriptor.signal(.kill)
      let ended = try eventually("its end") { try ChildReaper.peekAny() }
      #expect(ended.pid == daemon)
      #expect(try ChildReaper.reap(daemon) == .signaled(.kill, coreDumped: false))
      #expect(throws: Errno.noChildProcess) { try ChildReaper.reap(daemon) }
    }
  }

  @Test func `stay below a leader that is a subreaper itself`() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("pid").string
    let leader = try TestChild([], program: "test-child") {
      $0.executable = "/bin/sh"
      $0.arguments = ["sh", "-c", "\"$0\" double-fork-setsid \(path); read x"]
      $0.arguments.append((try? TestPrograms.path("test-child").string) ?? "")
      $0.isSubreaper = true
    }
    let written = try eventually("the daemon's file") { text(of: folder.file("pid")) }
    let daemon = try #require(Int32(written.dropLast()))
    #expect(eventually { ProcessTable.parent(daemon) == leader.pid })
    // The process between them has ended; the shell collects it when it gets to run.
    #expect(eventually { ProcessTable.descendants(of: leader.pid) == [daemon] })
    kill(daemon, SIGKILL)
  }

  @Test func `in generations of sessions are all found as descendants`() throws {
    let child = try TestChild("fork-bomb", "12")
    for _ in 0...12 { _ = try child.line() }
    let descendants = ProcessTable.descendants(of: child.pid)
    #expect(descendants.count == 12)
    #expect(descendants.allSatisfy { ProcessTable.session($0) == $0 })
    for pid in descendants { kill(pid, SIGKILL) }
  }
}

@Suite struct `The process table` {
  @Test func `reads names with spaces, parentheses and newlines`() throws {
    let rest = " S 7 8 9 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3\n"
    for name in ["a b", "a) R 1 1 (b", "((", "", "x\ny", ") S ("] {
      let status = try #require(ProcessStatus.parse(Array("42 (\(name))\(rest)".utf8)))
      #expect(status.name == name)
      #expect(status.pid == 42 && status.state == "S" && status.parent == 7)
      #expect(status.group == 8 && status.session == 9 && status.startTicks == 987_654)
    }
  }

  @Test func `takes no harm from a line that is cut anywhere`() {
    let line = Array("42 (a b) S 7 8 9 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 1".utf8)
    for length in 0..<line.count { #expect(ProcessStatus.parse(Array(line.prefix(length))) == nil) }
  }

  @Test func `knows this process and not the one that nobody is`() throws {
    let status = try #require(ProcessStatus.of(getpid()))
    #expect(status.parent == getppid() && status.group == getpgid(0))
    #expect(ProcessStatus.of(0x3fff_ffff) == nil)
    #expect(ProcessTable.children(of: 0x3fff_ffff) == [])
    #expect(ProcessTable.descendants(of: -1) == [])
  }

  @Test func `finds the same children by list and by scan`() throws {
    let child = try TestChild("fork-tree", "1", "3")
    for _ in 0..<4 { _ = try child.line() }
    let scanned = ProcessTable.scannedChildren(of: child.pid).sorted()
    #expect(scanned.count == 3)
    #expect(ProcessTable.listedChildren(of: child.pid)?.sorted() ?? scanned == scanned)
  }

  @Test func `says that a stopped process is stopped and an ended one a zombie`() throws {
    let child = try TestChild("stop-self")
    #expect(eventually { ProcessTable.state(child.pid) == "T" })
    try child.process.signal(.continue)
    #expect(try child.line() == "continued")
    try child.process.signal(.kill)
    #expect(eventually { ProcessTable.state(child.pid) == "Z" })
    try child.awaitExit()
    #expect(ProcessTable.state(child.pid) == nil)
  }

  @Test func `dates the start of a process between boot and now`() throws {
    let child = try TestChild("hang")
    let started = try #require(ProcessTable.startedAtWall(child.pid))
    // /proc/stat has whole seconds for the boot.
    #expect(abs(Clock.wall - started) < 60_000_000_000)
  }
}

@Suite struct `The identity of a process` {
  @Test func `holds while it runs and no longer`() throws {
    let child = try TestChild("hang")
    let identity = try #require(ProcessIdentity.of(child.pid))
    #expect(identity.isStillRunning)
    #expect(identity.open()?.pid == child.pid)
    try child.process.signal(.kill)
    #expect(eventually { !identity.isStillRunning }, "a zombie does not run")
    try child.awaitExit()
    #expect(identity.open() == nil)
  }

  @Test func `is not that of another start or another boot`() throws {
    let own = try #require(ProcessIdentity.of(getpid()))
    #expect(own.isStillRunning)
    let later = ProcessIdentity(pid: own.pid, startTime: own.startTime + 1, bootID: own.bootID)
    let other = ProcessIdentity(pid: own.pid, startTime: own.startTime, bootID: "other")
    #expect(!later.isStillRunning && !other.isStillRunning)
    #expect(ProcessIdentity.of(0x3fff_ffff) == nil)
  }
}

@Suite struct `Small things of processes` {
  @Test func `exit statuses are read from the number of wait`() {
    #expect(ExitStatus(waitStatus: 0) == .exited(0))
    #expect(ExitStatus(waitStatus: 0x0300) == .exited(3))
    #expect(ExitStatus(waitStatus: 9) == .signaled(.kill, coreDumped: false))
    #expect(ExitStatus(waitStatus: 0x8b) == .signaled(.segmentationFault, coreDumped: true))
    #expect("\(ExitStatus.signaled(.terminate, coreDumped: false))" == "killed by SIGTERM")
  }

  @Test func `signals have names in both directions`() {
    for number in Int32(1)...31 where number != 16 {
      let signal = Signal(rawValue: number)
      #expect(Signal(name: signal.description) == signal)
    }
    #expect(Signal(name: "term") == .terminate)
    #expect(Signal(name: "SIGNONE") == nil)
    #expect("\(Signal(rawValue: 37))" == "SIGRTMIN+3")
    #expect("\(Signal(rawValue: 99))" == "signal 99")
  }

  @Test func `programs are found as a shell finds them`() throws {
    let folder = try TemporaryDirectory()
    try folder.write("plain", "", mode: 0o644)
    let tool = try folder.write("tool", "#!/bin/sh\n", mode: 0o755)
    try Directory.create(folder.file("folder"))
    let path = "/nonexistent:\(folder.path):/bin"
    #expect(ExecutableSearch.find("tool", path: path) == tool)
    #expect(ExecutableSearch.find("plain", path: path) == nil)
    #expect(ExecutableSearch.find("folder", path: path) == nil)
    #expect(ExecutableSearch.find("", path: path) == nil)
    #expect(ExecutableSearch.find(tool.string, path: nil) == tool)
    #expect(ExecutableSearch.find("sh", path: path) == "/bin/sh")
    #expect(ExecutableSearch.find("sh", path: nil) != nil)
  }

  @Test func `programs are not found where one happens to stand`() throws {
    #expect(ExecutableSearch.find("sh", path: "bin:./bin:../bin:../../bin:../../../bin") == nil)
    #expect(ExecutableSearch.find("sh", path: "") == nil)
    #expect(ExecutableSearch.find("sh", path: ":bin:/bin") == "/bin/sh")
  }

  @Test func `the limit of descriptors is raised to the hard one`() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      limit.rlim_cur = 64
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let raised = try DescriptorLimit.raise()
      #expect(raised == UInt64(limit.rlim_max))
    }
  }
}
