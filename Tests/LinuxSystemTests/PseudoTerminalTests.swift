import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

@Suite struct PseudoTerminalTests {
  private func readAll(_ master: Descriptor, count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    _ = try eventually {
      if case .bytes(let more) = try master.readAvailable() { bytes += more }
      return bytes.count >= count
    }
    return bytes
  }

  @Test func `bytes pass unchanged in both directions`() throws {
    let terminal = try PseudoTerminal.open()
    let text = Array("a\r\n\u{3}\u{4}\tb\n".utf8)
    try terminal.program.writeAll(text)
    #expect(try readAll(terminal.master, count: text.count) == text)
    try terminal.master.writeAll(text)
    #expect(try terminal.program.readAvailable() == .bytes(text))
    #expect(try terminal.master.readAvailable() == .wouldBlock)
  }

  @Test func `a line may be longer than a terminal's line`() throws {
    let terminal = try PseudoTerminal.open()
    try terminal.program.setNonBlocking(true)
    var unsent = [UInt8](repeating: 0x78, count: 20_000)[...]
    var received = 0
    let passed = try eventually {
      if case .wrote(let count) = try terminal.master.writeAvailable(unsent.prefix(1000)) {
        unsent = unsent.dropFirst(count)
      }
      if case .bytes(let bytes) = try terminal.program.readAvailable() { received += bytes.count }
      return received == 20_000
    }
    #expect(passed)
  }

  @Test func `input counts as unread until it is read`() throws {
    let terminal = try PseudoTerminal.open()
    #expect(try !PseudoTerminal.hasUnreadInput(of: terminal.master))
    try terminal.master.writeAll("hello\n".utf8)
    #expect(try PseudoTerminal.hasUnreadInput(of: terminal.master))
    _ = try terminal.program.readAvailable()
    #expect(try !PseudoTerminal.hasUnreadInput(of: terminal.master))
  }

  @Test func `the output ends when the last one on the other side goes`() throws {
    let master: Descriptor
    do {
      let terminal = try PseudoTerminal.open()
      try terminal.program.writeAll("last\n".utf8)
      #expect(PseudoTerminal.foregroundGroup(of: terminal.master) == nil)
      master = terminal.master
    }
    #expect(try readAll(master, count: 5) == Array("last\n".utf8))
    #expect(try master.readAvailable() == .endOfStream)
  }
}
