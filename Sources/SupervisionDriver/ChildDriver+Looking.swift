internal import LinuxSystem

/// What the loop had no room for (`epoll_ctl(2)`: ENOSPC, ENOMEM) is looked at by hand: an end that
/// nobody saw would be waited for without end.
extension ChildDriver {
  private static let interval: Int64 = 250_000_000

  /// Looks again and again, until `isOver` says that there is nothing more to see.
  func look(until isOver: @escaping () -> Bool) {
    looks.append(isOver)
    if lookAt == nil { lookAt = Clock.monotonic + Self.interval }
  }

  func lookWhenDue() {
    guard let due = lookAt, due <= Clock.monotonic else { return }
    let present = looks
    looks = []
    let left = present.filter { !$0() }
    // A look may have found more to look at.
    looks += left
    lookAt = looks.isEmpty ? nil : Clock.monotonic + Self.interval
  }
}
