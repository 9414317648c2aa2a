import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Who may use the control socket, and as whom root works on somebody's files.
///
/// Other users are borrowed with setpriv(1), which only root can do.
@Suite(.serialized, .enabled(if: CurrentProcess.user == 0, "only root can become somebody else"))
struct PeerTests {
  private static let stranger = "65534"
  private static let group: UInt32 = 64_321

  /// Connects as another user with these supplementary groups, says hello, and prints the answer.
  private func hello(to path: FilePath, groups: String, in project: Project) throws -> String {
    let script = """
      import socket, sys
      s = socket.socket(socket.AF_UNIX)
      try:
          s.connect(sys.argv[1])
          try:
              s.sendall(b'{"cmd":"hello"}\\n')
          except BrokenPipeError:
              pass  # turned away before it has asked
          print(s.recv(4096).decode())
      except OSError as error:
          print(error.strerror)
      """
    let groups = groups.isEmpty ? ["--clear-groups"] : ["--groups", groups]
    return try project.begin(
      system: "setpriv",
      ["--reuid", Self.stranger, "--regid", Self.stranger] + groups
        + ["/usr/bin/python3", "-c", script, path.string]
    ).finish().output
  }

  /// A socket that lets its group in, in a folder that everybody may pass through.
  private func socket(_ project: Project) throws -> PassedSocket {
    _ = project.scratch.path.withPlatformString { chmod($0, 0o755) }
    let socket = try PassedSocket(project, mode: 0o660)
    _ = socket.path.withPlatformString { chown($0, 0, Self.group) }
    return socket
  }

  @Test func `members of the socket's group are served, by whichever of their groups`() throws {
    let project = try Project()
    let socket = try socket(project)
    let dispatcher = try socket.begin()
    let member = try hello(to: socket.path, groups: "7,\(Self.group),9", in: project)
    #expect(member.contains("\"ok\":true"), "\(member)")
    let stranger = try hello(to: socket.path, groups: "", in: project)
    #expect(stranger.contains("Permission denied"), "\(stranger)")
    try dispatcher.descriptor.signal(.terminate)
    _ = try socket.end(of: dispatcher)
  }

  @Test func `a mode that lets everybody connect lets nobody else be served`() throws {
    let project = try Project()
    let socket = try socket(project)
    _ = socket.path.withPlatformString { chmod($0, 0o666) }
    let dispatcher = try socket.begin()
    let stranger = try hello(to: socket.path, groups: "7", in: project)
    #expect(stranger.contains("not_permitted"), "\(stranger)")
    let member = try hello(to: socket.path, groups: "\(Self.group)", in: project)
    #expect(member.contains("\"ok\":true"), "\(member)")
    try dispatcher.descriptor.signal(.terminate)
    _ = try socket.end(of: dispatcher)
  }

  @Test func `a socket of the dispatcher's own has the mode that was asked for`() throws {
    let project = try Project()
    let path = project.scratch.path.appending("own.sock")
    for (option, mode) in [("0600", UInt32(0o600)), ("0660", 0o660)] {
      let dispatcher = try project.beginDispatcher(
        "--socket", path.string, "--socket-mode", option)
      try project.until("it listens") { (try? UnixStream.connect(path)) != nil }
      #expect(try FileStatus.of(path)?.permissions == mode)
      try dispatcher.process.signal(.terminate)
      #expect(try dispatcher.finish().status == 0)
    }
    #expect(try project.beginDispatcher("--socket-mode", "0666").finish().status == 64)
  }

  @Test func `root leaves no file of its own among somebody else's`() throws {
    let project = try Project()
    let tree = try project.begin(
      system: "chown", ["-R", "\(Self.stranger):\(Self.group)", project.root.string])
    #expect(try tree.finish().status == 0)
    _ = project.scratch.path.withPlatformString { chmod($0, 0o755) }
    _ = project.wg.withPlatformString { chmod($0, 0o750) }
    let chat = try project.createChat("--handler", "echo")
    try project.send("hello", to: chat)
    let found = try project.begin(
      system: "find", [project.wg.string, "!", "-uid", Self.stranger]
    ).finish().output
    #expect(found.isEmpty, "\(found)")
    let open = try project.begin(
      system: "find", [project.wg.string, "-newer", project.wg.string, "-perm", "/007"]
    ).finish().output
    let second = project.root.appending("second")
    _ = try project.begin(system: "install", ["-d", "-o", Self.stranger, second.string]).finish()
    try project.run("--dir", second.string, "init").mustSucceed()
    let made = try project.begin(
      system: "find", [second.string, "!", "-uid", Self.stranger]
    ).finish().output
    #expect(made.isEmpty, "\(made)")
    #expect(open.isEmpty, "what the folder does not grant, no file in it does: \(open)")
  }

