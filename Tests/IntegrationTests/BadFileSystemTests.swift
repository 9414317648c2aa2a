import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A project on a file system that refuses.
@Suite(.serialized) struct BadFileSystemTests {
  @Test(.enabled(if: Stranger.canBeMade, "needs setpriv, or not to be root"))
  func `a project that may not be written can be read and tells who may not`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    try project.send("hello", to: chat)
    let graph = text(of: project.graph)
    let stranger = try Stranger(project, permissions: "a+rX,a-w")
    defer { stranger.letGo() }

    for command in [
      ["chat", "list"], ["chat", "history", "\(chat)"], ["list"], ["service", "status"],
    ] {
      let outcome = try stranger.run(command)
      #expect(outcome.exit.isSuccess, "\(outcome)")
    }
    for command in [
      ["chat", "create", "--handler", "echo"], ["chat", "send", "\(chat)", "more"],
      ["chat", "archive", "\(chat)"], ["service", "purge-chats"], ["service", "start"],
    ] {
      let outcome = try stranger.run(command)
      #expect(outcome.status == 77, "\(outcome)")
      outcome.expectPlainFailure()
    }
    #expect(text(of: project.graph) == graph)
    #expect(try project.inbox(of: chat).count == 1)
  }

  @Test(.enabled(if: Stranger.canBeMade, "needs setpriv, or not to be root"))
  func `a project that may not be read is told`() throws {
    let project = try Project()
    _ = try project.createChat("--handler", "echo")
    let stranger = try Stranger(project, permissions: "go-rwx,u-rwx")
    defer { stranger.letGo() }
    for command in [["chat", "list"], ["service", "start"], ["service", "purge-chats"]] {
      let outcome = try stranger.run(command)
      #expect([66, 77].contains(outcome.status), "\(outcome)")
      outcome.expectPlainFailure()
    }
  }

  @Test(.enabled(if: SmallDisk.canBeMade, "needs unshare and nsenter to mount a small file system"))
  func `a full disk loses nothing and is told`() throws {
    let project = try Project(initialized: false)
    let disk = try SmallDisk(project)
    try disk.run(["init"]).mustSucceed()
    try disk.run(["service", "start", "--stop-timeout", "2s"]).mustSucceed()
    let created = try disk.run(["chat", "create", "--handler", "echo", "--json"]).mustSucceed()
    let chat = try #require(try created.json()["chat_id"]?.int.map { "\($0)" })
    let hello = try disk.run(["chat", "send", chat, "hello", "--wait"])
    #expect(hello.output == "hello\n", "\(hello)")
    let before = try disk.snapshot()

    try disk.fill()
    let send = try disk.run(["chat", "send", chat, String(repeating: "no room ", count: 2_000)])
    #expect(send.status == 1, "\(send)")
    send.expectPlainFailure(mentioning: "space")
    let purge = try disk.run(["service", "purge-chats", "--json"])
    #expect(purge.status == 1, "\(purge)")
    #expect(try purge.json()["ok"] == false, "\(purge)")
    #expect(try disk.snapshot() == before, "as it was, to the byte")
    #expect(try disk.run(["chat", "list"]).exit.isSuccess)

    try disk.free()
    let chats = try disk.run(["chat", "list", "--all", "--json"]).json()["chats"]?.array
    if chats?.first?["state"] == "archived" {
      // The tombstone found room: it stands, and the graph follows when there is room again.
      try project.until("the graph says it too") {
        try disk.snapshot()["graph"]?.contains("archived") == true
      }
      try disk.run(["chat", "restore", chat]).mustSucceed()
    }
    let again = try disk.run(["chat", "send", chat, "again", "--wait"])
    #expect(again.output == "again\n", "\(again)\n\(project.picture)")
    try disk.run(["service", "purge-chats"]).mustSucceed()
    #expect(project.handlers().isEmpty)
  }
}

/// Somebody who has no rights in the project: another user for root, oneself without rights else.
struct Stranger {
  static let isRoot = CurrentProcess.user == 0
  static var canBeMade: Bool { !isRoot || SystemProgram.isThere("setpriv") }

