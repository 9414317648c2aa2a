internal import Glibc

/// What this process does with a signal that is not blocked.
public enum SignalDisposition: Sendable {
  case standard
  case ignored

  /// Sets it for the whole process.
  ///
  /// `sigaction(2)`.
  ///
  /// A parent may have left SIGCHLD ignored; then the kernel throws exit statuses away, so a
  /// supervisor sets it to `.standard` first.
  public func set(for signal: Signal) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = self == .ignored ? SIG_IGN : SIG_DFL
    sigaction(signal.rawValue, &action, nil)
  }
}
