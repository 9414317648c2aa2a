/// What a chat is doing, as status shows it.
public enum ChatState: String, CaseIterable, Sendable {
  /// No handler runs and none is wanted.
  case resting
  case starting
  case running
  case stopping
  /// Waiting to start again.
  case backoff
  /// A crash loop, contained.
  case parked
  /// An operator said stop.
  case down
  /// Tombstoned.
  case archived
}

extension ChatState {
  /// The same in the words of systemd's units.
  public enum Coarse: String, CaseIterable, Sendable {
    case inactive, activating, active, deactivating, failed
  }

  public var coarse: Coarse {
    switch self {
    case .resting, .down, .archived: .inactive
    case .starting, .backoff: .activating
    case .running: .active
    case .stopping: .deactivating
    case .parked: .failed
    }
  }
}
