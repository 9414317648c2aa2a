/// Where a task stands, as `status` in its row says it.
public enum TaskStatus: Equatable, Sendable {
  case open, inProgress, waiting, done, blocked, failed, abandoned
  case pendingValidation, pendingEvaluation, failedPendingEvaluation, incomplete
  /// A spelling that this program does not know; kept as it is.
  case unknown(String)

  /// The spelling in the graph.
  public init(_ spelling: String) {
    self = Self.spellings.first { $0.spelling == spelling }?.status ?? .unknown(spelling)
  }

  /// The spelling in the graph.
  public var spelling: String {
    if case .unknown(let text) = self { return text }
    return Self.spellings.first { $0.status == self }?.spelling ?? ""
  }

  /// Whether nothing more happens to the task unless somebody reopens it.
  public var isTerminal: Bool { self == .done || self == .failed || self == .abandoned }

  /// Whether tasks that come after one in this status can begin.
  ///
  /// A failed one holds them up until it is retried or abandoned.
  public var finishesDependency: Bool { self == .done || self == .abandoned }

  private static let spellings: [(spelling: String, status: TaskStatus)] = [
    ("open", .open), ("in-progress", .inProgress), ("waiting", .waiting), ("done", .done),
    ("blocked", .blocked), ("failed", .failed), ("abandoned", .abandoned),
    ("pending-validation", .pendingValidation), ("pending-eval", .pendingEvaluation),
    ("failed-pending-eval", .failedPendingEvaluation), ("incomplete", .incomplete),
    // Only ever read: an old program's word for done.
    ("pending-review", .done),
  ]
}
