import ControlProtocol
import Terminal
import Testing

@testable import TerminalUI

/// What keys and news do, as values in and values out.
@Suite struct UpdateTests {
  var stage = Stage()

  @Test mutating func `only a chat that is looked at for a while is listened to`() {
    #expect(stage.model.wishes.leases.isEmpty)
    stage.press(.text("j"), .text("j"))
    #expect(stage.model.wishes.deadline != nil)
    stage.settle()
    #expect(stage.model.wishes.leases == [5])
    #expect(stage.model.wishes.deadline == nil)
    stage.press(.text("k"))
    #expect(stage.model.wishes.leases.isEmpty)
  }

  @Test mutating func `an archived chat is not listened to`() {
    stage.press(.text("a"))
    stage.settle()
    #expect(stage.model.shelf.selected == 6)
    #expect(stage.model.wishes.leases.isEmpty)
  }

  @Test func `an open screen can count for all chats`() {
    #expect(Stage(consumption: .all).model.wishes.leases == [1, 2, 3, 4, 5])
  }

  @Test mutating func `what is unread comes first, and the chosen chat stays chosen`() {
    #expect(stage.model.shelf.rows.map(\.chatID) == [3, 4, 1, 2, 5])
    stage.send(.unread([1: 1, 5: 1]))
    #expect(stage.model.shelf.rows.map(\.chatID) == [5, 3, 4, 1, 2])
    #expect(stage.model.shelf.selected == 1)
  }

  @Test mutating func `what follows a chat that is gone is chosen in its place`() {
    stage.select(3)
    stage.send(.chats(Stage.chats.filter { $0.chatID != 3 }))
    #expect(stage.model.shelf.selected == 4)
  }

  @Test mutating func `answers count as read when their end is looked at`() {
    stage.send(.unread([1: 2]))
    stage.open(Stage.talk)
    #expect(stage.effects.isEmpty)
    stage.settle()
    let place = ConversationPlace(chat: 1, session: Stage.chats[0].session ?? "")
    #expect(stage.effects == [.markRead(place, answer: 2)])
    #expect(stage.model.shelf.unread.isEmpty)
  }

  @Test mutating func `a message is handed over, and given back when it cannot be sent`() {
    stage.open([])
    stage.press(.plain(.enter))
    stage.type("hello")
    stage.press(.plain(.enter))
    let command = Command.send("hello", to: 1)
    #expect(stage.commands == [command])
    #expect(command.arguments == ["chat", "send", "1", "-"])
    #expect(stage.text.contains("sending"))
    stage.finish(command, errors: "wg: no space left\n")
    #expect(stage.model.draft.text == "hello")
    #expect(stage.text.contains("no space left"))
    #expect(!stage.text.contains("sending"))
  }

  @Test mutating func `a message that came into the inbox is shown once`() throws {
    stage.open([])
    stage.press(.plain(.enter))
    stage.type("hello")
    stage.press(.plain(.enter))
    let place = try #require(stage.model.wishes.conversation)
    stage.send(.newer(place, [Stage.question("hello")]))
    #expect(stage.text.split(separator: "hello").count == 2)
  }

  @Test mutating func `each chat keeps what was begun to be written to it`() {
    stage.press(.plain(.enter))
    stage.type("one")
    stage.press(.alt(.down))
    #expect(stage.model.draft.isEmpty)
    stage.press(.alt(.up))
    #expect(stage.model.draft.text == "one")
  }

  @Test(arguments: ChatState.allCases.filter { $0 != .archived })
  func `a chat is retired from every state, by the command that archives`(state: ChatState) {
    var stage = Stage(chats: [Stage.chat(7, "x", state)])
    for screen: InputEvent in [.plain(.escape), .plain(.enter)] {
      stage.press(screen, .control("w"), .plain(.enter))
      #expect(stage.commands == [.change("archive", 7)])
    }
    stage.press(.control("w"), .text("d"), .plain(.enter))
    #expect(stage.commands.map(\.arguments) == [["chat", "delete", "7", "--yes"]])
    stage.press(.control("w"), .text("s"), .plain(.enter))
    #expect(stage.commands.map(\.arguments) == [["chat", "stop", "7"]])
    stage.press(.control("w"), .plain(.escape))
    #expect(stage.commands.isEmpty && stage.model.screen == .chats)
  }

  @Test mutating func `a purge wants two keys, and shows how far it is`() {
    stage.press(.text("P"), .plain(.enter))
    #expect(stage.commands.isEmpty)
    stage.press(.text("P"), .text("p"), .plain(.enter))
    #expect(stage.commands == [.purge])
    #expect(stage.text.contains("0 of 5 archived"))
    stage.finish(.purge, output: "Purged 5 chats (1 handler ended)\n")
    #expect(stage.text.contains("Purged 5 chats"))
    #expect(!stage.text.contains("0 of 5 archived"))
  }

  @Test mutating func `a new chat is what its fields say`() {
    stage.press(.text("n"))
    stage.type("a b")
    stage.press(.plain(.tab))
    stage.type("echo")
    stage.press(.plain(.enter))
    #expect(
      stage.commands.map(\.arguments) == [["chat", "create", "--name=a b", "--handler=echo"]])
  }

  @Test mutating func `a name may begin with a dash`() {
    stage.press(.text("r"), .control("u"))
    stage.type("-x")
    stage.press(.plain(.enter))
    #expect(stage.commands.map(\.arguments) == [["chat", "rename", "1", "--", "-x"]])
  }

  @Test mutating func `an explanation is asked for when the situation changes, one at a time`() {
    stage.press(.text("w"))
    #expect(stage.commands == [.explain(1)])
    var chats = Stage.chats
    chats[0].state = .stopping
    stage.send(.chats(chats))
    #expect(stage.commands == [.explain(1)])
    stage.finish(.explain(1), output: "old")
    #expect(stage.commands == [.explain(1)])
    stage.finish(.explain(1), output: "new")
    #expect(stage.commands.isEmpty)
    #expect(stage.text.contains("new"))
  }

  @Test mutating func `without a dispatcher the files are asked, and not twice at once`() {
    stage.send(.link(.connecting))
    stage.press()
    stage.send(.link(.down))
    stage.send(.link(.down))
    #expect(stage.commands == [.list])
    stage.finish(.list, output: #"{"ok":true,"chats":[]}"#)
    #expect(stage.commands == [.list])
    #expect(stage.model.shelf.all.isEmpty)
    stage.finish(.list, output: #"{"ok":true,"chats":[]}"#)
    #expect(stage.commands.isEmpty)
  }

  @Test mutating func `the mouse chooses chats, presses buttons and scrolls`() {
    stage.send(.input(.mouse(MouseEvent(.press(.left), at: Position(column: 4, row: 3)))))
    #expect(stage.model.shelf.selected == 1)
    stage.send(.input(.mouse(MouseEvent(.wheelUp, at: Position(column: 4, row: 3)))))
    #expect(stage.model.shelf.selected == 4)
    stage.press(.control("w"))
    guard case .dialog(let dialog) = stage.model.screen else { return #expect(Bool(false)) }
    let box = DialogBox(dialog, in: stage.model.size)
    stage.press(.mouse(MouseEvent(.press(.left), at: box.buttons[0].origin)))
    #expect(stage.commands == [.change("archive", 4)])
  }
}
