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

  /// The kinds of options that allow something, the better one first: only one who allows
  /// everything may say so for ever.
  var allowances: [String] {
    switch self {
    case .deny, .readOnly: ["allow_once"]
    case .allow: ["allow_once", "allow_always"]
    }
  }

  static let rejections = ["reject_once", "reject_always"]

  private static let harmlessKinds: Set<String> = ["read", "search", "fetch", "think"]
}
