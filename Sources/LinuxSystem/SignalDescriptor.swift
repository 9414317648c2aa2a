internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// A signal that was taken from the queue.
public struct ReceivedSignal: Hashable, Sendable {
  public let signal: Signal
  /// Who sent it, or which child ended; 0 when the kernel did not say.
  public let pid: Int32
  public let user: UInt32
}

/// Signals as something to read.
///
/// `signalfd(2)`.
///
/// Signals of one kind that come before the first is read are one: after SIGCHLD, look at all
/// children.
public final class SignalDescriptor {
  /// Close-on-exec, non-blocking; owned by this object.
  public let descriptor: Descriptor

  /// Blocks the signals in this thread, for good, and queues them here.
  ///
  /// Dispositions that were left ignored become the default. To be made before other threads, which
  /// inherit the mask; a thread that does not block a signal gets it instead.
  public init(_ signals: [Signal]) throws(Errno) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal.rawValue) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    for signal in signals { SignalDisposition.standard.set(for: signal) }
    let flags = Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK)
    descriptor = Descriptor(owning: try systemCall { signalfd(-1, &set, flags) })
  }

  /// The next signal; nil when there is none.
  ///
  /// Never blocks.
  public func read() throws(Errno) -> ReceivedSignal? {
    var record = signalfd_siginfo()
    do throws(Errno) {
      try systemCall {
        Glibc.read(descriptor.rawValue, &record, MemoryLayout.size(ofValue: record))
      }
    } catch {
      if error == .wouldBlock { return nil }
      throw error
    }
    return ReceivedSignal(
      signal: Signal(rawValue: Int32(bitPattern: record.ssi_signo)),
      pid: Int32(bitPattern: record.ssi_pid), user: record.ssi_uid)
  }
}
