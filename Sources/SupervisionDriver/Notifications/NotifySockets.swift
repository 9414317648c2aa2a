package import LinuxSystem
package import SupervisionCore
package import SystemPackage

/// The sockets at which handlers are listened to, as files of a folder that is the owner's alone.
///
/// Whoever may send to a socket may fill its queue, and a sign of life that finds no room is lost.
/// So nobody else may come near: an abstract name, which every user of the machine can send to, is
/// taken only where a file cannot be had.
package struct NotifySockets {
  let folder: FilePath
  private let prefix = "wg-notify-\(CurrentProcess.pid)-\(String(RandomBytes.word(), radix: 16))"

  package init(in folder: FilePath) { self.folder = folder }

  /// Removes what earlier dispatchers left.
  ///
  /// The project's lock is held: nobody listens there, but this process at those of runs that go on.
  package func removeLeftovers(except kept: [SocketAddress] = []) {
    guard (try? Directory.createPrivate(folder)) != nil,
      let names = try? Directory.names(in: folder)
    else { return }
    for name in names where !kept.contains(.path(folder.appending(name))) {
      remove(folder.appending(name))
    }
  }

  /// Gives the socket of an earlier run the name of another; nil where it has no file.
  func rename(
    _ address: SocketAddress, to child: ChildID, _ incarnation: Incarnation
  ) -> SocketAddress? {
    let file = file(of: child, incarnation)
    guard case .path(let old) = address, case .path(let new) = file, file.isUniversal,
      (try? AtomicFile.rename(old, to: new)) != nil
    else { return nil }
    return file
  }

  private func file(of child: ChildID, _ incarnation: Incarnation) -> SocketAddress {
    .path(folder.appending("\(child.number)-\(incarnation.number)"))
  }

  /// Listens for a run; gives the address too, which every program can use.
  package func bind(
    _ child: ChildID, _ incarnation: Incarnation
  ) throws(Errno) -> (socket: DatagramSocket, address: SocketAddress) {
    let file = file(of: child, incarnation)
    if file.isUniversal, let socket = try? bindFile(file) { return (socket, file) }
    let abstract = SocketAddress.abstract("\(prefix)-\(child.number)-\(incarnation.number)")
    return (try DatagramSocket.bind(abstract), abstract)
  }

  /// The folder is made again should somebody have removed it.
  private func bindFile(_ address: SocketAddress) throws(Errno) -> DatagramSocket {
    try Directory.createPrivate(folder)
    return try DatagramSocket.bind(address, mode: 0o600)
  }

  /// Removes the file of a socket that is closed.
  package func remove(_ address: SocketAddress) {
    if case .path(let path) = address { remove(path) }
  }

  private func remove(_ path: FilePath) {
    guard (try? FileStatus.of(path))?.kind == .socket else { return }
    _ = try? AtomicFile.remove(path)
  }
}
