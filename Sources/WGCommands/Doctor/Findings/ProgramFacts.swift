internal import SystemPackage

/// The programs that belong to this one.
struct ProgramFacts {
  struct Program: Equatable {
    let name: String
    /// Nil when it is nowhere.
    let path: FilePath?
    /// Nil when it did not say.
    let version: String?
  }

  /// Of `wg` itself.
  let version: String
  let programs: [Program]
}

extension ProgramFacts {
  var findings: [Finding] {
    let bad = programs.compactMap(finding)
    if !bad.isEmpty { return bad }
    let places = programs.compactMap { $0.path?.removingLastComponent().string }
    return [
      .ok(
        .programs,
        "\(programs.map(\.name).joined(separator: " and ")) \(version) in "
          + Listing.of(Set(places).sorted()))
    ]
  }

  private func finding(_ program: Program) -> Finding? {
    guard let path = program.path else {
      return .problem(
        .programs, "\(program.name) is neither beside `wg` nor in PATH",
        meaning: "no dispatcher can be started from here, or no handler by it",
        advice: "install all programs of wg into one folder")
    }
    guard let version = program.version else {
      return .problem(
        .programs, "\(path) does not run", meaning: "`\(program.name) --version` said nothing",
        advice: "run it by hand, and install it anew")
    }
    guard version != self.version else { return nil }
    return .warning(
      .programs, "\(path) is version \(version), and `wg` is \(self.version)",
      meaning: "they are not made for each other",
      advice: "install all programs of wg from one release")
  }
}
