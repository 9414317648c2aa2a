internal import ChatStorage
internal import SupervisionCore

/// Every chat the dispatcher knows, by number.
struct ChatTable {
  private var chats: [ChatID: SupervisedChat] = [:]

  subscript(id: ChatID) -> SupervisedChat? { chats[id] }

  subscript(child: ChildID) -> SupervisedChat? { chats[ChatID(child.number)] }

  mutating func insert(_ chat: SupervisedChat) { chats[chat.id] = chat }

  mutating func remove(_ id: ChatID) { chats[id] = nil }

  /// In the order of their numbers.
  var all: [SupervisedChat] { chats.values.sorted { $0.id < $1.id } }

  var unordered: some Collection<SupervisedChat> { chats.values }

  var count: Int { chats.count }
}
