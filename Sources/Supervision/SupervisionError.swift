/// Why the supervisor refused, or could not go on.
public enum SupervisionError: Error, Hashable, Sendable {
  /// A specification cannot be used; the text says what is wrong with it.
  case badSpecification(child: String, reason: String)
  /// The supervisor has a child of that name already.
  case duplicateChild(String)
  /// The supervisor has no child of that name.
  case unknownChild(String)
  /// A system call failed, with its errno; the text says what was tried.
  case system(attempt: String, errno: Int32, reason: String)
}

extension SupervisionError: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch self {
    case .badSpecification(let child, let reason): "child `\(child)`: \(reason)"
    case .duplicateChild(let name): "there is a child `\(name)` already"
    case .unknownChild(let name): "there is no child `\(name)`"
    case .system(let attempt, _, let reason): "cannot \(attempt): \(reason)"
    }
  }
}
