import ChatStorage
import ControlProtocol
import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

struct DispatcherLauncherTests {
  private let folder: TemporaryDirectory
  private let layout: ProjectLayout

  init() throws {
    folder = try TemporaryDirectory()
    layout = ProjectLayout(root: folder.path)
  }

  private func launcher(_ script: String, options: [String] = []) throws -> DispatcherLauncher {
    let program = try folder.write("daemon", "#!/bin/sh\n\(script)\n", mode: 0o755)
    return DispatcherLauncher(
      program: program, layout: layout,
      environment: ["PATH": "/usr/bin:/bin", "FLAVOUR": "vanilla"], options: options)
  }

  @Test func `a start returns when the daemon is ready`() throws {
    let child = try TestPrograms.path("test-child")
    let launcher = try launcher(
      "echo \"args: $@, $FLAVOUR\"; exec \(child) notify READY=1", options: ["--no-chat-agent"])
    guard case .ready(let pid) = try launcher.start() else {
      Issue.record("the daemon was not taken for ready")
      return
    }
    let daemon = try ProcessDescriptor.open(pid)
    #expect(daemon.isAlive)
    #expect(ProcessStatus.of(pid)?.session == pid)
    let log = try #require(text(of: layout.daemonLog))
    #expect(log.contains("args: --dir \(layout.root) --no-chat-agent, vanilla"))
    try daemon.signal(.kill)
  }

  @Test func `a daemon that ends at once is reported with its last words`() throws {
    try Directory.create(layout.service)
    try folder.write("service/daemon.log", "an older line\n")
    let launcher = try launcher("echo 'cannot bind' >&2; exit 3")
    let error = #expect(throws: ControlError.self) { try launcher.start() }
    #expect(error?.code == .failed)
    #expect(error?.message.contains("exited with status 3") == true)
    #expect(error?.hint == "cannot bind")
  }

  @Test(
    arguments: [
      ("exit 77", .notPermitted), ("exit 75", .tryAgain), ("exit 65", .badData),
      ("exit 0", .failed), ("kill -9 $$", .failed),
    ] as [(String, ControlError.Code)])
  func `what a daemon says by its status the command says as well`(
    end: String, code: ControlError.Code
  ) throws {
    let error = #expect(throws: ControlError.self) { try launcher(end).start() }
    #expect(error?.code == code)
  }

  @Test(.enabled(if: CurrentProcess.user == 0, "only root can become somebody else"))
  func `another user cannot say that the daemon is ready`() throws {
    let script = """
      import os, socket, sys
      os.setgid(65534)
      os.setuid(65534)
      address = os.environ["NOTIFY_SOCKET"].replace("@", "\\0", 1)
      socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"READY=1", address)
      """
    try folder.write("stranger.py", script)
    _ = folder.path.withPlatformString { chmod($0, 0o755) }
    let launcher = try launcher(
      "/usr/bin/python3 \(folder.file("stranger.py")) && echo 'it was said'; exit 3")
    let error = #expect(throws: ControlError.self) { try launcher.start() }
    #expect(error?.hint == "it was said")
  }

  @Test func `a daemon that finds another one is no failure`() throws {
    try Directory.create(layout.service)
    let lock = try FileLock.acquire(layout.dispatcherLock)
    defer { withExtendedLifetime(lock) {} }
    guard case .alreadyRunning = try launcher("exit 1").start() else {
      Issue.record("the other dispatcher was not noticed")
      return
    }
  }

  @Test func `a program that is not there is an error`() {
    let launcher = DispatcherLauncher(
      program: "/nonexistent/wg-dispatcher", layout: layout, environment: [:], options: [])
    let error = #expect(throws: SpawnFailure.self) { try launcher.start() }
    #expect(error?.stage == .execute)
  }

  @Test func `looking whether a dispatcher runs leaves no trace`() throws {
    #expect(try !DispatcherProbe.isRunning(layout))
    #expect(try FileStatus.of(layout.service) == nil)
    try Directory.create(layout.service)
    let lock = try FileLock.acquire(layout.dispatcherLock)
    #expect(try DispatcherProbe.isRunning(layout))
    withExtendedLifetime(lock) {}
  }
}