  @Test func `root runs no handlers of somebody who has an account`() throws {
    let project = try Project()
    let lock = project.wg.appending("service/dispatcher.lock").string
    for (tool, arguments) in [
      ("install", ["-m", "666", "-D", "/dev/null", lock]),
      ("chown", ["-R", "1:1", project.root.string]), ("chown", ["0:0", lock]),
    ] {
      #expect(try project.begin(system: tool, arguments).finish().status == 0)
    }
    _ = project.scratch.path.withPlatformString { chmod($0, 0o755) }
    for command in ["start", "restart"] {
      let outcome = try project.run("service", command)
      #expect(outcome.status == 77, "\(outcome)")
      #expect(outcome.errors.contains("would run as root"), "\(outcome)")
    }
    #expect(project.dispatchers().isEmpty)
    // Nor does a lock of root's among that one's files make root's out of the next ones.
    _ = try project.createChat("--handler", "echo")
    let found = try project.begin(
      system: "find", [project.wg.string, "!", "-uid", "1", "!", "-path", lock]
    ).finish().output
    #expect(found.isEmpty, "\(found)")
  }

  @Test func `a folder that may not be looked into is called that, and not an empty one`() throws {
    let project = try Project()
    _ = project.scratch.path.withPlatformString { chmod($0, 0o755) }
    _ = project.root.withPlatformString { chmod($0, 0o700) }
    let wg = try TestPrograms.path("wg")
    let reaches = try project.begin(
      system: "setpriv",
      [
        "--reuid", Self.stranger, "--regid", Self.stranger, "--clear-groups", wg.string,
        "--version",
      ]
    ).finish()
    guard reaches.status == 0 else {
      print("passed over: another user cannot reach \(wg)")
      return
    }
    let refused = try project.begin(
      system: "setpriv",
      [
        "--reuid", Self.stranger, "--regid", Self.stranger, "--clear-groups", wg.string, "--dir",
        project.root.string, "chat", "list",
      ]
    ).finish()
    #expect(refused.status == 77, "\(refused)")
  }

  @Test func `a dispatcher of somebody else names the owner, and touches nothing`() throws {
    let project = try Project()
    _ = project.scratch.path.withPlatformString { chmod($0, 0o755) }
    let dispatcher = try TestPrograms.path("wg-dispatcher")
    let outcome = try project.begin(
      system: "setpriv",
      ["--reuid", Self.stranger, "--regid", Self.stranger, "--clear-groups", dispatcher.string]
        + ["--dir", project.root.string]
    ).finish()
    guard outcome.status != 127, outcome.status != 126 else {
      print("passed over: another user cannot reach \(dispatcher)")
      return
    }
    #expect(outcome.status == 77, "\(outcome)")
    #expect(outcome.errors.contains("belongs to user 0, and this is user 65534"), "\(outcome)")
    #expect(try FileStatus.of(project.service) == nil)
  }

  @Test func `a project that another user put in the way is neither used nor run`() throws {
    let project = try Project()
    let chat = try project.createChat(script: "touch was-run")
    try project.appendMessage("hello", to: chat)
    let stranger = try Stranger(project, permissions: "a+rwX")
    defer { stranger.letGo() }
    _ = project.root.withPlatformString { chmod($0, 0o777) }
    let owned = try project.begin(system: "chown", ["-R", "64322", project.wg.string])
    try owned.finish().mustSucceed()

    for command in [["list"], ["chat", "send", "\(chat)", "more"], ["service", "start"]] {
      let outcome = try stranger.run(command)
      #expect(outcome.status == 77, "\(outcome)")
      outcome.expectPlainFailure(mentioning: "--dir")
    }
    #expect(try stranger.run(["--dir", project.root.string, "list"]).exit.isSuccess)
    let start = try stranger.run(["--dir", project.root.string, "service", "start"])
    #expect(!start.exit.isSuccess)
    #expect(start.errors.contains("exited with status 77"), "\(start)")
    #expect(try project.inbox(of: chat).count == 1)
    #expect(try FileStatus.of(project.root.appending("was-run")) == nil)
  }

  @Test(arguments: ["", "graph.jsonl", "config.toml", "chat"])
  func `a project that everybody may write to is not run`(name: String) throws {
    let project = try Project()
    _ = try project.createChat("--handler", "echo")
    let path = name.isEmpty ? project.wg : project.wg.appending(name)
    let mode = try #require(try FileStatus.of(path)).permissions
    _ = path.withPlatformString { chmod($0, mode | 0o002) }
    let outcome = try project.beginDispatcher().finish()
    #expect(outcome.status == 77, "\(outcome)")
    #expect(outcome.errors.contains("chmod -R o-w"), "\(outcome)")
  }

  @Test func `another user can neither read what was said nor lock a file`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    #expect(try project.ask(chat, "hello") == "hello")
    for path in [project.scratch.path, project.root] {
      _ = path.withPlatformString { chmod($0, 0o755) }
    }
    let find = ["--reuid", Self.stranger, "--regid", Self.stranger, "--clear-groups", "find"]
    let all = try project.begin(system: "setpriv", find + [project.wg.string]).finish()
    #expect(all.output == "\(project.wg)\n", "\(all)")
    // As in a folder that an earlier program made for everybody.
    _ = project.wg.withPlatformString { chmod($0, 0o755) }
    let locks = try project.begin(
      system: "setpriv",
      find + [project.wg.string, "(", "-name", "*.lock", "-o", "-name", ".handler.pid", ")"]
        + ["-readable"]
    ).finish()
    #expect(locks.output.isEmpty, "\(locks)")
  }
}