  private let project: Project
  private let programs: FilePath

  /// Gives the `.wg` folder these permissions and copies the programs to where they can be executed.
  init(_ project: Project, permissions: String) throws {
    self.project = project
    programs = project.scratch.path.appending("bin")
    try Directory.create(programs)
    for name in ["wg", "wg-dispatcher", "wg-handler"] {
      let program = try TestPrograms.path(name)
      try project.begin(system: "cp", [program.string, programs.string]).finish().mustSucceed()
    }
    _ = project.scratch.path.withPlatformString { chmod($0, 0o755) }
    try project.begin(system: "chmod", ["-R", permissions, project.wg.string]).finish()
      .mustSucceed()
  }

  func run(_ arguments: [String]) throws -> CommandOutcome {
    let wg = programs.appending("wg").string
    let other = ["--reuid=65534", "--regid=65534", "--clear-groups", wg]
    return Self.isRoot
      ? try project.begin(system: "setpriv", other + arguments).finish()
      : try RunningCommand(
        FilePath(wg), arguments, environment: project.environment, directory: project.root
      ).finish()
  }

  /// So that the folder can be removed.
  func letGo() {
    _ = try? project.begin(system: "chmod", ["-R", "u+rwX", project.wg.string]).finish()
  }
}

/// A small file system in the place of the project's folder, in a namespace of its own.
final class SmallDisk {
  static let canBeMade: Bool = {
    guard SystemProgram.isThere("unshare"), SystemProgram.isThere("nsenter") else { return false }
    let script = "mount -t tmpfs none /mnt"
    guard let project = try? Project(initialized: false) else { return false }
    let attempt = try? project.begin(system: "unshare", ["-rm", "sh", "-c", script]).finish()
    return withExtendedLifetime(project) { attempt?.exit.isSuccess == true }
  }()

  private let project: Project
  private let namespace: RunningCommand

  init(_ project: Project, size: String = "256k") throws {
    self.project = project
    let script =
      "mount -t tmpfs -o size=\(size) none '\(project.root)' && echo ready && exec sleep 1000"
    let namespace = try project.begin(system: "unshare", ["-rm", "sh", "-c", script])
    self.namespace = namespace
    try project.until("the file system is there") {
      try namespace.outputSoFar().contains("ready")
    }
  }

  /// The project's folder, as it is seen from outside.
  private var root: FilePath {
    FilePath("/proc/\(namespace.pid)/root").appending(String(project.root.string.dropFirst()))
  }

  func begin(_ arguments: [String]) throws -> RunningCommand {
    let wg = try TestPrograms.path("wg").string
    let enter = ["-t", "\(namespace.pid)", "-U", "-m", "--preserve-credentials", "--"]
    return try project.begin(
      system: "nsenter", enter + [wg, "--dir", project.root.string] + arguments)
  }

  func run(_ arguments: [String]) throws -> CommandOutcome { try begin(arguments).finish() }

  func fill() throws {
    let file = try Descriptor.open(root.appending("ballast"), flags: O_WRONLY | O_CREAT)
    do { while true { try file.writeAll([UInt8](repeating: 0, count: 512)) } } catch {
      guard error == .noSpace else { throw error }
    }
  }

  func free() throws { try AtomicFile.remove(root.appending("ballast")) }

  /// The files that hold what must not be lost.
  func snapshot() throws -> [String: String] {
    let wg = root.appending(".wg")
    var files = ["graph": text(of: wg.appending("graph.jsonl")) ?? "none"]
    files["sessions"] = text(of: wg.appending("chat").appending("sessions.json")) ?? "none"
    for session in try Directory.names(in: wg.appending("chat")) {
      for name in ["inbox.jsonl", "outbox.jsonl"] {
        let file = wg.appending("chat").appending(session).appending(name)
        files["\(session)/\(name)"] = text(of: file)
      }
    }
    return files
  }
}
