internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver

/// What whoever started this dispatcher is told.
///
/// sd_notify(3), wg-dispatcher(8).
///
/// MAINPID only around an upgrade: otherwise it stays the process that the manager has started. FDSTORE
/// is `RunStore`'s.
extension DispatcherDaemon {
  /// Once a turn, at its end.
  func reportState() {
    let now = Clock.monotonic
    reporter.turned(at: now)
    guard reporter.hasListener else { return }
    if isEnding { reportEnding(at: now) } else { reportStatus(at: now) }
  }

  /// A stop may take as long as its handlers may; what SIGKILL cannot end is not waited for here.
  private func reportEnding(at now: Int64) {
    if leavesHandlers { return }
    let live = driver.machine.liveIDs
    reporter.status(StatusLine.ending(live.count))
    if live.contains(where: { !isSurvivor($0) }) {
      reporter.needsTime(at: now)
    } else {
      reporter.needsNoMoreTime()
    }
  }

  private func isSurvivor(_ child: ChildID) -> Bool {
    guard case .stopping(let stop)? = driver.machine.state(of: child),
      case .surviving = stop.phase
    else { return false }
    return true
  }

  /// When it has changed; nothing wakes up for it.
  private func reportStatus(at now: Int64) {
    guard supervisor.revision != reportedRevision else { return }
    // With very many chats even the line is work; a turn comes a second after the last event.
    guard supervisor.chats.count < 1_000 || now >= reportedAt + 900_000_000 else { return }
    reportedRevision = supervisor.revision
    reportedAt = now
    reporter.status(statusLine)
  }

  var statusLine: String {
    let counts = driver.machine.counts
    var line = StatusLine(counts: counts)
    if (counts[.backoff] ?? 0) > 0, let next = driver.machine.nextStart {
      line.nextStart = (next.child.number, Timestamp.localTime(WallClock.now.wall(next.at)))
    }
    line.unwatchedEnds = unwatchedEnds
    return line.text
  }
}
