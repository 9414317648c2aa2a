internal import JSONLines

/// Collects what was passed over in files, once each.
final class ProblemList {
  private(set) var problems: [Problem] = []

  /// As something to report to.
  var report: (Problem) -> Void {
    { [self] problem in
      if !problems.contains(problem) { problems.append(problem) }
    }
  }

  /// One line each.
  var notes: [String] { problems.map(\.description) }
}
