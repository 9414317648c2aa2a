internal import Glibc
internal import SystemPackage

/// Who is there, as `/proc` tells: a picture that may be old when it is looked at.
public enum ProcessTable {
  /// `S`, `D`, `Z` and so on (`ProcessStatus.state`); nil when there is no such process.
  public static func state(_ pid: Int32) -> Character? { ProcessStatus.of(pid)?.state }

  public static func parent(_ pid: Int32) -> Int32? { ProcessStatus.of(pid)?.parent }
  public static func group(_ pid: Int32) -> Int32? { ProcessStatus.of(pid)?.group }
  public static func session(_ pid: Int32) -> Int32? { ProcessStatus.of(pid)?.session }

  /// Whether a process in this state runs no more.
  public static func hasEnded(_ state: Character) -> Bool { state == "Z" || state == "X" }

  /// When the process started, in nanoseconds since 1970 by today's wall clock; nil when there is
  /// no such process.
  ///
  /// Good to a clock tick, and as wrong as the clock was set since boot.
  public static func startedAtWall(_ pid: Int32) -> Int64? {
    let ticksPerSecond = UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
    guard let ticks = ProcessStatus.of(pid)?.startTicks, let boot = bootSecond() else { return nil }
    let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: ticksPerSecond)
    let since = boot.addingReportingOverflow(Int64(clamping: seconds)).partialValue
    let (whole, overflow) = since.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? nil : whole + Int64(rest * 1_000_000_000 / ticksPerSecond)
  }

  private static func bootSecond() -> Int64? {
    let lines = ProcessFolder.read("stat")?.split(separator: UInt8(ascii: "\n")) ?? []
    let prefix = Array("btime ".utf8)
    guard let line = lines.first(where: { $0.starts(with: prefix) }) else { return nil }
    return Int64(String(decoding: line.dropFirst(prefix.count), as: UTF8.self))
  }

  /// Everybody, in no order.
  public static func all() -> [ProcessStatus] {
    (ProcessFolder.numbers(in: "") ?? []).compactMap(ProcessStatus.of)
  }

  /// The members of a process group that have not ended.
  public static func liveMembers(ofGroup group: Int32) -> [ProcessStatus] {
    all().filter { $0.group == group && !hasEnded($0.state) }
  }

  /// Whether no process has this group, zombies included; a group with members that this process
  /// may not signal is not empty.
  ///
  /// `kill(2)` with signal 0.
  public static func groupIsEmpty(_ group: Int32) -> Bool {
    guard group > 1 else { return false }
    return kill(-group, 0) == -1 && errno == ESRCH
  }
}

extension ProcessTable {
  /// The children of a process, zombies included; none when there is no such process.
  ///
  /// From `/proc/PID/task/TID/children`, and where the kernel lacks it from everybody's parent.
  public static func children(of pid: Int32) -> [Int32] {
    guard pid > 0 else { return [] }
    return listedChildren(of: pid) ?? scannedChildren(of: pid)
  }

  /// The children of this process, adopted orphans included.
  public static func ownChildren() -> [Int32] { children(of: getpid()) }

  /// Children, their children and so on, nearest first.
  public static func descendants(of pid: Int32) -> [Int32] {
    var found: [Int32] = []
    var known: Set<Int32> = [pid]
    var generation = [pid]
    while !generation.isEmpty {
      // The picture changes while it is taken; `known` keeps a reused number from looping.
      generation = generation.flatMap(children).filter { known.insert($0).inserted }
      found += generation
    }
    return found
  }

  /// Nil where the kernel was built without CONFIG_PROC_CHILDREN.
  static func listedChildren(of pid: Int32) -> [Int32]? {
    let threads = ProcessFolder.numbers(in: "\(pid)/task") ?? []
    let lists = threads.compactMap { ProcessFolder.read("\(pid)/task/\($0)/children") }
    if lists.isEmpty { return ProcessStatus.of(pid) == nil ? [] : nil }
    return lists.flatMap(numbers)
  }

  /// Without a string for each: a supervisor looks at all its children whenever one ends.
  static func numbers(_ list: [UInt8]) -> [Int32] {
    var numbers: [Int32] = []
    var number: Int32?
    for byte in list {
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        number = (number ?? 0) &* 10 &+ Int32(byte - UInt8(ascii: "0"))
      } else if let read = number {
        numbers.append(read)
        number = nil
      }
    }
    return number.map { numbers + [$0] } ?? numbers
  }

  static func scannedChildren(of pid: Int32) -> [Int32] {
    all().filter { $0.parent == pid }.map(\.pid)
  }
}
