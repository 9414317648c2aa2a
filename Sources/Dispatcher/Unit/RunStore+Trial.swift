internal import LinuxSystem

/// Finds out whether the service manager keeps what it is sent.
///
/// It does not say: what it has no room for, or was not told to keep, it closes
/// (FileDescriptorStoreMax=, 0 unless a unit says otherwise). So it is sent the end of a pipe to be kept,
/// and after it one that it closes as soon as it has read so far (sd_notify_barrier(3)). Once the second
/// has hung up, the first has too unless it is kept. Asking for the unit's properties would need D-Bus,
/// or to be root.
extension RunStore {
  /// Like a run's: the next dispatcher lets go of one that is left.
  private static let trialName = "run-trial"

  struct Trial {
    /// Hangs up when nobody keeps the other end.
    let kept: Descriptor
    let registration: EventLoop.Registration
    let report: () -> Void
  }

  /// Calls `report` in a later turn, when `keepsDescriptors` is known; never with a service manager
  /// that does not read, or without a descriptor to spare.
  func tryOut(_ loop: EventLoop, report: @escaping () -> Void) {
    guard let kept = try? Pipe(), let read = try? Pipe(),
      let registration = try? loop.add(
        read.readEnd, for: .readable, { [weak self, weak loop] _ in self?.endTrial(loop) })
    else { return }
    trial = Trial(kept: kept.readEnd, registration: registration, report: report)
    say(.keep(Self.trialName, kept.writeEnd))
    say(.mark(read.writeEnd))
  }

  private func endTrial(_ loop: EventLoop?) {
    guard let trial else { return }
    self.trial = nil
    loop?.remove(trial.registration)
    keepsDescriptors = (try? trial.kept.wait(for: .readable, until: .now)) == false
    say(.letGo(Self.trialName))
    trial.report()
  }
}
