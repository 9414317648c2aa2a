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
  /// A change makes `eventsFile` modified for a `FileWatcher`.
  public func isPopulated() throws(Errno) -> Bool {
    guard let text = try text(of: "cgroup.events") else { return false }
    return text.split(separator: "\n").contains("populated 1")
  }

  /// Where the kernel tells of the first and the last process.
  public var eventsFile: FilePath { path.appending("cgroup.events") }

  /// The processes in this group and below; empty when it is gone.
  public func processes() throws(Errno) -> [Int32] {
    guard let text = try text(of: "cgroup.procs") else { return [] }
    return try children().reduce(into: text.split(separator: "\n").compactMap { Int32($0) }) {
      (all, child) in all += (try? child.processes()) ?? []
    }
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

  /// Nil when the group is gone, also in between (ENODEV).
  private func text(of file: String) throws(Errno) -> String? {
    do throws(Errno) {
      let bytes = try Descriptor.open(path.appending(file), flags: O_RDONLY).readToEnd()
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      if error == .noSuchFileOrDirectory || error.rawValue == ENODEV { return nil }
      throw error
    }
  }
}
