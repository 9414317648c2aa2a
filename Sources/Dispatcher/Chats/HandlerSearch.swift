internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage

/// Finds the live process that holds a chat's session lock.
enum HandlerSearch {
  /// Nil when nobody does; what a dead handler left is removed on the way.
  ///
  /// The file names the holder. Where it names nobody alive but is locked, whoever has it open holds
  /// the lock: the dispatcher may have died between the spawn and the writing of the number.
  static func holder(of directory: FilePath) -> ProcessDescriptor? {
    if let named = (try? SessionLock.holder(directory))?.pid, named != CurrentProcess.pid,
      let process = try? ProcessDescriptor.open(named), process.isAlive
    {
      return process
    }
    if (try? SessionLock.removeStale(directory)) != false { return nil }
    let openers = (try? SessionLock.openers(directory)) ?? []
    return openers.lazy.compactMap { try? ProcessDescriptor.open($0) }.first { $0.isAlive }
  }
}
