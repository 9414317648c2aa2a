internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

/// Ending when nothing is left to supervise, where somebody else holds the socket and starts the
/// next dispatcher at the next request.
///
/// Nothing is lost at the edge: whoever appends a message and then connects is either let in, and
/// this dispatcher goes on and finds the message, or waits in the socket, and the next one does.
extension DispatcherDaemon {
  /// Once a turn, at its end.
  func endWhenIdle() {
    guard !isEnding, server != nil else { return }
    guard idleExit.look(isBusy: isBusy, activity, now: Clock.monotonic) else { return }
    if lastLookFindsNothing() { endIdle() }
  }

  /// Tells later whether something has happened meanwhile.
  var activity: IdleExit.Activity {
    IdleExit.Activity(decisions: supervisor.revision, connections: server?.acceptedCount ?? 0)
  }

  /// A chat that rests, is parked with nothing new for it, down or archived is nothing to do.
  private var isBusy: Bool {
    let machine = driver.machine
    let live: [ChildState.Name] = [.starting, .running, .stopping, .backoff]
    return live.contains { machine.count(in: $0) > 0 } || machine.nextDeadline != nil
      || driver.hasWork || supervisor.inboxes.hasWork || supervisor.clerk.dueAt != nil
      || watcher.hasChanges || rereadsFiles || graph.dueAt != nil || upgrade != nil
      || server?.connectionCount != 0
  }

  /// Takes in what the kernel has told and nobody has read yet, without deciding.
  private func lastLookFindsNothing() -> Bool {
    watcher.collect()
    return !watcher.hasChanges && control?.hasCaller == false
  }

  private func endIdle() {
    hasIdledOut = true
    leave(
      because: "Nothing is left to supervise", then: "the next request starts a dispatcher again")
  }

  /// The very last act: what was written while this dispatcher ended, by a program that does not
  /// connect, becomes a request, which starts the next one.
  func passOnLateChanges() {
    guard hasIdledOut, let control else { return }
    watcher.collect()
    if watcher.hasChanges { _ = try? UnixStream.connect(control.path, timeout: 1_000_000) }
  }
}
