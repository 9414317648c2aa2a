import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport

/// A project in a folder of its own, and everything that runs in it.
///
/// All that is started carries the project's name in its environment, and ends with this object.
final class Project {
  /// Above the project: a place for what does not belong to it.
  let scratch: TemporaryDirectory
  let root: FilePath
  private let runner: String
  /// What the project's own folder is called: `.workgraph` in old ones.
  var folderName = ".wg"
  /// Whether dispatchers have a keeper, which starts them again whenever they are killed.
  var isKept = false
  /// A library that is loaded into all that runs, to change what the kernel does.
  var preloaded: FilePath?

  /// `name` may be a path of several folders; `wg init` is run unless told otherwise.
  init(at name: String = "project", initialized: Bool = true) throws {
    Leftovers.end
    scratch = try TemporaryDirectory()
    root = scratch.path.appending(name)
    runner = Leftovers.runner
    try Directory.create(root)
    if initialized { try run("init").mustSucceed() }
  }

  deinit {
    endEverything()
  }

  /// The `.wg` folder.
  var wg: FilePath { root.appending(folderName) }
  var service: FilePath { wg.appending("service") }

  /// What commands and, through them, dispatcher and handlers get.
  var environment: [String] {
    let inherited = CurrentProcess.environment().filter {
      !$0.hasPrefix("WG_") && !$0.hasPrefix("HOME=") && !$0.hasPrefix("NOTIFY_SOCKET=")
    }
    return inherited + [
      "HOME=\(scratch.path)", "\(Leftovers.projectVariable)=\(root)",
      "\(Leftovers.runnerVariable)=\(runner)",
      // A crash on a terminal shall be one, not an offer to look at it.
      "SWIFT_BACKTRACE=enable=no",
    ] + (isKept ? [] : ["WG_KEEPER="]) + (preloaded.map { ["LD_PRELOAD=\($0)"] } ?? [])
  }

  /// Throws with what can be known about the project when the condition does not come about.
  func until(
    _ what: String, within seconds: Double = 60, every interval: UInt32 = 5,
    _ condition: () throws -> Bool
  ) throws {
    if try eventually(within: seconds, every: interval, condition) { return }
    throw FaultError("not so after \(seconds) s: \(what)\n\(picture)")
  }

  /// The end of the log, and who is alive.
  var picture: String {
    let tail = log.split(separator: "\n").suffix(30).joined(separator: "\n")
    let alive = processes().map(\.description).joined(separator: "\n")
    return "--- daemon.log\n\(tail)\n--- processes\n\(alive)"
  }

  private func endEverything() {
    _ = eventually(within: 20, every: 5) {
      let left = processes()
      for process in left { process.kill() }
      return left.isEmpty
    }
  }
}

extension CommandOutcome {
  /// Throws unless the command ended with 0.
  @discardableResult
  func mustSucceed() throws -> CommandOutcome {
    guard exit.isSuccess else { throw FaultError("\(self)") }
    return self
  }

  /// The one JSON document that the command printed, whatever its exit status.
  func json() throws -> JSONValue {
    do {
      return try JSONValue.parse(Array(output.utf8))
    } catch {
      throw FaultError("not one JSON document (\(error)): \(self)")
    }
  }
}
