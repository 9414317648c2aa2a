internal import Glibc

/// Who a process is, in a form that can be kept in a file: numbers alone are used again.
public struct ProcessIdentity: Hashable, Sendable {
  public let pid: Int32
  /// Clock ticks between boot and the start of the process: field 22 of `/proc/PID/stat`.
  public let startTime: UInt64
  /// `/proc/sys/kernel/random/boot_id`.
  public let bootID: String

  public init(pid: Int32, startTime: UInt64, bootID: String) {
    self.pid = pid
    self.startTime = startTime
    self.bootID = bootID
  }

  /// Of the process with this number; nil when there is none.
  ///
  /// A zombie still has its identity.
  public static func of(_ pid: Int32) -> ProcessIdentity? {
    guard let status = ProcessStatus.of(pid), let bootID = currentBootID else { return nil }
    return ProcessIdentity(pid: pid, startTime: status.startTicks, bootID: bootID)
  }

  /// Whether this very process is there and has not ended; a zombie has ended.
  public var isStillRunning: Bool {
    guard let status = ProcessStatus.of(pid) else { return false }
    return status.startTicks == startTime && bootID == Self.currentBootID
      && !ProcessTable.hasEnded(status.state)
  }

  /// A descriptor of this very process; nil when it is gone, or its number means another by now.
  public func open() -> ProcessDescriptor? {
    guard let descriptor = try? ProcessDescriptor.open(pid), isStillRunning else { return nil }
    return descriptor
  }

  /// Of the running system; nil without `/proc`.
  public static let currentBootID: String? = {
    guard let bytes = ProcessFolder.read("sys/kernel/random/boot_id") else { return nil }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }()
}
