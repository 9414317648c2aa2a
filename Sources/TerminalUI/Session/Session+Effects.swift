internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Terminal

/// What the model wants done, and what it wishes to be so.
extension Session {
  func perform(_ effect: Effect) {
    switch effect {
    case .run(let command): for outcome in runs.start(command) { handle(.finished(outcome)) }
    case .readOlder(let count): readOlder(count)
    case .markRead(let place, let answer): markRead(place, answer)
    case .redraw: forgetScreen()
    case .suspend: suspend()
    case .quit: end(.left)
    }
  }

  /// Makes the wishes so.
  func settle() {
    follow(model.wishes.conversation)
    followChats()
    if model.link == .connected { lease.hold(model.wishes.leases) }
  }

  private func suspend() {
    do throws(Errno) {
      try device.suspend()
    } catch {
      end(.signal(.hangup))
    }
    forgetScreen()
    handle(.resized(device.size))
  }

  private func follow(_ wanted: ConversationPlace?) {
    // Gone away and come back within one turn, it is to be read again.
    guard conversation?.place != wanted || model.transcript?.isOpen == false else { return }
    conversation = wanted.flatMap { wanted in
      place.directory(wanted).flatMap { try? ConversationReader(wanted, in: $0) }
    }
    guard let open = conversation, let page = try? open.older(Self.page) else { return }
    handle(.opened(open.place, page))
    handle(.streaming(open.place, open.streaming()))
  }

  /// Messages that are read when a conversation is opened.
  private static let page = 60

  private func readOlder(_ count: Int) {
    guard let open = conversation, let page = try? open.older(count) else { return }
    handle(.older(open.place, page))
  }

  /// Who may read the files and not write them sees the count again next time.
  private func markRead(_ place: ConversationPlace, _ answer: UInt64) {
    guard let directory = self.place.directory(place) else { return }
    try? ConsumerCursor.write(answer, directory)
  }

  private func followChats() {
    let places = model.watchedPlaces
    guard places != watched else { return }
    watched = places
    let wanted = Dictionary(
      places.compactMap { place in self.place.directory(place).map { (place.chat, $0) } },
      uniquingKeysWith: { first, _ in first })
    for chat in folders.keys where wanted[chat] == nil { unread.forget(chat) }
    for chat in wanted.keys where folders[chat] != wanted[chat] { unread.touch(chat) }
    folders = wanted
    watch.follow(wanted)
  }
}
