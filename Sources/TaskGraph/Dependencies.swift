/// Which task comes after which: the edges of the graph, and questions about them.
public struct Dependencies: Equatable, Sendable {
  private var after: [String: [String]] = [:]

  public init() {}

  /// Takes in a task with the tasks that come before it.
  ///
  /// The same task again replaces what was known of it, as the last row of an id counts.
  public mutating func set(_ task: String, after others: [String]) {
    after[task] = others.isEmpty ? nil : others
  }

  /// Takes in one more edge.
  public mutating func add(_ task: String, after other: String) {
    if after[task]?.contains(other) != true { after[task, default: []].append(other) }
  }

  /// A way from a task back to itself, with that task at both ends; nil when there is none.
  ///
  /// The first one that is found; the work is linear in the edges that can be reached.
  public func cycle(through task: String) -> [String]? {
    var cameFrom: [String: String] = [:]
    var open = [task]
    while let current = open.popLast() {
      for next in after[current] ?? [] {
        if next == task { return path(to: current, from: task, cameFrom) + [task] }
        guard cameFrom[next] == nil else { continue }
        cameFrom[next] = current
        open.append(next)
      }
    }
    return nil
  }

  private func path(
    to last: String, from first: String, _ cameFrom: [String: String]
  ) -> [String] {
    var steps = [last]
    while let step = steps.last, step != first, let previous = cameFrom[step] {
      steps.append(previous)
    }
    return steps.reversed()
  }
}
