internal import LinuxSystem
internal import SystemPackage

/// Writes to a pipe as fast as the other side reads, and never waits for it.
final class OutputQueue {
  private static let limit = 16 << 20

  private let loop: EventLoop
  private var output: Descriptor?
  private var registration: EventLoop.Registration?
  private var unsent: ArraySlice<UInt8> = []
  private var isFinished = false

  /// `output` is non-blocking; it is closed when everything is written after `finish`.
  init(_ output: Descriptor, loop: EventLoop) {
    self.output = output
    self.loop = loop
  }

  deinit { registration.map(loop.remove) }

  /// Sends the bytes, now or as soon as somebody reads.
  ///
  /// Left out while too much is unsent: one who asks and does not read gets no answer.
  func send(_ bytes: [UInt8]) {
    guard unsent.count <= OutputQueue.limit else { return }
    unsent += bytes
    write()
  }

  /// Nothing will follow.
  func finish() {
    isFinished = true
    write()
  }

  private func write() {
    guard let output else { return }
    do throws(Errno) {
      while !unsent.isEmpty, case .wrote(let count) = try output.writeAvailable(unsent) {
        unsent = unsent.dropFirst(count)
      }
    } catch {
      // Nobody reads any more: what the program does, or its end, tells the rest.
      unsent = []
    }
    if unsent.isEmpty { unsent = [] }
    watch(output, !unsent.isEmpty)
    if unsent.isEmpty && isFinished { self.output = nil }
  }

  private func watch(_ output: Descriptor, _ isWanted: Bool) {
    if isWanted == (registration != nil) { return }
    if let registration {
      loop.remove(registration)
      self.registration = nil
    } else {
      registration = try? loop.add(output, for: .writable) { [unowned self] _ in write() }
    }
  }
}
