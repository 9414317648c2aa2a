import Glibc
import Synchronization

/// A block that runs in a thread of its own.
final class BackgroundThread {
  private var thread = pthread_t()
  private let job: Job

  init(_ body: @escaping @Sendable () throws -> Void) {
    job = Job(body)
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(job).toOpaque())
  }

  /// Waits for its end; throws what it threw.
  func join() throws {
    pthread_join(thread, nil)
    if let error = job.error.withLock({ $0 }) { throw error }
  }

  private final class Job: Sendable {
    let error = Mutex<(any Error)?>(nil)
    private let body: @Sendable () throws -> Void

    init(_ body: @escaping @Sendable () throws -> Void) { self.body = body }

    func run() {
      do { try body() } catch { self.error.withLock { [error] in $0 = error } }
    }
  }
}

/// A flag that one thread sets and another reads.
final class Flag: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}

/// Sentences that one thread writes and another reads.
final class Findings: Sendable {
  private let sentences = Mutex<[String]>([])

  var first: String? { sentences.withLock { $0.first } }
  func add(_ sentence: String) { sentences.withLock { $0.append(sentence) } }
}
