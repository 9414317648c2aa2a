internal import LinuxSystem

/// Finds out whether the service manager keeps what it is sent.
///
/// It does not say: what it has no room for, or was not told to keep, it closes
/// (FileDescriptorStoreMax=, 0 unless a unit says otherwise). So it is sent the end of a pipe to be kept,
/// and after it one that it closes as soon as it has read so far (sd_notify_barrier(3)). Once the second
/// has hung up, the first has too unless it is kept, or soon will: what systemd does not keep it has
/// closed by a thread, which others may overtake. So it is asked several times whether it has read so
/// far. Asking for the unit's properties would need D-Bus, or to be root.
extension RunStore {
  /// Like a run's: the next dispatcher lets go of one that is left.
  private static let trialName = "run-trial"
  /// Each of them gives the thread the time of a round trip.
  private static let marks = 5

  struct Trial {
    /// Hangs up when nobody keeps the other end.
    let kept: Descriptor
    let report: () -> Void
    var marksLeft = RunStore.marks
    var registration: EventLoop.Registration?
  }

  /// Calls `report` in a later turn, when `keepsDescriptors` is known; never with a service manager
  /// that does not read, or without a descriptor to spare.
  func tryOut(_ loop: EventLoop, report: @escaping () -> Void) {
    guard let pipe = try? Pipe() else { return }
    trial = Trial(kept: pipe.readEnd, report: report)
    say(.keep(Self.trialName, pipe.writeEnd))
    sendMark(loop)
  }

  private func sendMark(_ loop: EventLoop) {
    guard let read = try? Pipe(),
      let registration = try? loop.add(
        read.readEnd, for: .readable, { [weak self, weak loop] _ in self?.markWasRead(loop) })
    else { return }
    trial?.registration = registration
    trial?.marksLeft -= 1
    say(.mark(read.writeEnd))
  }

  private func markWasRead(_ loop: EventLoop?) {
    guard let trial, let loop else { return }
    if let registration = trial.registration { loop.remove(registration) }
    let isKept = (try? trial.kept.wait(for: .readable, until: .now)) == false
    if isKept && trial.marksLeft > 0 { return sendMark(loop) }
    self.trial = nil
    keepsDescriptors = isKept
    say(.letGo(Self.trialName))
    trial.report()
  }
}
