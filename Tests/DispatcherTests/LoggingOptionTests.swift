import Testing

@testable import Dispatcher

@Suite struct LoggingOptionTests {
  private func options(_ arguments: String...) throws -> DispatcherOptions? {
    guard case .run(let options) = try DispatcherOptions.parse(arguments) else { return nil }
    return options
  }

  @Test("Without options the log goes to both places and the output where standard error goes")
  func defaults() throws {
    #expect(try options()?.log == .both)
    #expect(try options()?.output == .auto)
  }

  @Test("Every place can be named, and a restart passes it on")
  func values() throws {
    let given = try options("--log=journal", "--output", "file")
    #expect(given?.log == .journal)
    #expect(given?.output == .file)
    #expect(given?.given == ["--log", "journal", "--output", "file"])
  }

  @Test("A place that there is not is refused with those that there are")
  func wrong() {
    #expect(throws: DispatcherOptions.UsageError("--log: `syslog` is none of both, journal, file"))
    { try options("--log", "syslog") }
    #expect(throws: DispatcherOptions.UsageError("--output: `` is none of auto, journal, file")) {
      try options("--output", "")
    }
  }
}
