import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Records of chats that the disk does not take for a while.
@Suite struct RefusedRecordTests {
  /// A file stands where the folder of the records should be, so that nothing can be written there.
  private struct Obstacle {
    private let folder: FilePath
    private var aside: FilePath { folder.removingLastComponent().appending("chats.aside") }

    init(_ project: Project) throws {
      folder = project.service.appending("chats")
      try Directory.create(folder)
      try Self.rename(folder, to: aside)
      try project.write(folder, "in the way\n")
    }

    func remove() throws {
      try AtomicFile.remove(folder)
      try Self.rename(aside, to: folder)
    }

    private static func rename(_ path: FilePath, to other: FilePath) throws {
      let status = path.withPlatformString { from in
        other.withPlatformString { Glibc.rename(from, $0) }
      }
      guard status == 0 else { throw Errno(rawValue: errno) }
    }
  }

  @Test
  func `a stop that cannot be written is told, and is written when there is room again`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    #expect(try project.ask(chat, "hello") == "hello")
    let obstacle = try Obstacle(project)
    let stop = try project.run("chat", "stop", "\(chat)")
    #expect(stop.status == 1, "\(stop)")
    stop.expectPlainFailure()
    try obstacle.remove()
    let record = project.service.appending("chats/chat-\(chat).json")
    try project.until("the record says it") { text(of: record)?.contains("\"down\"") == true }
  }

  @Test func `no run gets a number that could not be reserved`() throws {
    let project = try Project()
    // Nor can those for all chats be written down when the dispatcher starts.
    try Directory.create(project.service)
    try Directory.create(project.service.appending("incarnations.json"))
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let obstacle = try Obstacle(project)
    try project.send("hello", to: chat)
    try project.until("it was tried") {
      !project.logLines(containing: "could not be written down").isEmpty
    }
    #expect(try project.decisions(of: chat).allSatisfy { $0["clause"] != "spawned" })
    try obstacle.remove()
    try project.until("the message is answered") {
      try project.json("chat", "list")["chats"]?.array?.allSatisfy { $0["pending"] == 0 } == true
    }
    #expect(try project.decisions(of: chat).contains { $0["clause"] == "spawned" })
  }
}
