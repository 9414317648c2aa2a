import ControlProtocol
import LinuxSystem
import Terminal

@testable import TerminalUI

/// A model with chats in it, and hands to type with; no terminal, no files, no clock.
struct Stage {
  private(set) var model: Model
  private(set) var effects: [Effect] = []
  /// Nanoseconds.
  private var now: Int64 = 0

  /// 2026-11-22 14:03:12 UTC.
  static let noon: Int64 = 1_795_356_192_000_000_000

  init(
    _ size: Size = Size(columns: 80, rows: 24), chats: [ChatStatus] = Stage.chats,
    consumption: Model.Consumption = .visible
  ) {
    model = Model(
      project: "garden", size: size, theme: .dark, consumption: consumption,
      clock: { String(Timestamp.logLine($0).dropFirst(11).prefix(8)) })
    send(.link(.connected))
    send(.chats(chats))
    select(1)
    effects = []
  }

  mutating func send(_ event: UIEvent) { effects += model.handle(event, at: now) }

  /// Presses keys; what they led to is all that is remembered.
  mutating func press(_ keys: InputEvent...) {
    effects = []
    for key in keys { send(.input(key)) }
  }

  mutating func type(_ text: String) {
    for character in text { send(.input(.text(character))) }
  }

  /// Lets the time go by that makes a chat count as looked at.
  mutating func settle() {
    now += Model.settlingTime
    effects = []
    send(.tick)
  }

  /// Opens the chosen chat's conversation.
  mutating func open(_ entries: [TranscriptEntry], isBeginning: Bool = true) {
    guard let place = model.wishes.conversation else { return }
    send(.opened(place, OlderMessages(entries, isBeginning: isBeginning)))
  }

  mutating func select(_ chat: UInt32) {
    if model.shelf.selected != chat { press(.plain(.home)) }
    for _ in model.shelf.rows where model.shelf.selected != chat { press(.alt(.down)) }
  }

  mutating func finish(_ command: Command, output: String = "", errors: String = "") {
    effects = []
    send(
      .finished(
        CommandOutcome(command, succeeded: errors.isEmpty, output: output, errors: errors)))
  }

  var picture: Picture { Picture(of: model) }
  var text: String { picture.canvas.text.joined(separator: "\n") }
  var commands: [Command] {
    effects.compactMap { if case .run(let command) = $0 { command } else { nil } }
  }
}

extension Stage {
  static func chat(
    _ number: UInt32, _ name: String?, _ state: ChatState,
    _ edit: (inout ChatStatus) -> Void = { _ in }
  ) -> ChatStatus {
    let hex = String(number, radix: 16)
    var chat = ChatStatus(
      chatID: number, taskID: ".chat-\(number)", name: name,
      title: name.map { "Chat: \($0)" } ?? "Chat \(number)", state: state, handler: "claude",
      session: String(repeating: "0", count: 8 - hex.count) + hex + "-0000-4000-8000-000000000000")
    edit(&chat)
    return chat
  }

  /// One of each kind.
  static let chats: [ChatStatus] = [
    chat(1, "release", .running) {
      $0.consumers = 1
      $0.model = "opus"
    },
    chat(2, "docs", .resting),
    chat(3, "庭の計画", .backoff) {
      $0.nextEventAt = Timestamp.rfc3339(noon + 12_000_000_000)
      $0.lastExit = "code: 1"
      $0.pending = 2
      $0.restarts = 3
    },
    chat(4, "bench", .parked) { $0.lastExit = "signal: 11" },
    chat(5, nil, .down),
    chat(6, "old ideas", .archived) { $0.purgedAt = Timestamp.rfc3339(noon) },
  ]

  static func question(_ text: String, minute: Int64 = 0) -> TranscriptEntry {
    TranscriptEntry(
      speaker: .person("ada"), text: text, time: noon + minute * 60_000_000_000, answer: nil)
  }

  static func answer(_ text: String, _ number: UInt64 = 1, minute: Int64 = 0) -> TranscriptEntry {
    TranscriptEntry(
      speaker: .agent, text: text, time: noon + minute * 60_000_000_000, answer: number)
  }

  static let talk: [TranscriptEntry] = [
    question("What is left before the release?"),
    answer(
      """
      ## Two things

      - the *changelog*, and
      - a test for `purge` with a long explanation that does not fit on one line of a narrow screen

      ```
      make test
      ```
      """, minute: 1),
    question("日本語の長い文章もきちんと折り返されて、半分の文字が残らないことを確かめます。はい。", minute: 2),
    TranscriptEntry(
      speaker: .system, text: "the model does not exist", time: noon + 180_000_000_000, answer: 2),
  ]
}
