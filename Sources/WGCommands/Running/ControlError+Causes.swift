internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TimeSpans

extension ControlError {
  /// Any error that a command can end with, as a person and a script should see it.
  init(causedBy error: any Error) {
    switch error {
    case let error as ControlError: self = error
    case let error as StorageError: self.init(storage: error)
    case let error as TimeSpanError: self.init(.usage, error.description)
    case let error as SpawnFailure: self.init(.failed, error.description)
    case let error as Errno: self.init(errno: error)
    case let other: self.init(.failed, String(describing: other))
    }
  }

  private init(storage error: StorageError) {
    let code: Code =
      switch error.kind {
      case .badData: .badData
      case .notFound: .notFound
      case .notPermitted: .notPermitted
      case .locked: .tryAgain
      case .input: .usage
      case .noSpace, .exists, .replaced, .system: .failed
      }
    // What a person typed is wrong by itself, whatever file it was meant for.
    self.init(code, error.kind == .input ? error.reason : error.description)
  }

  private init(errno: Errno) {
    let isRefusal = errno == .permissionDenied || errno == .notPermitted
    self.init(isRefusal ? .notPermitted : .failed, errno.description)
  }
}
