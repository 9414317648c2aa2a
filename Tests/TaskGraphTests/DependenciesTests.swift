import TaskGraph
import Testing

struct DependenciesTests {
  @Test func `a task that comes after itself is its own way round`() {
    var graph = Dependencies()
    graph.set("a", after: ["a"])
    #expect(graph.cycle(through: "a") == ["a", "a"])
  }

  @Test func `the way round names every task on it, in order`() {
    var graph = Dependencies()
    graph.set("a", after: ["x", "b"])
    graph.set("b", after: ["c"])
    graph.set("c", after: ["y", "a"])
    #expect(graph.cycle(through: "a") == ["a", "b", "c", "a"])
    #expect(graph.cycle(through: "b") == ["b", "c", "a", "b"])
  }

  @Test func `a round that does not pass through the task is not its round`() {
    var graph = Dependencies()
    graph.set("new", after: ["a"])
    graph.set("a", after: ["b"])
    graph.set("b", after: ["a"])
    #expect(graph.cycle(through: "new") == nil)
  }

  @Test func `of a task that is set twice the last counts`() {
    var graph = Dependencies()
    graph.set("a", after: ["b"])
    graph.set("b", after: ["a"])
    graph.set("b", after: [])
    #expect(graph.cycle(through: "a") == nil)
  }

  /// Tasks that only come after earlier ones make no round; one edge back makes exactly the rounds that
  /// use it, and what is reported is a way along edges that exist.
  @Test(arguments: 1...200)
  func `in random graphs a round is found exactly when there is one`(_ seed: UInt64) throws {
    var random = SplitMix(seed)
    let count = Int(random.next() % 40) + 2
    var edges: [Int: Set<Int>] = [:]
    for task in 1..<count {
      for _ in 0..<(random.next() % 4) {
        edges[task, default: []].insert(Int(random.next() % UInt64(task)))
      }
    }
    #expect((0..<count).allSatisfy { graph(edges).cycle(through: "\($0)") == nil }, "seed \(seed)")

    let low = Int(random.next() % UInt64(count - 1))
    let high = low + 1 + Int(random.next() % UInt64(count - 1 - low))
    let isReachable = reaches(low, from: high, edges)
    edges[low, default: []].insert(high)
    let cycle = graph(edges).cycle(through: "\(low)")
    #expect((cycle != nil) == isReachable, "seed \(seed)")
    guard let steps = cycle?.compactMap({ Int($0) }) else { return }
    #expect(steps.first == low && steps.last == low, "seed \(seed)")
    #expect(
      zip(steps, steps.dropFirst()).allSatisfy { edges[$0]?.contains($1) == true }, "seed \(seed)")
  }

  private func graph(_ edges: [Int: Set<Int>]) -> Dependencies {
    var graph = Dependencies()
    for (task, others) in edges { graph.set("\(task)", after: others.sorted().map(String.init)) }
    return graph
  }

  private func reaches(_ target: Int, from start: Int, _ edges: [Int: Set<Int>]) -> Bool {
    start == target || (edges[start] ?? []).contains { reaches(target, from: $0, edges) }
  }
}

private struct SplitMix {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
