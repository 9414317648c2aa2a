internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// A folder of the cgroup v2 tree: a set of processes that no descendant escapes.
///
/// `cgroups(7)`.
public struct ControlGroup: Hashable, Sendable {
  /// The folder, absolute.
  public let path: FilePath

  package init(path: FilePath) { self.path = path }

  /// The last part of the path.
  public var name: String { path.lastComponent?.string ?? "" }

  /// A group below this one, which need not be there.
  public func child(_ name: String) -> ControlGroup { ControlGroup(path: path.appending(name)) }

  /// Whether the folder is there.
  public var exists: Bool { (try? FileStatus.of(path))?.kind == .directory }

  /// A group below this one, made unless it is there.
  ///
  /// `mkdir(2)`.
  ///
  /// The name must be one folder's, or it is EINVAL.
  public func makeChild(_ name: String) throws(Errno) -> ControlGroup {
    guard !name.isEmpty, name != ".", name != "..",
      !name.utf8.contains(where: { $0 == 0 || $0 == 47 })
    else { throw .invalidArgument }
    let child = ControlGroup(path: path.appending(name))
    do throws(Errno) {
      try systemCall { child.path.withPlatformString { mkdir($0, 0o755) } }
    } catch {
      if error != .fileExists { throw error }
    }
    return child
  }

  /// The groups below this one, in no order.
  public func children() throws(Errno) -> [ControlGroup] {
    try Directory.names(in: path).map { ControlGroup(path: path.appending($0)) }
      .filter { (try? FileStatus.of($0.path))?.kind == .directory }
  }

  /// The folder, for `SpawnRequest.controlGroup`.
  public func open() throws(Errno) -> Descriptor {
    try Descriptor.open(path, flags: O_RDONLY | O_DIRECTORY)
  }

  /// Whether a process that has not been reaped is in this group or below; false when the group is
  /// gone.
  ///
  /// `GroupPopulation` tells when it changes.
  public func isPopulated() throws(Errno) -> Bool {
    guard let text = try text(of: "cgroup.events") else { return false }
    return text.split(separator: "\n").contains("populated 1")
  }

  /// The processes in this group and below, without those of one group below; empty when it is gone.
  public func processes(except spared: ControlGroup? = nil) throws(Errno) -> [Int32] {
    guard self != spared, let text = try text(of: "cgroup.procs") else { return [] }
    // Who is in a PID namespace that cannot be seen from here is a 0.
    let own = text.split(separator: "\n").compactMap { Int32($0) }.filter { $0 > 0 }
    return try children().reduce(into: own) { (all, child) in
      all += (try? child.processes(except: spared)) ?? []
    }
  }

  /// Sends a signal to every process in this group and below that is there now.
  ///
  /// Each is signalled through a descriptor that was opened while it was a member, so that a number
  /// that passed to another process meanwhile does no harm. One that is born during the call may be
  /// missed: only `kill` reaches all. Not an error when the group is gone.
  public func signal(_ signal: Signal) throws(Errno) {
    for process in try members() { try? process.signal(signal) }
  }

  /// Descriptors of the processes in this group and below; a second look tells that each was still a
  /// member when its descriptor was opened.
  func members(except spared: ControlGroup? = nil) throws(Errno) -> [ProcessDescriptor] {
    let opened = try processes(except: spared).compactMap { try? ProcessDescriptor.open($0) }
    if opened.isEmpty { return [] }
    let still = Set(try processes(except: spared))
    return opened.filter { still.contains($0.pid) && $0.isAlive }
  }

  /// Sends SIGKILL to every process in this group and below, those included that are being born.
  ///
  /// Before Linux 5.14 one by one, until a look finds nobody new. Not an error when it is gone.
  public func kill() throws(Errno) {
    do throws(Errno) {
      try Descriptor.open(path.appending("cgroup.kill"), flags: O_WRONLY).writeAll("1".utf8)
    } catch {
      guard error == .noSuchFileOrDirectory else { throw error }
      try killOneByOne()
    }
  }

  package func killOneByOne() throws(Errno) {
    var known: Set<Int32> = []
    while true {
      let new = try processes().filter { known.insert($0).inserted }
      if new.isEmpty { return }
      for pid in new { _ = Glibc.kill(pid, SIGKILL) }
    }
  }

  /// Removes the group and those below; EBUSY while a process is in one of them.
  ///
  /// Not an error when it is gone. `rmdir(2)`.
  public func remove() throws(Errno) {
    do throws(Errno) {
      for child in try children() { try child.remove() }
      try systemCall { path.withPlatformString { rmdir($0) } }
    } catch {
      if error != .noSuchFileOrDirectory { throw error }
    }
  }

  /// The contents of one of the group's files.
  ///
  /// Nil when the group or the file is not there, also when it went in between (ENODEV).
  func text(of file: String) throws(Errno) -> String? {
    do throws(Errno) {
      let bytes = try Descriptor.open(path.appending(file), flags: O_RDONLY).readToEnd()
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      if error == .noSuchFileOrDirectory || error.rawValue == ENODEV { return nil }
      throw error
    }
  }
}
