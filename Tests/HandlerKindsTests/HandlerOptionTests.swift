import HandlerKinds
import Testing

@Suite struct HandlerOptionTests {
  @Test(arguments: BuiltInKind.allCases)
  func `within a kind no two options share a name or a key`(kind: BuiltInKind) {
    #expect(Set(kind.options.map(\.name)).count == kind.options.count)
    #expect(Set(kind.options.map(\.key)).count == kind.options.count)
  }

  @Test(arguments: BuiltInKind.allCases)
  func `every option is found by its flag and by its key`(kind: BuiltInKind) {
    for option in kind.options {
      #expect(kind.option(named: option.flag) == option)
      #expect(kind.option(forKey: option.key) == option)
      #expect(!option.explanation.isEmpty && !option.explanation.hasSuffix("."))
    }
    #expect(kind.option(named: "--nothing-of-the-kind") == nil)
  }

  @Test func `a key says what is on where the option says what is off`() {
    #expect(BuiltInKind.openai.option(named: "--stall-timeout")?.key == "stall_timeout")
    let pty = BuiltInKind.command.option(named: "no-pty")
    #expect(pty?.key == "pty")
    #expect(pty?.isNegation == true)
  }
}
