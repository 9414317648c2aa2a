internal import ControlProtocol

extension UnwatchedEnds {
  /// What is in force, what that means, and what would be better.
  var finding: Finding {
    switch self {
    case .serviceManager:
      .ok(.ends, "\(text); it keeps a descriptor of each handler's process")
    case .keeper: .ok(.ends, text)
    case .unknown(.noKeeper):
      .note(
        .ends, text, meaning: Self.meaning,
        advice: "wg service stop, then wg service start without --keeper no")
    case .unknown(.oldKernel):
      .note(
        .ends, text, meaning: Self.meaning,
        advice: "use Linux 6.15 or newer, or start it without --keeper no")
    case .unknown(.keeperLost):
      .warning(
        .ends, text,
        meaning: "nobody starts the dispatcher again when it dies, and \(Self.meaning)",
        advice: "wg service restart")
    case .unknown(.storeRefused):
      .warning(
        .ends, text, meaning: Self.meaning,
        advice: "set FileDescriptorStoreMax=4096 in the unit with `systemctl edit`, then restart it"
      )
    }
  }

  private var text: String { "\(Self.subject): \(sentence)" }

  private static let meaning =
    "a handler that ends while there is no dispatcher counts neither for its chat nor against it"
}

extension UnwatchedEnds? {
  /// Of a dispatcher that has answered.
  var finding: Finding {
    self?.finding
      ?? .note(
        .ends, "\(UnwatchedEnds.subject): the dispatcher does not tell who will know them",
        meaning: "it is of another version, or its service manager has not answered it yet")
  }
}
