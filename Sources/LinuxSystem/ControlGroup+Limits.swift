internal import Glibc
public import SystemPackage

extension ControlGroup {
  /// The parts of the kernel that can limit a group, as far as they are used here.
  public enum Controller: String, CaseIterable, Sendable { case memory, pids }

  /// What everything in a group and below may have together; nil is no limit.
  public struct Limits: Equatable, Sendable {
    /// Bytes; beyond them processes of the group are killed.
    public var memoryMax: Int64?
    /// Bytes; beyond them they are slowed down and memory is taken back.
    public var memoryHigh: Int64?
    /// Processes and threads; beyond them none can be started (EAGAIN).
    public var tasksMax: Int64?

    public init(memoryMax: Int64? = nil, memoryHigh: Int64? = nil, tasksMax: Int64? = nil) {
      self.memoryMax = memoryMax
      self.memoryHigh = memoryHigh
      self.tasksMax = tasksMax
    }

    fileprivate var files: [(name: String, value: Int64?)] {
      [("memory.max", memoryMax), ("memory.high", memoryHigh), ("pids.max", tasksMax)]
    }
  }

  /// A limit that the kernel did not take.
  public struct LimitRefusal: Error, Equatable, Sendable {
    /// `memory.max` and so on.
    public let file: String
    /// ENOENT: the controller is not there for this group.
    public let errno: Errno
  }

  /// Sets all limits, removing those that are nil; gives back those that could not be set.
  ///
  /// A limit that is nil and cannot be written was not there. When memory runs out all processes of
  /// the group are killed together (`memory.oom.group`, Linux 4.19): half a handler is of no use.
  /// Does not wait until memory above a new limit is taken back (O_NONBLOCK, where the kernel knows
  /// it for these files). `cgroups(7)`, Documentation/admin-guide/cgroup-v2.rst.
  public func apply(_ limits: Limits) -> [LimitRefusal] {
    _ = write("1", to: "memory.oom.group")
    return limits.files.compactMap { file, value in
      let refusal = write(value.map(String.init) ?? "max", to: file)
      return value == nil ? nil : refusal
    }
  }

  private func write(_ text: String, to file: String) -> LimitRefusal? {
    do throws(Errno) {
      try Descriptor.open(path.appending(file), flags: O_WRONLY | O_NONBLOCK).writeAll(text.utf8)
      return nil
    } catch {
      return LimitRefusal(file: file, errno: error)
    }
  }
}

extension ControlGroup {
  /// What everything in a group and below has now; nil where the controller is not there.
  public struct Usage: Equatable, Sendable {
    /// Bytes.
    public var memory: Int64?
    /// Bytes, the most there ever was; from Linux 5.19 on.
    public var memoryPeak: Int64?
    /// Processes and threads.
    public var tasks: Int64?
  }

  /// All nil when the group is gone.
  public func usage() -> Usage {
    Usage(
      memory: number(in: "memory.current"), memoryPeak: number(in: "memory.peak"),
      tasks: number(in: "pids.current"))
  }

  /// The limits that are in force; nil where there is none, or no controller.
  public func limits() -> Limits {
    Limits(
      memoryMax: number(in: "memory.max"), memoryHigh: number(in: "memory.high"),
      tasksMax: number(in: "pids.max"))
  }

  /// How often the group's limits were met since it was made; 0 where the controller is not there.
  public struct LimitHits: Equatable, Sendable {
    /// Processes that the kernel killed because memory ran out.
    public var memoryKills: Int64 = 0
    /// Processes and threads that could not be started.
    public var refusedTasks: Int64 = 0

    public init(memoryKills: Int64 = 0, refusedTasks: Int64 = 0) {
      self.memoryKills = memoryKills
      self.refusedTasks = refusedTasks
    }
  }

  /// Before Linux 6.11 refusals below the group are counted there only.
  public func limitHits() -> LimitHits {
    LimitHits(
      memoryKills: counter("oom_kill", in: "memory.events"),
      refusedTasks: counter("max", in: "pids.events"))
  }

  /// Nil for `max`, too.
  private func number(in file: String) -> Int64? {
    guard let text = (try? text(of: file)) ?? nil else { return nil }
    return text.split(separator: "\n").first.flatMap { Int64($0) }
  }

  private func counter(_ key: String, in file: String) -> Int64 {
    guard let text = (try? text(of: file)) ?? nil else { return 0 }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == key { return Int64(words[1]) ?? 0 }
    }
    return 0
  }
}
