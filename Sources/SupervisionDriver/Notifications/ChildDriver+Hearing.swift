package import LinuxSystem
package import SupervisionCore

extension ChildDriver {
  /// Reports what a process said on the socket of a run; false when it has no say there.
  ///
  /// It counts when the process belongs to that run, and to this process's user or root.
  package func hear(
    _ message: NotifyMessage, by sender: PeerCredentials, on child: ChildID,
    _ incarnation: Incarnation
  ) -> Bool {
    guard sender.user == CurrentProcess.user || sender.user == 0,
      self.child(ofProcess: sender.pid) == child
    else { return false }
    if message.isReady { report(.ready(incarnation), of: child) }
    for announcement in message.announcements {
      report(.said(incarnation, announcement), of: child)
    }
    return true
  }
}
