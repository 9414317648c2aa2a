public import JSONLines

/// One task of the graph: its row, and what this program reads of it.
///
/// The row is kept whole, so that what is not understood here survives every rewrite.
public struct TaskRow: Equatable, Sendable {
  public var object: JSONObject

  public init(_ object: JSONObject) { self.object = object }

  /// Empty when the row has none, which makes it no task.
  public var id: String { object["id"]?.string ?? "" }

  /// `task` or `resource`; rows without a kind count as tasks.
  public var kind: String { object["kind"]?.string ?? "task" }

  public var title: String { object["title"]?.string ?? "" }

  public var status: TaskStatus { TaskStatus(object["status"]?.string ?? "open") }

  /// The number in the row, or the one that an older program's word stands for; 10 when absent.
  public var priority: Int64 {
    if let number = object["priority"]?.int { return number }
    return Self.namedPriorities[object["priority"]?.string ?? ""] ?? 10
  }

  public var tags: [String] { strings("tags") }

  /// The ids of the tasks that come first, whichever name the row has for that.
  public var after: [String] { strings("after") + strings("blocked_by") }

  /// The ids of the tasks that come later, whichever name the row has for that.
  public var before: [String] { strings("before") + strings("blocks") }

  /// The strings of an array member; what is no string is left out.
  func strings(_ key: String) -> [String] { object[key]?.array?.compactMap(\.string) ?? [] }

  /// A string member; nil when it is absent, null, or empty.
  func text(_ key: String) -> String? {
    guard let text = object[key]?.string, !text.isEmpty else { return nil }
    return text
  }

  private static let namedPriorities: [String: Int64] = [
    "critical": 100, "high": 50, "normal": 10, "low": 5, "idle": 0,
  ]
}
