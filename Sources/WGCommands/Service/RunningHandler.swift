internal import ControlProtocol
internal import LinuxSystem

/// A handler's process, remembered well enough to tell later whether it is gone.
struct RunningHandler {
  let taskID: String
  private let identity: ProcessIdentity

  var pid: Int32 { identity.pid }
  var isAlive: Bool { identity.isStillRunning }

  /// Those that the status names and that are alive.
  static func all(of status: ServiceStatus) -> [RunningHandler] {
    status.chats.compactMap { chat in
      guard let pid = chat.pid, let identity = ProcessIdentity.of(pid) else { return nil }
      return RunningHandler(taskID: chat.taskID, identity: identity)
    }
  }
}
