internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver

extension ChatSupervisor {
  /// A process said something on the socket of a run.
  ///
  /// It counts when the process belongs to that run, and to the dispatcher's user or root.
  func notified(
    _ child: ChildID, _ incarnation: Incarnation, by sender: PeerCredentials,
    _ message: HandlerMessage
  ) {
    guard sender.user == CurrentProcess.user || sender.user == 0,
      driver.child(ofProcess: sender.pid) == child
    else { return }
    if let status = message.status {
      chats[child]?.handlerStatus = status.isEmpty ? nil : status
    }
    if message.isReady { driver.report(.ready(incarnation), of: child) }
    for announcement in message.announcements {
      driver.report(.said(incarnation, announcement), of: child)
    }
  }

  func listen(_ child: ChildID, _ incarnation: Incarnation) {
    notifications.listen(to: child)
    driver.report(.heard(incarnation), of: child)
  }
}
