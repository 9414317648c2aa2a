internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage

/// A program that is to take this dispatcher's place, and how far that has come.
final class UpgradeAttempt {
  let program: FilePath
  /// The file that is rehearsed: another one under its name is not executed.
  let identity: FileStatus
  /// The program of this process, wherever its file went.
  let former: Descriptor
  let beganAt = Clock.monotonic
  /// For the answer to the rehearsal, for this dispatcher to have nothing under way, and for the
  /// program to serve: nanoseconds each.
  let patience: Int64
  private(set) weak var asker: ControlConnection?
  var phase = Phase.beginning
  /// Why it came to nothing, for the one who asked.
  var refusal: ControlError?

  enum Phase {
    case beginning
    case rehearsing(Rehearsal)
    /// The rehearsal went well; something is under way that only this program can finish.
    case waiting(until: Int64)
  }

  init(
    _ program: FilePath, _ identity: FileStatus, patience: Int64, asker: ControlConnection
  ) throws(Errno) {
    self.program = program
    self.identity = identity
    self.patience = patience
    self.asker = asker
    former = try Descriptor.open("/proc/self/exe", flags: 0, followsLinks: true)
  }

  /// When something has to be done about it although nothing happens.
  var deadline: Int64? {
    switch phase {
    case .beginning: nil
    case .rehearsing(let rehearsal): rehearsal.deadline
    case .waiting(let until): until
    }
  }

  /// What the state says of it.
  var state: DispatcherState.Upgrade {
    let asker = asker.flatMap { $0.isClosed ? nil : $0.stream.descriptor.rawValue }
    return DispatcherState.Upgrade(
      program: program.string, formerVersion: ProgramVersion.current, former: former.rawValue,
      asker: asker, beganAt: beganAt)
  }
}
