/// What stays of this user's services without a login.
struct LoginFacts {
  let user: String
  let isRoot: Bool
  let isBooted: Bool
  let hasManager: Bool
  let lingers: Bool
  /// Whether the project's unit belongs to the user's own manager.
  var servesProject = false
}

extension LoginFacts {
  /// Nothing where services of the user do not come into question.
  var findings: [Finding] {
    guard isBooted, servesProject || !isRoot else { return [] }
    return [managerFinding, lingerFinding]
  }

  private var managerFinding: Finding {
    if hasManager { return .ok(.userManager, "the service manager of \(user) runs") }
    let text = "the service manager of \(user) is not reachable"
    guard servesProject else {
      return .note(
        .userManager, text,
        meaning: "user units cannot be used from this session",
        advice: "log in anew, not through su or sudo, or use `machinectl shell \(user)@`")
    }
    return .problem(
      .userManager, text, meaning: "the unit that serves this project cannot run",
      advice: "loginctl enable-linger \(user)")
  }

  private var lingerFinding: Finding {
    if lingers { return .ok(.linger, "services of \(user) run without a login") }
    let text = "services of \(user) end with the last logout (no lingering)"
    let advice = "loginctl enable-linger \(user)"
    guard servesProject else { return .note(.linger, text, advice: advice) }
    return .warning(
      .linger, text,
      meaning: "the dispatcher of this project stops at logout and does not start at boot",
      advice: advice)
  }
}
