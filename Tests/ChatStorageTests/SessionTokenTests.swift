import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@Suite struct SessionTokenTests {
  private let folder: ScratchFolder
  private let lock: SessionLock
  private let token: SessionToken

  init() throws {
    folder = try ScratchFolder()
    guard case .acquired(let lock) = try SessionLock.tryAcquire(folder.path) else {
      throw StorageError(.fileExists, folder.path)
    }
    self.lock = lock
    let number = try #require(lock.descriptor).rawValue
    token = try #require(SessionToken(inherited: number, in: folder.path))
  }

  private var outbox: MessageLog { MessageLog(directory: folder.path, .outbox, token: token) }

  private func answer(_ text: String) -> NewMessage {
    NewMessage(role: .coordinator, content: text, requestID: "r")
  }

  /// Another run takes the session, as it can only with a lock file of its own.
  private func replace() throws {
    try AtomicFile.remove(SessionLock.file(in: folder.path))
    guard case .acquired(let other) = try SessionLock.tryAcquire(folder.path) else {
      throw StorageError(.fileExists, folder.path)
    }
    try SessionToken.revokeEarlier(in: folder.path, patience: .limited(1_000_000_000))
    other.close()
  }

  private func expectReplaced(_ body: () throws -> Void) {
    #expect { try body() } throws: { ($0 as? StorageError)?.kind == .replaced }
  }

  @Test func `the run that has the lock writes`() throws {
    try outbox.append(answer("yes"))
    let conversation = Conversation(directory: folder.path, token: token)
    try conversation.refresh()
    try conversation.advanceCursor(1)
    #expect(try conversation.saveCheckpoint())
    #expect(try folder.text(".coordinator-cursor") == "1\n")
  }

  @Test func `a run that was replaced writes no answer, no cursor and no position`() throws {
    let conversation = Conversation(directory: folder.path, token: token)
    try conversation.refresh()
    try replace()
    let before = try folder.names()
    expectReplaced { try outbox.append(answer("late")) }
    expectReplaced { try conversation.advanceCursor(1) }
    expectReplaced { _ = try conversation.saveCheckpoint() }
    #expect(try folder.names().filter { !before.contains($0) } == ["outbox.jsonl"])
    #expect(try folder.bytes("outbox.jsonl").isEmpty)
  }

  @Test func `a session whose lock was removed has no run that may write`() throws {
    try AtomicFile.remove(SessionLock.file(in: folder.path))
    expectReplaced { try token.check() }
  }

  @Test func `no new run begins while an earlier one writes`() throws {
    let writing = try FileLock.acquire(folder.file("outbox.jsonl.lock"))
    #expect {
      try SessionToken.revokeEarlier(in: folder.path, patience: .limited(1_000_000))
    } throws: { ($0 as? StorageError)?.kind == .locked }
    withExtendedLifetime(writing) {}
  }

  @Test func `who keeps a new run from beginning is named`() throws {
    let writing = try FileLock.acquire(folder.file("outbox.jsonl.lock"))
    let writer = ChildProcess.idle(inheriting: [writing.descriptor])
    let error = #expect(throws: StorageError.self) {
      try SessionToken.revokeEarlier(in: folder.path, patience: .limited(1_000_000))
    }
    #expect(error?.kind == .locked)
    #expect(
      error?.reason.contains("process \(writer.pid) keeps it locked") == true, "\(error as Any)")
    withExtendedLifetime(writing) {}
  }

  @Test func `what is no file is no token`() throws {
    let pipe = try Pipe()
    #expect(SessionToken(inherited: pipe.readEnd.rawValue, in: folder.path) == nil)
    #expect(SessionToken(inherited: 1_000_000, in: folder.path) == nil)
  }
}
