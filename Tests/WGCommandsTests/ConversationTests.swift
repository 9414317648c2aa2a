import ChatStorage
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

struct ConversationTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func append(
    _ box: MessageLog.Box, _ text: String, at second: Int, role: ChatMessage.Role = .user
  ) throws {
    let time = "2026-04-27T18:00:\(second < 10 ? "0" : "")\(second)+00:00"
    try MessageLog(directory: folder.path, box).append(
      NewMessage(role: role, content: text, requestID: "r\(second)", timestamp: time))
  }

  private func contents(_ count: Int) throws -> [String] {
    try ConversationHistory.read(folder.path, last: count).entries.map(\.message.content)
  }

  @Test func `questions and answers are told in the order of their times`() throws {
    try append(.inbox, "q1", at: 1)
    try append(.outbox, "a1", at: 2, role: .coordinator)
    try append(.inbox, "q2", at: 3)
    try append(.inbox, "q3", at: 4)
    try append(.outbox, "a2", at: 5, role: .coordinator)
    #expect(try contents(20) == ["q1", "a1", "q2", "q3", "a2"])
    #expect(try contents(2) == ["q3", "a2"])
  }

  @Test func `a clock that was set back does not mix a file's own order`() throws {
    try append(.inbox, "q1", at: 9)
    try append(.inbox, "q2", at: 1)
    try append(.outbox, "a1", at: 10, role: .coordinator)
    #expect(try contents(20) == ["q1", "q2", "a1"])
  }

  @Test func `a torn row is reported and the others are told`() throws {
    try append(.inbox, "q1", at: 1)
    try RegularLog.openForAppending(folder.file("inbox.jsonl")).writeAll("{\"id\":".utf8)
    let history = try ConversationHistory.read(folder.path, last: 20)
    #expect(history.entries.count == 1)
    #expect(history.problems.count == 1)
  }

  @Test func `a chat without files has no history`() throws {
    #expect(try contents(20).isEmpty)
  }

  @Test func `a follower tells what comes after it began, from both files`() throws {
    try append(.inbox, "old", at: 1)
    let follower = try MessageFollower(directory: folder.path, [.inbox, .outbox])
    #expect(try follower.next(until: .now) == nil)
    try append(.inbox, "q", at: 2)
    try append(.outbox, "a", at: 3, role: .coordinator)
    let found = try #require(try follower.next(until: .now))
    #expect(found.map(\.1.content) == ["q", "a"])
    #expect(try follower.next(until: .now) == nil)
  }

  @Test func `what is said while a follower begins is told once`() throws {
    try append(.inbox, "q1", at: 1)
    try append(.outbox, "a1", at: 2, role: .coordinator)
    let row = #"{"id":2,"timestamp":"","role":"user","content":"torn","request_id":"t"}"#
    let inbox = try RegularLog.openForAppending(folder.file("inbox.jsonl"))
    try inbox.writeAll(row.prefix(20).utf8)
    let follower = try MessageFollower(directory: folder.path, [.inbox, .outbox])
    try inbox.writeAll((row.dropFirst(20) + "\n").utf8)
    try append(.outbox, "a2", at: 3, role: .coordinator)
    let history = try ConversationHistory.read(folder.path, last: 20, before: follower.start)
    let followed = try #require(try follower.next(until: .now))
    #expect(history.entries.map(\.message.content) == ["q1", "a1"])
    #expect(followed.map(\.1.content) == ["torn", "a2"])
    #expect(history.problems.isEmpty)
  }
}
