internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

/// What children say of themselves; nothing is made before the first of them can.
final class ChildVoices {
  var report: NotifyReceiver.Report = { _, _, _, _ in }
  private let loop: EventLoop
  private var receiver: NotifyReceiver?
  /// Of this supervisor alone.
  private let folder: FilePath = {
    let places = ["RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"].compactMap(CurrentProcess.variable)
    let place = places.first { $0.hasPrefix("/") && !$0.contains(":") } ?? "/tmp"
    let suffix = String(RandomBytes.word(), radix: 16)
    return FilePath(place).appending("supervisor-\(CurrentProcess.pid)-\(suffix)")
  }()

  init(loop: EventLoop) { self.loop = loop }

  /// Opens the socket of a run and gives its address, as NOTIFY_SOCKET has it.
  func open(_ child: ChildID, _ run: Incarnation) throws(LaunchProblem) -> String {
    let present =
      receiver
      ?? NotifyReceiver(in: folder, loop: loop) { [unowned self] in
        self.report($0, $1, $2, $3)
      }
    receiver = present
    do throws(Errno) {
      return try present.open(child, run)
    } catch {
      throw LaunchProblem(.resources, "cannot make its notify socket: \(error)")
    }
  }

  func close(_ child: ChildID) { receiver?.close(child) }

  /// Reads everything that a run has said up to now.
  func listen(to child: ChildID) { receiver?.listen(to: child) }

  /// When those that said too much are read again, by the monotonic clock.
  var resumeAt: Int64? { receiver?.resumeAt }

  func resume() { receiver?.resume() }

  /// Removes the sockets of runs that were followed by no other at once.
  func removeSpares() { receiver?.removeSpares() }

  /// Removes the folder of the sockets, unless a run still has one in it.
  func removeFolder() {
    removeSpares()
    if receiver != nil { _ = try? Directory.removeIfEmpty(folder) }
  }
}
