import Glibc
import Synchronization

/// Runs `body` in so many threads at once and throws the first error.
func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
  let results = Results()
  var threads: [pthread_t] = []
  for index in 0..<count {
    let job = Job(index: index, body: body, results: results)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(job).toOpaque())
    if code == 0 { threads.append(thread) }
  }
  for thread in threads { pthread_join(thread, nil) }
  if let error = results.first { throw error }
}

private final class Results: Sendable {
  private let errors = Mutex<[any Error]>([])
  var first: (any Error)? { errors.withLock { $0.first } }
  func add(_ error: any Error) { errors.withLock { $0.append(error) } }
}

private final class Job: Sendable {
  let index: Int
  let body: @Sendable (Int) throws -> Void
  let results: Results

  init(index: Int, body: @escaping @Sendable (Int) throws -> Void, results: Results) {
    self.index = index
    self.body = body
    self.results = results
  }

  func run() {
    do { try body(index) } catch { results.add(error) }
  }
}
