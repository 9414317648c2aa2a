import ChatStorage
import SystemPackage
import Testing

@testable import Settings

/// Each setting, wrong in each way.
@Suite struct MistakeTests {
  private static func problems(_ text: String) -> [ConfigurationProblem] {
    Configuration(text: text, file: "/p/.wg/config.toml").problems
  }

  /// A table in which every one of its settings may stand.
  private static let tables: [(header: String, table: SettingsTable)] = [
    ("[dispatcher]", .dispatcher), ("[supervision]", .supervision), ("[logging]", .logging),
    ("[tui]", .tui), ("[chats]", .chats), ("[models.m]", .model("m")),
  ]

  /// Values that do not fit a type, whatever its bounds.
  private static func wrong(_ type: SettingType) -> [String] {
    let never = ["1979-05-27", "{ a = 1 }", "[[1]]"]
    switch type {
    case .span(let range, let isEndless):
      return never + ["true", "-1", "\"soon\"", "\"\"", "\"1 fortnight\"", "nan", "\"9999999d\""]
        + (isEndless ? [] : ["\"infinity\""]) + (range.lowerBound > 0 ? ["0"] : [])
    case .size:
      return never + ["true", "-1", "0", "1.5", "\"50%\"", "\"1.5G\"", "\"M\"", "\"8388608T\""]
    case .count(_, let isEndless):
      return never + ["true", "0", "-7", "1.5", "\"many\"", "9223372036854775807"]
        + (isEndless ? [] : ["\"infinity\""])
    case .factor(let range):
      return never + ["true", "nan", "inf", "\"half\"", "\(range.upperBound + 1)", "-1"]
    case .flag: return never + ["1", "\"true\"", "\"yes\""]
    case .text: return never + ["1", "true", "\"\"", "\"a\\u0000b\""]
    case .url:
      return never + ["1", "\"localhost\"", "\"http://\"", "\"http://k@h\"", "\"ftp://h\""]
    case .path: return never + ["1", "\"relative\"", "\"\""]
    case .choice: return never + ["1", "\"\"", "\"neither\""]
    case .texts, .command: return never + ["1", "[1]", "[\"\\u0000\"]"]
    case .variables: return ["1", "[]", "{ A = 1 }", "{ \"1\" = \"x\" }", "{ WG_DIR = \"x\" }"]
    }
  }

  @Test func `a value that does not fit is one mistake, with its place, and the others count`() {
    for (header, table) in Self.tables {
      for setting in table.settings {
        for value in Self.wrong(setting.type) {
          let text = "# first\n\(header)\n\(setting.key) = \(value)\n[chats.7]\ntasks_max = 9\n"
          let configuration = Configuration(text: text, file: "/p/.wg/config.toml")
          let found = configuration.problems
          #expect(found.map(\.severity) == [.mistake], "\(setting.key) = \(value): \(found)")
          #expect(found.first?.line == 3, "\(setting.key) = \(value): \(found)")
          #expect((found.first?.column ?? 0) > setting.key.count, "\(setting.key) = \(value)")
          #expect(found.first?.reason.hasPrefix("\(setting.key): ") == true, "\(found)")
          #expect(configuration.value(table, setting.key) == nil)
          #expect(configuration.limits(of: .init(7)).tasksMax == 9)
        }
      }
    }
  }

  @Test func `a key that is nearly one is named with what was meant, and is no mistake`() {
    for (header, table) in Self.tables {
      for setting in table.settings where setting.key.count > 4 {
        let typo = String(setting.key.dropLast())
        let found = Self.problems("\(header)\n\(typo) = 1")
        #expect(found.map(\.severity) == [.remark], "\(typo): \(found)")
        #expect(found.first?.reason.contains("is `\(setting.key)` meant?") == true, "\(found)")
      }
    }
  }

  @Test func `what other programs read has no meaning here`() {
    let found = Self.problems(
      "[coordinator]\nmax_agents = 8\nexecutor = 'echo'\n[chat]\nretention_days = 30\n[agency]\n")
    #expect(found.map(\.severity) == [.foreign, .foreign, .foreign])
    #expect(found.allSatisfy { $0.reason.contains("has no meaning here") }, "\(found)")
  }

