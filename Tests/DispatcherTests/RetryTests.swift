import Testing

@testable import Dispatcher

@Suite struct RetryTests {
  private let second: Int64 = 1_000_000_000

  @Test func `what failed is tried later and later, once a minute at last`() {
    var retry = Retry()
    var now: Int64 = 0
    var waits: [Int64] = []
    for _ in 0..<12 {
      retry.failed(at: now)
      let due = retry.dueAt ?? 0
      waits.append(due - now)
      let wasEarly = retry.takeDue(at: due - 1)
      let isDue = retry.takeDue(at: due)
      #expect(!wasEarly && isDue)
      #expect(retry.dueAt == nil, "it is said once")
      now = due
    }
    #expect(waits.prefix(4) == [second / 4, second / 2, second, 2 * second])
    #expect(waits.last == 60 * second)
    #expect(waits == waits.sorted())
  }

  @Test func `another failure meanwhile puts nothing off, and success begins anew`() {
    var retry = Retry()
    retry.failed(at: 0)
    retry.failed(at: 200_000_000)
    #expect(retry.dueAt == second / 4)
    retry.succeeded()
    #expect(retry.dueAt == nil)
    retry.failed(at: second)
    #expect(retry.dueAt == second + second / 4)
  }
}
