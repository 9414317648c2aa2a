internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver

extension ChatSupervisor {
  /// A process said something on the socket of a run.
  func notified(
    _ child: ChildID, _ incarnation: Incarnation, by sender: PeerCredentials,
    _ message: NotifyMessage
  ) {
    guard driver.hear(message, by: sender, on: child, incarnation) else { return }
    if let status = message.status {
      chats[child]?.past.handlerStatus = status.isEmpty ? nil : status
    }
  }

  func listen(_ child: ChildID, _ incarnation: Incarnation) {
    notifications.listen(to: child)
    driver.report(.heard(incarnation), of: child)
  }
}
