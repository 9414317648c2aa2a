internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage

/// A message on its way into an inbox.
struct OutgoingMessage {
  let content: String
  let user: String
  /// What its answer will be recognised by.
  let requestID: String

  init(content: String, user: String) {
    self.content = content
    self.user = user
    let milliseconds = Clock.wall / 1_000_000
    let unique = String(RandomBytes.word(), radix: 36)
    requestID = "chat-\(milliseconds)-\(CurrentProcess.pid)-\(unique)"
  }

  var row: NewMessage {
    NewMessage(role: .user, content: content, requestID: requestID, user: user)
  }
}
