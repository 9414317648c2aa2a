import ChatStorage
import HandlerKinds
import SystemPackage
import TestSupport
import Testing

@testable import Settings

@Suite struct ConfigurationPropertyTests {
  @Test func `no text is read in a way that ends the program`() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = RandomTOML(generator: SeededGenerator(seed: seed))
    for _ in 0..<400 {
      let text = random.document()
      let configuration = Configuration(text: text, file: "/c")
      for problem in configuration.problems {
        #expect(!problem.reason.isEmpty && problem.reason.count < 500, "seed \(seed)")
      }
      _ = configuration.supervision()
      for name in configuration.handlerNames {
        _ = configuration.handler(named: name)?.arguments()
      }
    }
  }

  @Test func `what is shown of a good file is itself a good file, and says the same`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = RandomTOML(generator: SeededGenerator(seed: seed))
    for _ in 0..<100 {
      let text = random.goodDocument()
      let first = Configuration(text: text, file: "/c")
      #expect(first.problems.isEmpty, "seed \(seed): \(first.problems)\n\(text)")
      let again = Configuration(text: first.effectiveText, file: "/c")
      #expect(again.problems.isEmpty, "seed \(seed): \(again.problems)\n\(first.effectiveText)")
      #expect(again.supervision() == first.supervision(), "seed \(seed)")
      #expect(again.limits(of: .init(1)) == first.limits(of: .init(1)), "seed \(seed)")
      #expect(again.effectiveText == first.effectiveText, "seed \(seed)")
    }
  }
}

/// Draws documents with the names of settings in them, and with anything at all.
private struct RandomTOML {
  var generator: SeededGenerator

  private mutating func any<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &generator)]
  }

  mutating func document() -> String {
    (0..<Int.random(in: 0...12, using: &generator)).map { _ in line() }.joined(separator: "\n")
  }

  private mutating func line() -> String {
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return "[\(header())]"
    case 1: return "\(key()).\(key()) = \(value(3))"
    case _: return "\(key()) = \(value(3))"
    }
  }

  private mutating func header() -> String {
    any([
      "dispatcher", "chats", "chats.6", "chats.x", "supervision", "logging", "tui", "handlers.a",
      "handlers.\"\"", "models.b", "chat", "x.y", "[dispatcher]", "handlers", "a.b.c.d",
    ])
  }

  private mutating func key() -> String {
    let keys = SettingsTable.fixed.flatMap(\.settings).map(\.key)
    let options = BuiltInKind.allCases.flatMap(\.options).map(\.key)
    return any(keys + options + ["kind", "command", "environment", "\"\"", "x", "\"\\u001b\""])
  }

  private mutating func value(_ depth: Int) -> String {
    switch Int.random(in: 0..<(depth > 0 ? 11 : 9), using: &generator) {
    case 0: return "\(Int64.random(in: .min ... .max, using: &generator))"
    case 1: return any(["nan", "-inf", "1e308", "0.5", "-0.0"])
    case 2: return any(["true", "false", "2026-01-01", "07:32:00"])
    case 3: return any(["\"infinity\"", "\"5min\"", "\"1G\"", "\"\"", "\"http://h\"", "\"/x\""])
    case 4:
      return any(["\"echo\"", "\"openai\"", "\"all\"", "\"\\u0000\"", "'\u{1F600}'", "=", "\""])
    case 5...8: return "\(Int.random(in: -3...3000, using: &generator))"
    case 9: return "[\(value(depth - 1)), \(value(depth - 1))]"
    case _: return "{ \(key()) = \(value(depth - 1)) }"
    }
  }

  mutating func goodDocument() -> String {
    var lines: [String] = []
    for table in SettingsTable.fixed {
      lines.append("[\(table.title)]")
      for setting in table.settings where Bool.random(using: &generator) {
        lines.append("\(setting.key) = \(good(setting))")
      }
    }
    return lines.joined(separator: "\n")
  }

  private mutating func good(_ setting: Setting) -> String {
    switch setting.type {
    case .span(let range, _):
      return "\"\(Int64.random(in: range, using: &generator))ns\""
    case .size: return any(["\"infinity\"", "\"3G\"", "7"])
    case .count(let range, _): return "\(Int64.random(in: range, using: &generator))"
    case .factor(let range): return "\(Double.random(in: range, using: &generator))"
    case .flag: return any(["true", "false"])
    case .choice(let known): return "\"\(any(known))\""
    case .text where setting.key == "handler": return any(["\"echo\"", "'codex'"])
    case .text: return any(["\"echo\"", "\"a \\\"b\\\" \\\\ c\"", "'ö'"])
    case .url: return any(["\"http://localhost:8080/v1\"", "'https://e/'"])
    case .path, .texts, .command, .variables: return "\"\""
    }
  }
}
