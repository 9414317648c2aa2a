import ControlProtocol
import Terminal
import TestSupport
import Testing

@testable import TerminalUI

/// Whatever is received or typed, nothing traps and nothing commands the terminal.
@Suite struct HostileTests {
  private static let nasty = [
    "\u{1B}[2J\u{1B}]0;owned\u{07}", "\u{9B}31m", "\u{1B}]52;c;cHduZWQ=\u{1B}\\",
    "\u{1B}P+q\u{1B}\\",
    "\u{202E}txt.exe", "\u{2066}x\u{2069}", "a\u{0301}\u{0301}\u{0301}",
    "\u{0}\u{7F}\u{85}\u{2028}",
    "👩‍👩‍👧‍👦🏳️‍🌈", "日本語", "\r\nline\r", String(repeating: "x", count: 5_000), "",
  ]

  @Test(arguments: nasty.indices)
  func `names, titles, states and messages cannot command the terminal`(index: Int) {
    let text = Self.nasty[index]
    var stage = Stage(
      chats: [
        Stage.chat(1, text, .backoff) {
          $0.handler = text
          $0.model = text
          $0.lastExit = text
          $0.handlerStatus = text
          $0.nextEventAt = text
          $0.title = text
        }
      ])
    stage.open([Stage.question(text), Stage.answer(text)])
    stage.press(.text("w"))
    stage.finish(.explain(1), output: text)
    stage.finish(.change("stop", 1), errors: text)
    for keys: [InputEvent] in [[], [.control("w")], [.plain(.escape), .text("r")]] {
      for key in keys { stage.press(key) }
      expectHarmless(stage)
    }
  }

  private func expectHarmless(_ stage: Stage) {
    var renderer = Renderer(depth: .full)
    let frame = renderer.frame(stage.picture.canvas, cursor: nil)
    let rows = stage.picture.canvas.text
    #expect(rows.count == 24)
    for scalar in rows.joined().unicodeScalars {
      #expect(scalar.properties.generalCategory != .control, "\(scalar.value)")
      #expect(
        !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value))
    }
    // What begins a sequence is the renderer's own: cursor, style, screen, update.
    let text = String(decoding: frame, as: UTF8.self)
    #expect(!text.contains("\u{1B}]") && !text.contains("\u{1B}P") && !text.contains("\u{07}"))
  }

  @Test func `random events in random sizes leave a picture`() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    var stage = Stage()
    let keys = KeyTable.bindings.flatMap(\.keys)
    for step in 0..<300 {
      switch Int.random(in: 0..<12, using: &random) {
      case 0:
        let size = Size(
          columns: .random(in: 0...220, using: &random), rows: .random(in: 0...70, using: &random))
        stage.send(.resized(size))
      case 1:
        let place = Position(
          column: .random(in: 0...220, using: &random), row: .random(in: 0...70, using: &random))
        let actions: [MouseEvent.Action] = [.press(.left), .wheelUp, .wheelDown]
        let action = actions.randomElement(using: &random) ?? .move
        stage.send(.input(.mouse(MouseEvent(action, at: place))))
      case 2:
        let state = ChatState.allCases.randomElement(using: &random) ?? .resting
        let count = UInt32.random(in: 0..<30, using: &random)
        stage.send(.chats((0..<count).map { Stage.chat($0, "c\($0)", state) }))
      case 3:
        stage.open(Stage.talk + [Stage.answer(Self.nasty.randomElement(using: &random) ?? "")])
      case 4: stage.type(Self.nasty.randomElement(using: &random) ?? "")
      case 5: stage.settle()
      case _: stage.press(keys.randomElement(using: &random) ?? .plain(.escape))
      }
      let picture = stage.picture
      let isInside = picture.cursor.map { picture.canvas.area.contains($0) } ?? true
      #expect(isInside, "seed \(seed), step \(step): cursor \(String(describing: picture.cursor))")
      #expect(picture.canvas.text.count == stage.model.size.rows, "seed \(seed), step \(step)")
    }
  }
}
