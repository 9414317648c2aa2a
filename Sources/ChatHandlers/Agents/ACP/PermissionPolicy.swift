/// What an agent is told that asks whether it may do something.
///
/// Nobody looks while a chat answers, so by default it may not.
enum PermissionPolicy: String, CaseIterable, Sendable {
  case deny
  case allow
  /// It may do what changes nothing here.
  case readOnly = "read-only"

  /// Whether a tool of this kind may be used; nil is one of an unknown kind.
  func allows(_ kind: String?) -> Bool {
    switch self {
    case .deny: false
    case .allow: true
    case .readOnly: kind.map(PermissionPolicy.harmlessKinds.contains) ?? false
    }
  }

  private static let harmlessKinds: Set<String> = ["read", "search", "fetch", "think"]
}
