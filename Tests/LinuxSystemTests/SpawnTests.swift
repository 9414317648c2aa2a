import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct `Starting a program` {
  @Test func `arguments, environment and directory arrive as they are`() throws {
    let arguments = ["print-args", "", "with space", "ünïcode", "-"]
    let printed = try TestChild(arguments).remainingOutput()
    #expect(printed == (["test-child"] + arguments).joined(separator: "\n") + "\n")
    let environment = try TestChild("print-env") { $0.environment = ["A=1", "B=", "C=x=y"] }
    #expect(try environment.remainingOutput() == "A=1\nB=\nC=x=y\n")
    let folder = try TemporaryDirectory()
    let placed = try TestChild("print-process") { $0.directory = folder.path }
    #expect(try placed.remainingOutput().contains("directory \(folder.path)\n"))
  }

  @Test(arguments: [SpawnRequest.Placement.ownSession, .ownGroup, .inherited])
  func `the program gets the session and the group that were asked for`(
    placement: SpawnRequest.Placement
  ) throws {
    let child = try TestChild("print-process") { $0.placement = placement }
    let lines = try child.remainingOutput().split(separator: "\n").map(String.init)
    let group = placement == .inherited ? getpgid(0) : child.pid
    let session = placement == .ownSession ? child.pid : getsid(0)
    #expect(
      Array(lines.prefix(4)) == [
        "pid \(child.pid)", "parent \(getpid())", "group \(group)", "session \(session)",
      ])
  }

  @Test func `a string with a NUL byte is refused, not cut`() throws {
    for field in [\SpawnRequest.arguments, \.environment] {
      var request = SpawnRequest(executable: "/bin/true", arguments: ["true"])
      request[keyPath: field].append("A=b\0c")
      let failure = #expect(throws: SpawnFailure.self) { try Spawn.run(request) }
      #expect(failure == SpawnFailure(stage: .request, errno: .invalidArgument))
    }
  }

  @Test func `a process is seen by its descriptor from birth, even when it ends at once`() throws {
    let request = SpawnRequest(
      executable: try TestPrograms.path("test-child"),
      arguments: [
        "test-child", "exit", "7",
      ])
    let process = try Spawn.run(request).descriptor
    #expect(try process.descriptor.wait(for: .readable, until: .after(nanoseconds: 20_000_000_000)))
    #expect(try process.peekExit() == .exited(7))
    #expect(try process.peekExit() == .exited(7), "looking does not reap")
    #expect(!process.isAlive)
    #expect(try process.reap() == .exited(7))
    #expect(throws: Errno.noChildProcess) { try process.reap() }
  }
}

@Suite struct `The descriptors of a started program` {
  @Test func `are those that were listed and no others`() throws {
    let others = try (0..<20).map { _ in try Pipe() }
    let child = try TestChild("print-fds") {
      $0.descriptors += [.init(others[0].readEnd, as: 3), .init(others[1].writeEnd, as: 9)]
    }
    #expect(try child.remainingOutput() == "0\n1\n2\n3\n9\n")
    withExtendedLifetime(others) {}
  }

  @Test(arguments: [KernelFeature.closeRange, [.closeRange, .processFolder]])
  func `are the same on kernels that cannot mark a range`(without: KernelFeature) throws {
    // Left open on purpose, and not close-on-exec.
    let leak = try systemCall { dup(0) }
    defer { close(leak) }
    let child = try TestChild("print-fds") { $0.without = without }
    #expect(try child.remainingOutput() == "0\n1\n2\n")
  }

  @Test func `do not include what was left open without close-on-exec`() throws {
    let leak = try systemCall { dup(0) }
    defer { close(leak) }
    #expect(try TestChild("print-fds").remainingOutput() == "0\n1\n2\n")
  }

  @Test func `are null where a standard one is not listed`() throws {
    let pipe = try Pipe()
    let request = SpawnRequest(
      executable: try TestPrograms.path("test-child"), arguments: ["test-child", "print-fds"],
      descriptors: [.init(pipe.writeEnd, as: 1)])
    let process = try Spawn.run(request).descriptor
    _ = try eventually("its end") { try process.reap() }
    #expect(try pipe.readEnd.readAvailable() == .bytes(Array("0\n1\n2\n".utf8)))
  }

  @Test func `can be exchanged with each other`() throws {
    let (first, second) = (try Pipe(), try Pipe())
    try first.writeEnd.writeAll("first".utf8)
    try second.writeEnd.writeAll("second".utf8)
    let (low, high) = (first.readEnd.rawValue, second.readEnd.rawValue)
    let output = try Pipe()
    let script = "dd bs=64 count=1 status=none <&\(low); dd bs=64 count=1 status=none <&\(high)"
    let request = SpawnRequest(
      executable: "/bin/bash", arguments: ["bash", "-c", script],
      environment: ["PATH=/usr/bin:/bin"],
      descriptors: [
        .init(output.writeEnd, as: 1), .init(first.readEnd, as: high),
        .init(second.readEnd, as: low),
      ])
    let process = try Spawn.run(request).descriptor
    #expect(try eventually("its end") { try process.reap() } == .exited(0))
    #expect(try output.readEnd.readAvailable() == .bytes(Array("secondfirst".utf8)))
  }
}

@Suite struct `A program that cannot be started` {
  private func failure(_ configure: (inout SpawnRequest) -> Void) -> SpawnFailure? {
    var request = SpawnRequest(executable: "/bin/true", arguments: ["true"])
    configure(&request)
    return #expect(throws: SpawnFailure.self) { try Spawn.run(request) }
  }

