internal import LinuxSystem

/// All processes at one moment, arranged so that a handler's can be found.
struct ProcessPicture {
  private let statuses: [Int32: ProcessStatus]
  private let children: [Int32: [Int32]]

  init(_ all: [ProcessStatus]) {
    statuses = Dictionary(all.map { ($0.pid, $0) }) { first, _ in first }
    children = Dictionary(grouping: all, by: \.parent).mapValues { $0.map(\.pid) }
  }

  static func take() -> ProcessPicture { ProcessPicture(ProcessTable.all()) }

  func status(_ pid: Int32) -> ProcessStatus? { statuses[pid] }

  /// Those that descend from one of `roots`, the roots included.
  func family(of roots: some Sequence<Int32>) -> [ProcessStatus] {
    var found: [ProcessStatus] = []
    var known: Set<Int32> = []
    var waiting = Array(roots)
    while let pid = waiting.popLast() {
      guard known.insert(pid).inserted, let status = statuses[pid] else { continue }
      found.append(status)
      waiting += children[pid] ?? []
    }
    return found
  }

  /// The members of a process group, and of a session of that number.
  func members(ofGroupOrSession number: Int32) -> [ProcessStatus] {
    statuses.values.filter { $0.group == number || $0.session == number }
  }
}
