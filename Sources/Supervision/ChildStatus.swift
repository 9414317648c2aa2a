internal import SupervisionCore
internal import SupervisionDriver

/// How a child is at one moment.
public struct ChildStatus: Hashable, Sendable {
  /// Where it is in its life.
  public let state: State
  /// The number of the present run, counted from 1; nil when there is none.
  public let run: UInt64?
  /// The number of the run's first process, while that or what it left lives.
  ///
  /// For people: a number may mean another process by the time it is used.
  public let pid: Int32?

  /// Where a child is in its life.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// No process, and none wanted.
    case resting
    /// A process was asked for, or runs and is not ready yet.
    case starting
    /// It runs, and is ready.
    case running
    /// It is being ended.
    case stopping
    /// Wanted, and waiting for the time when it may start again.
    case backoff
    /// It failed too often; see `StartLimit`.
    case parked
    /// Stopped by `Supervisor.stop`.
    case down
  }
}

extension Supervisor {
  /// The children's names, sorted.
  public var names: [String] { children.names }

  /// How a child is; nil when there is no child of that name.
  public func status(of name: String) -> ChildStatus? {
    guard let child = children[name], let state = driver.machine.state(of: child.id) else {
      return nil
    }
    return ChildStatus(
      state: ChildStatus.State(state.name), run: state.incarnation?.number,
      pid: driver.pid(of: child.id))
  }
}

extension ChildStatus.State {
  init(_ name: SupervisionCore.ChildState.Name) {
    switch name {
    case .resting: self = .resting
    case .starting: self = .starting
    case .running: self = .running
    case .stopping: self = .stopping
    case .backoff: self = .backoff
    case .parked: self = .parked
    // Nothing here asks for an archive.
    case .down, .archived: self = .down
    }
  }
}
