import Terminal
import Testing

@testable import TerminalUI

/// The one table that dispatches keys and explains them.
@Suite struct KeyTableTests {
  @Test func `no key means two things in one place`() {
    for context in KeyContext.allCases {
      let keys = KeyTable.bindings.filter { $0.context == context }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(context)")
    }
  }

  @Test func `every action has a key, and every key a name and a line of help`() {
    #expect(Set(KeyTable.bindings.map(\.action)) == Set(Action.allCases))
    for binding in KeyTable.bindings {
      #expect(binding.keys.allSatisfy { $0.keyName != nil } && !binding.help.isEmpty)
    }
  }

  @Test func `the help shows every key`() {
    let help = HelpText.lines(.dark).map(\.text).joined(separator: "\n")
    for binding in KeyTable.bindings {
      for key in binding.keys.compactMap(\.keyName) { #expect(help.contains(key)) }
      #expect(help.contains(binding.help))
    }
  }

  @Test(arguments: KeyTable.bindings.indices)
  func `every key does something where it counts`(index: Int) throws {
    let binding = KeyTable.bindings[index]
    for key in binding.keys {
      var stage = Stage()
      stage.open((0..<200).map { Stage.answer("line \($0)", UInt64($0)) }, isBeginning: false)
      stage.prepare(for: binding)
      let before = stage.picture.canvas
      stage.press(key)
      #expect(stage.picture.canvas != before || !stage.effects.isEmpty, "\(key)")
    }
  }
}

extension Stage {
  fileprivate mutating func prepare(for binding: KeyBinding) {
    switch binding.context {
    case .everywhere, .chats: break
    case .conversation:
      press(.plain(.enter))
      type("text")
    case .filter:
      press(.text("/"))
      type("e")
    case .search:
      press(.control("f"))
      type("line")
    case .help: press(.plain(.function(1)))
    case .dialog: press(.control("w"))
    }
    let isBackwards: [Action] = [
      .previousChat, .firstChat, .scrollDown, .scrollToEnd, .scrollUp, .findNewer,
    ]
    guard isBackwards.contains(binding.action) else { return }
    switch binding.context {
    case .help: for _ in 0..<3 { press(.text("j")) }
    case .search: press(.plain(.up), .plain(.up))
    case .everywhere, .chats, .conversation, .filter, .dialog:
      press(.alt(.down))
      open((0..<200).map { Stage.answer("line \($0)", UInt64($0)) }, isBeginning: false)
      press(.plain(.pageUp), .plain(.pageUp))
    }
  }
}
