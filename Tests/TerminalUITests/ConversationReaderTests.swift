import ChatStorage
import SystemPackage
import TestSupport
import Testing

@testable import TerminalUI

/// A conversation from its files.
@Suite struct ConversationReaderTests {
  private let folder: TemporaryDirectory
  private let place = ConversationPlace(chat: 1, session: "")

  init() throws { folder = try TemporaryDirectory() }

  private func say(_ box: MessageLog.Box, _ text: String, second: Int) throws {
    try MessageLog(directory: folder.path, box).append(
      NewMessage(
        role: box == .inbox ? .user : .coordinator, content: text, requestID: text,
        timestamp: "2026-01-01T00:00:\(second < 10 ? "0" : "")\(second)Z"))
  }

  @Test func `both files are one conversation, page by page`() throws {
    for number in 0..<20 {
      try say(.inbox, "q\(number)", second: number * 2)
      try say(.outbox, "a\(number)", second: number * 2)
    }
    let reader = try ConversationReader(place, in: folder.path)
    let last = try reader.older(5)
    #expect(last.entries.map(\.text) == ["a17", "q18", "a18", "q19", "a19"])
    #expect(!last.isBeginning)
    let rest = try reader.older(100)
    #expect(rest.entries.first?.text == "q0" && rest.entries.count == 35 && rest.isBeginning)
    #expect(last.entries.map(\.answer) == [18, nil, 19, nil, 20])
  }

  @Test func `what is said later comes once`() throws {
    try say(.inbox, "q", second: 1)
    let reader = try ConversationReader(place, in: folder.path)
    #expect(try reader.older(10).entries.map(\.text) == ["q"])
    #expect(try reader.newer().isEmpty)
    try say(.outbox, "a", second: 2)
    #expect(try reader.newer().map(\.text) == ["a"])
    #expect(try reader.newer().isEmpty)
  }

  @Test func `an answer that is being made is read, and a strange file is not`() throws {
    let reader = try ConversationReader(place, in: folder.path)
    #expect(reader.streaming() == nil)
    try folder.write(".streaming", "so far")
    #expect(reader.streaming() == "so far")
  }
}
