internal import Glibc
internal import SupervisionSimulator

/// What some schedules led to, added up.
struct Tally: Sendable {
  var schedules: UInt64 = 0
  var events: UInt64 = 0
  var coverage = Coverage()
  /// The lowest one that broke something.
  var failedSeed: UInt64?

  mutating func add(_ outcome: Simulation.Outcome, seed: UInt64) {
    schedules += 1
    events += UInt64(outcome.events)
    coverage.merge(outcome.coverage)
    if outcome.violation != nil { failedSeed = min(failedSeed ?? seed, seed) }
  }

  mutating func merge(_ other: Tally) {
    schedules += other.schedules
    events += other.events
    coverage.merge(other.coverage)
    failedSeed = [failedSeed, other.failedSeed].compactMap { $0 }.min()
  }
}

/// Shares the seeds among threads, which share nothing else.
struct Campaign {
  private let options: Options

  init(_ options: Options) { self.options = options }

  func run() -> Tally {
    let workers = (0..<options.threads).map { Worker(options, first: $0) }
    let threads = workers.map { $0.begin() }
    var tally = Tally()
    for (worker, thread) in zip(workers, threads) {
      if let thread { pthread_join(thread, nil) } else { worker.work() }
      tally.merge(worker.tally)
    }
    return tally
  }
}

/// One thread's share.
///
/// Only that thread touches it until it is joined.
private final class Worker {
  private let options: Options
  private let first: UInt64
  private(set) var tally = Tally()

  init(_ options: Options, first: UInt64) {
    self.options = options
    self.first = first
  }

  /// Nil when there is no thread to be had.
  func begin() -> pthread_t? {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(self).toOpaque()
    let problem = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Worker>.fromOpaque(argument).takeRetainedValue().work()
        return nil
      }, argument)
    if problem == 0 { return thread }
    Unmanaged<Worker>.fromOpaque(argument).release()
    return nil
  }

  /// Ends early at the first failure.
  func work() {
    var index = first
    while index < options.schedules, tally.failedSeed == nil {
      let seed = options.seed &+ index
      tally.add(Simulation.run(Schedule(drawnFrom: seed)), seed: seed)
      index += options.threads
    }
  }
}