  @Test(arguments: ["api_key", "key", "token", "OPENAI_API_KEY", "secret", "password"])
  func `a secret is refused with its line and with where it belongs`(name: String) {
    let tables = ["[dispatcher]", "[handlers.openai]", "[models.m]", "[chats]"]
    for header in tables {
      let found = Self.problems("\(header)\n\(name) = \"sk-123\"")
      #expect(found.contains { $0.severity == .mistake && $0.line == 2 }, "\(header) \(found)")
      #expect(found.contains { $0.reason.contains("key_file") }, "\(found)")
      #expect(!found.contains { $0.reason.contains("sk-123") }, "\(found)")
    }
    let variable = Self.problems("[handlers.openai]\nenvironment = { \(name) = \"sk-123\" }")
    #expect(variable.first?.severity == .mistake && variable.first?.line == 2)
  }

  @Test(arguments: [
    ("[handlers.x]", "kind = one of"), ("[handlers.x]\nkind = 'opena'", "is `openai` meant?"),
    ("[handlers.x]\nkind = 'command'", "says no program"),
    ("[handlers.x]\nkind = 'acp'", "says no program"),
    ("[handlers.echo]\ncommand = ['true']", "runs no program"),
    ("[handlers.openai]\nprompt = ['> ']", "is no option of the kind openai, but of command"),
    ("[handlers.openai]\nretries = 1000", "out of range"),
    ("[handlers.openai]\nkey_file = 'k'", "not absolute"),
    ("[handlers.acp]\ncommand = ['a']\npermission = 'read'", "none of"),
    ("[handlers]\nx = 1", "a table is meant"), ("[handlers.\"a b\"]\nkind = 'echo'", "a name"),
    ("[chats.x]\n", "names no chat"), ("[chats.01]\n", "names no chat"),
    ("[chats.4294967296]\n", "names no chat"),
    ("[dispatcher", "no TOML"), ("a = 1\na = 2", "no TOML"),
  ])
  func `what cannot be meant is a mistake that says what could`(text: String, reason: String) {
    let found = Self.problems(text)
    #expect(found.contains { $0.severity == .mistake && $0.reason.contains(reason) }, "\(found)")
  }

  @Test func `the check of a bad file says every mistake, in order`() {
    let found = Self.problems(
      """
      [dispatcher]
      handler = 5
      modle = "x"
      [chats]
      memory_max = "lots"
      idle_timeout = "never"
      [chats.six]
      tasks_max = 1
      [supervision]
      crash_limit = 0
        backoff_jitter = 2.5
      [handlers.local]
      kind = "openai"
      api_key = "sk-1"
      stall_timeout = 0
      """)
    #expect(
      found.map(\.description).joined(separator: "\n") == """
        /p/.wg/config.toml:2:11: handler: a text in quotes is meant
        /p/.wg/config.toml:3:1: `modle` is not known in [dispatcher]; is `model` meant?
        /p/.wg/config.toml:5:14: memory_max: `lots` is no whole number, nor one with K, M, G or T where bytes are meant, nor "infinity"
        /p/.wg/config.toml:6:16: idle_timeout: `never` is not a time span: a number is missing (try `2`, `500ms`, `5min` or `1h 30min`)
        /p/.wg/config.toml:7:8: [chats.six] names no chat; write its number, such as [chats.6], or [chats] for all
        /p/.wg/config.toml:10:15: crash_limit: 0 is out of range: 1 to 1000 is understood
        /p/.wg/config.toml:11:20: backoff_jitter: 2.5 is out of range: 0.0 to 0.9 is understood
        /p/.wg/config.toml:14:1: `api_key` would put a secret into this file; put it into a file that only its owner can read, named by key_file, or pass it with LoadCredential=, see wg-handler(7)
        /p/.wg/config.toml:15:17: stall_timeout: `0` is out of range: 1ms to 100d is understood
        """)
  }
}
