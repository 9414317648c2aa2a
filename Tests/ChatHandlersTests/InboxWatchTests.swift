import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import ChatHandlers

/// The ways that are only used where signals are not to be had.
@Suite struct InboxWatchTests {
  @Test func `inotify tells of a message in a file that was not there`() throws {
    let folder = try TemporaryDirectory()
    let loop = try EventLoop()
    var changes = 0
    let watch = InboxWatch(folder.path, loop: loop, means: [.events, .clock]) { changes += 1 }
    #expect(watch.deadline == nil)
    try loop.runTurn(block: false)
    #expect(changes == 0)
    for text in ["one\n", "two\n"] {
      let before = changes
      try folder.write("inbox.jsonl", text)
      #expect(
        try eventually {
          try loop.runTurn(block: false)
          return changes > before
        })
    }
    withExtendedLifetime(watch) {}
  }

  @Test func `without any help from the kernel the clock tells`() throws {
    let loop = try EventLoop()
    let watch = InboxWatch("/nowhere", loop: loop, means: [.events, .clock]) {}
    #expect(watch.isDue(at: 5_000_000_000))
    #expect(!watch.isDue(at: 5_999_999_999))
    #expect(watch.deadline == 6_000_000_000)
    #expect(watch.isDue(at: 6_000_000_000))
  }
}

@Suite struct ProgramInputTests {
  @Test(arguments: [
    ("one", "one\n", 1), ("one\n\n", "one\n", 1), ("a\r\nb\rc", "a\nb\nc\n", 3), ("", "\n", 1),
    ("a\u{3}\u{1B}[A\tb", "a[A\tb\n", 1),
  ])
  func `a message becomes lines of text`(content: String, lines: String, count: Int) {
    let input = ProgramInput(content, terminal: true)
    #expect(String(decoding: input.bytes, as: UTF8.self) == lines)
    #expect(input.lineCount == count)
  }

  @Test func `pipes carry every character`() {
    #expect(ProgramInput("a\u{3}b", terminal: false).bytes == Array("a\u{3}b\n".utf8))
  }
}

@Suite struct ProgramEndingTests {
  private func steps(terminal: Bool) -> [ProgramEnding.Step] {
    var ending = ProgramEnding(usesTerminal: terminal, at: 100)
    var steps: [ProgramEnding.Step] = []
    while let deadline = ending.deadline {
      #expect(ending.dueStep(at: deadline - 1) == nil)
      if let step = ending.dueStep(at: deadline) { steps.append(step) }
    }
    return steps
  }

  @Test func `an end goes from asking to killing`() {
    #expect(steps(terminal: true) == [.terminate, .hangUp, .kill, .giveUp])
    #expect(steps(terminal: false) == [.terminate, .kill, .giveUp])
  }
}
