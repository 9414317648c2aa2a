internal import CLinuxShims
internal import Glibc
internal import SystemPackage

/// One deadline, told to the kernel only when it changes.
///
/// `timerfd_create(2)`.
final class DeadlineTimer {
  let descriptor: Descriptor
  /// What the kernel knows of.
  private(set) var armed: Int64?

  init() throws(Errno) {
    let flags = Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK)
    descriptor = Descriptor(owning: try systemCall { timerfd_create(CLOCK_MONOTONIC, flags) })
  }

  /// Readable at this instant of `Clock.monotonic`; nil: not at all.
  func arm(_ deadline: Int64?) throws(Errno) {
    if deadline == armed { return }
    var setting = itimerspec()
    // All zero would disarm; what is past is due at once.
    let instant = deadline.map { max(1, $0) } ?? 0
    setting.it_value.tv_sec = Int(instant / 1_000_000_000)
    setting.it_value.tv_nsec = Int(instant % 1_000_000_000)
    let flags = Int32(TFD_TIMER_ABSTIME)
    try systemCall { timerfd_settime(descriptor.rawValue, flags, &setting, nil) }
    armed = deadline
  }

  /// It has fired: no longer readable, and disarmed.
  func acknowledge() {
    var expirations: UInt64 = 0
    // Nothing to read means that it was armed anew meanwhile.
    if read(descriptor.rawValue, &expirations, 8) == 8 { armed = nil }
  }
}
