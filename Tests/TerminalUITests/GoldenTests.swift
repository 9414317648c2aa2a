import ControlProtocol
import LinuxSystem
import SystemPackage
import Terminal
import TestSupport
import Testing

@testable import TerminalUI

/// What every screen and every dialog looks like, in two sizes.
///
/// `WG_UPDATE_GOLDEN=1` writes the pictures anew; what changed is then read in the difference.
@Suite struct GoldenTests {
  static let sizes = [Size(columns: 80, rows: 24), Size(columns: 200, rows: 60)]

  private static let scenes: [(name: String, play: @Sendable (inout Stage) -> Void)] = [
    ("chats", { $0.open(Stage.talk) }),
    ("conversation", { $0.play(conversation: "a message\nof two lines") }),
    ("streaming", { $0.playStreaming() }),
    (
      "filter",
      {
        $0.press(.text("/")); $0.type("be")
      }
    ),
    (
      "filter-nothing",
      {
        $0.press(.text("/")); $0.type("zebra")
      }
    ),
    (
      "search",
      {
        $0.open(Stage.talk); $0.press(.control("f")); $0.type("purge")
      }
    ),
    (
      "archive",
      {
        $0.press(.text("a")); $0.open(Stage.talk)
      }
    ),
    ("why", { $0.playWhy() }),
    ("help", { $0.press(.plain(.function(1))) }),
    (
      "help-end",
      {
        $0.press(.plain(.function(1))); for _ in 0..<99 { $0.press(.text("j")) }
      }
    ),
    (
      "new-chat",
      {
        $0.press(.text("n")); $0.type("garden")
      }
    ),
    ("rename", { $0.press(.text("r")) }),
    ("retire", { $0.press(.control("w"), .plain(.tab)) }),
    ("purge", { $0.press(.text("P")) }),
    ("purging", { $0.playPurge() }),
    (
      "waiting",
      {
        $0.select(3); $0.open([])
      }
    ),
    ("unread", { $0.send(.unread([2: 3, 4: 1200])) }),
    (
      "down",
      {
        $0.send(.link(.down)); $0.open(Stage.talk)
      }
    ),
    ("notice", { $0.finish(.change("stop", 1), errors: "wg: no such chat\n") }),
    ("empty", { $0.send(.chats([])) }),
  ]

  @Test(arguments: scenes.map(\.name), sizes)
  func `a screen looks as it did`(scene: String, size: Size) throws {
    var stage = Stage(size)
    try #require(Self.scenes.first { $0.name == scene }).play(&stage)
    try expect(stage, "\(scene)-\(size.columns)x\(size.rows)")
  }

  @Test func `a narrow screen shows the list or the conversation`() throws {
    var stage = Stage(Size(columns: 44, rows: 12))
    stage.open(Stage.talk)
    try expect(stage, "narrow-list")
    stage.press(.plain(.enter))
    try expect(stage, "narrow-conversation")
  }

  @Test func `a screen that is too small says so`() {
    for size in [
      Size(columns: 39, rows: 24), Size(columns: 80, rows: 9), Size(columns: 3, rows: 1),
    ] {
      let text = Stage(size).text
      #expect("wg needs 40x10".hasPrefix(text.split(separator: "\n").first ?? "-"))
    }
  }

  private func expect(_ stage: Stage, _ name: String) throws {
    let path = TestPrograms.packageRoot.appending("Tests/TerminalUITests/Golden/\(name).txt")
    let text = stage.text + "\n"
    if CurrentProcess.variable("WG_UPDATE_GOLDEN") != nil {
      try AtomicFile.replace(path, with: Array(text.utf8))
    }
    let golden = String(decoding: try Descriptor.open(path, flags: 0).readToEnd(), as: UTF8.self)
    #expect(text == golden, "\(name): this is what it looks like now:\n\(text)")
  }
}

extension Stage {
  fileprivate mutating func play(conversation text: String) {
    open(Stage.talk)
    press(.plain(.enter))
    send(.input(.paste(text)))
  }

  fileprivate mutating func playStreaming() {
    open(Stage.talk)
    guard let place = model.wishes.conversation else { return }
    send(.streaming(place, "The **first** words of an ans"))
  }

  fileprivate mutating func playWhy() {
    select(3)
    open([])
    press(.plain(.function(2)))
    finish(
      .explain(3),
      output: """
        .chat-3 (庭の計画) waits to start again.
          State    backoff (activating) since 2026-11-22 14:03:10 UTC, 2 s ago
          Because  handler subprocess exited, code: 1 (run 4); it starts again in 12 s, unless somebody says otherwise before
          Next     it starts in 12 s (2026-11-22 14:03:24 UTC) if it is still wanted then
        """)
  }

  fileprivate mutating func playPurge() {
    press(.text("P"), .plain(.tab), .plain(.tab), .plain(.up), .plain(.up), .plain(.up))
    press(.plain(.enter))
    let chats = Stage.chats.map { chat in
      var chat = chat
      chat.state = [1, 2].contains(chat.chatID) ? .stopping : .archived
      return chat
    }
    send(.chats(chats))
  }
}
