internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Where requests come in: a socket of this dispatcher's own, or those that a service manager holds.
struct ControlSocket {
  let listeners: [StreamListener]
  /// Where clients find it.
  let path: FilePath
  /// Somebody else made it and keeps it: requests that come after this dispatcher wait for the next.
  let isPassed: Bool
  let peers: PeerRule

  /// What the service manager passed to this process; to be called once, before all else.
  static func takePassed() throws(StorageError) -> PassedDescriptors {
    do throws(Errno) {
      return try PassedDescriptors.take()
    } catch {
      throw StorageError(
        file: "LISTEN_FDS", kind: .input,
        reason: "it announces a descriptor that is not open; unset it, or have the service manager "
          + "pass what it announces")
    }
  }

  /// Takes the sockets that were passed, or listens at `path` where none were.
  ///
  /// `mode` is that of a socket of our own.
  static func open(
    passed: PassedDescriptors, path: FilePath, mode: UInt32
  ) throws(StorageError) -> ControlSocket {
    if passed.all.isEmpty {
      let listener = try listen(path, mode: mode)
      return ControlSocket(
        listeners: [listener], path: path, isPassed: false, peers: try PeerRule.of(path))
    }
    var listeners: [StreamListener] = []
    for (name, descriptor) in passed.all { listeners.append(try adopt(descriptor, name)) }
    let name = try StorageError.about(path) { () throws(Errno) in try listeners[0].path() }
    return ControlSocket(
      listeners: listeners, path: name ?? path, isPassed: true,
      peers: try name.map { path throws(StorageError) in try PeerRule.of(path) } ?? PeerRule())
  }

  private static func adopt(
    _ descriptor: Descriptor, _ name: String
  ) throws(StorageError) -> StreamListener {
    do throws(Errno) {
      return try StreamListener(adopting: descriptor)
    } catch {
      throw StorageError(
        file: FilePath("descriptor \(descriptor.rawValue) (\(name))"), kind: .input,
        reason: "it was passed by the service manager and is no listening Unix stream socket; "
          + "a socket unit for wg has ListenStream= with a path, and no Accept=yes")
    }
  }

  private static func listen(
    _ path: FilePath, mode: UInt32
  ) throws(StorageError) -> StreamListener {
    try removeForgottenLink(path)
    return try StorageError.about(path) { () throws(Errno) in
      try StreamListener.listen(path, mode: mode, replacingStale: true)
    }
  }

  /// A socket unit puts a link there.
  ///
  /// One that leads to nobody is what is left of a unit that is gone. Whether somebody listens is not
  /// found out by connecting: that would have the unit's own dispatcher started beside this one.
  private static func removeForgottenLink(_ path: FilePath) throws(StorageError) {
    let isLink = try StorageError.about(path) { () throws(Errno) in
      try FileStatus.of(path)?.kind == .symbolicLink
    }
    guard isLink else { return }
    let target = try? path.resolvingSymbolicLinks()
    // Where that cannot be read, somebody may listen.
    if let target, ListeningSockets.paths()?.contains(target.string) != false {
      throw StorageError(
        file: path, kind: .locked,
        reason: "a systemd socket unit listens for this project; start its service with "
          + "systemctl, or stop the socket unit first")
    }
    _ = try StorageError.about(path) { () throws(Errno) in try AtomicFile.remove(path) }
  }

  /// Whether somebody wants in who has not been let in.
  var hasCaller: Bool { listeners.contains { (try? $0.hasCaller()) == true } }

  /// A socket of our own goes with us; one that was passed stays for the next request.
  func remove() {
    if !isPassed { _ = try? AtomicFile.remove(path) }
  }
}