  @Test func `is named with the step and the reason`() throws {
    let folder = try TemporaryDirectory()
    let notExecutable = try folder.write("plain", "text", mode: 0o644)
    let noFormat = try folder.write("garbage", "no program", mode: 0o755)
    #expect(
      failure { $0.executable = "/nonexistent" }
        == .init(stage: .execute, errno: .noSuchFileOrDirectory))
    #expect(
      failure { $0.executable = notExecutable } == .init(stage: .execute, errno: .permissionDenied))
    #expect(
      failure { $0.executable = noFormat }
        == .init(stage: .execute, errno: .init(rawValue: ENOEXEC)))
    #expect(
      failure { $0.executable = folder.path } == .init(stage: .execute, errno: .permissionDenied))
    let long = String(repeating: "x", count: 4_000_000)
    #expect(
      failure { $0.arguments = [long] } == .init(stage: .execute, errno: .init(rawValue: E2BIG)))
    #expect(
      failure { $0.directory = "/nonexistent" }
        == .init(stage: .directory, errno: .noSuchFileOrDirectory))
    #expect(
      failure { $0.controllingTerminal = 0 }
        == .init(stage: .terminal, errno: .init(rawValue: ENOTTY)))
  }

  @Test func `says so in a sentence`() {
    let failure = SpawnFailure(stage: .execute, errno: .noSuchFileOrDirectory)
    #expect("\(failure)" == "cannot execute the program: No such file or directory")
  }

  @Test func `leaves no process, not even a zombie, and no descriptor`() async {
    await #expect(processExitsWith: .success) {
      let before = try Directory.names(in: "/proc/self/fd").count
      for _ in 0..<100 {
        let request = SpawnRequest(executable: "/nonexistent", arguments: ["x"])
        #expect(throws: SpawnFailure.self) { try Spawn.run(request) }
      }
      #expect(throws: Errno.noChildProcess) { try ChildReaper.peekAny() }
      // The surroundings open and close some of their own.
      #expect(try Directory.names(in: "/proc/self/fd").count < before + 10)
    }
  }

  @Test func `for want of descriptors is an error and no trap`() throws {
    let folder = try TemporaryDirectory()
    let said = try TestChild("starve", folder.file("s").string).remainingOutput()
    #expect(said.split(separator: "\n").first == "start: clone \(EMFILE)")
  }
}

@Suite struct `A parent with an odd state` {
  @Test func `that blocks and ignores signals starts programs with none blocked or ignored`() async
  {
    await #expect(processExitsWith: .success) {
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, nil)
      for number in 1...64 where number != SIGCHLD {
        SignalDisposition.ignored.set(for: Signal(rawValue: Int32(number)))
      }
      let lines = try TestChild("print-signals").remainingOutput().split(separator: "\n")
      #expect(lines.contains("SigBlk:\t0000000000000000"))
      #expect(lines.contains("SigIgn:\t0000000000000000"))
      var mask = sigset_t()
      pthread_sigmask(SIG_BLOCK, nil, &mask)
      #expect(sigismember(&mask, SIGTERM) == 1, "the parent's mask is as before")
    }
  }

  @Test func `that closed its standard descriptors still hands over others`() async {
    await #expect(processExitsWith: .success) {
      let pipe = try Pipe()
      // Numbers above 2, since 0 may have been closed all along.
      let (reader, writer) = (try pipe.readEnd.duplicate(), try pipe.writeEnd.duplicate())
      let request = SpawnRequest(
        executable: try TestPrograms.path("test-child"), arguments: ["test-child", "print-fds"],
        descriptors: [.init(writer, as: 1), .init(reader, as: 4)])
      let saved = try (1...2).map { try duplicate(Int32($0)) }
      for number in 0...2 { close(Int32(number)) }
      let process = try Spawn.run(request).descriptor
      for (copy, number) in zip(saved, [Int32(1), 2]) { dup2(copy.rawValue, number) }
      _ = try eventually("its end") { try process.reap() }
      #expect(try reader.readAvailable() == .bytes(Array("0\n1\n2\n4\n".utf8)))
    }
  }

  @Test func `that starts 200 programs is left with the descriptors it had`() async {
    await #expect(processExitsWith: .success) {
      let program = try TestPrograms.path("test-child")
      let before = try Directory.names(in: "/proc/self/fd").count
      for code in 0..<200 {
        let request = SpawnRequest(executable: program, arguments: ["x", "exit", "\(code)"])
        let process = try Spawn.run(request).descriptor
        #expect(try eventually("its end") { try process.reap() } == .exited(Int32(code)))
      }
      // The surroundings open and close some of their own.
      #expect(try Directory.names(in: "/proc/self/fd").count < before + 10)
      #expect(throws: Errno.noChildProcess) { try ChildReaper.peekAny() }
    }
  }

  @Test func `that has many threads starts programs from all of them`() async throws {
    let program = try TestPrograms.path("test-child")
    try await withThrowingTaskGroup(of: LinuxSystem.ExitStatus.self) { group in
      for code in 0..<32 {
        group.addTask {
          let request = SpawnRequest(executable: program, arguments: ["x", "exit", "\(code % 4)"])
          let process = try Spawn.run(request).descriptor
          return try eventually("its end") { try process.reap() }
        }
      }
      var counts: [LinuxSystem.ExitStatus: Int] = [:]
      for try await status in group { counts[status, default: 0] += 1 }
      #expect(counts == [.exited(0): 8, .exited(1): 8, .exited(2): 8, .exited(3): 8])
    }
  }
}

private func duplicate(_ number: Int32) throws -> Descriptor {
  Descriptor(owning: try systemCall { dup(number) })
}
