internal import ChatStorage
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// Whether a dispatcher holds a project: it does exactly while its lock file is locked.
enum DispatcherProbe {
  /// Looks without leaving a trace: a missing lock file is not made.
  ///
  /// Takes the lock, shared, for an instant when it is free; a dispatcher that starts in that very
  /// instant has to try again.
  static func isRunning(_ layout: ProjectLayout) throws(Errno) -> Bool {
    let file: Descriptor
    do throws(Errno) {
      // A pipe in its place would wait for a writer for ever.
      file = try Descriptor.open(layout.dispatcherLock, flags: O_RDONLY | O_NONBLOCK)
    } catch {
      // To whom it is closed, there is none to talk to: what may be read are the files.
      if [.noSuchFileOrDirectory, .notDirectory, .permissionDenied].contains(error) {
        return false
      }
      throw error
    }
    return try FileLock.tryAcquire(file, .shared) == nil
  }
}
