internal import Glibc
internal import SystemPackage

/// How much memory processes take, as `/proc` tells.
public enum ProcessMemory {
  /// Bytes that lie in memory for a process and everything below it, shared pages counted for each;
  /// nil when there is no such process.
  ///
  /// proc_pid_statm(5).
  public static func resident(ofTree pid: Int32) -> Int64? {
    guard let own = resident(pid) else { return nil }
    return ProcessTable.descendants(of: pid).reduce(own) { $0 + (resident($1) ?? 0) }
  }

  /// Bytes that lie in memory for one process; nil when there is none of that number.
  public static func resident(_ pid: Int32) -> Int64? {
    guard pid > 0, let line = ProcessFolder.read("\(pid)/statm") else { return nil }
    let fields = line.split(separator: UInt8(ascii: " "))
    guard fields.count > 1, let pages = Int64(String(decoding: fields[1], as: UTF8.self)) else {
      return nil
    }
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: Int64(getpagesize()))
    return overflow ? nil : bytes
  }
}
