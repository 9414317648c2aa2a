import Glibc
import LinuxSystem
import SystemPackage

extension Behaviour {
  /// In a program of its own, since other threads of a test's process open and close descriptors.
  func starve(_ path: String) throws {
    let listener = try StreamListener.listen(FilePath(path))
    let client = try UnixStream.connect(FilePath(path))
    var limit = rlimit(rlim_cur: 32, rlim_max: 32)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var held: [Descriptor] = []
    while let copy = try? client.descriptor.duplicate() { held.append(copy) }
    say("start: \(whyNothingStarts())")
    say("accept: \(whyNobodyIsTaken(listener))")
    held.removeAll()
    say("with room: \(whyNobodyIsTaken(listener))")
  }

  private func whyNothingStarts() -> String {
    do throws(SpawnFailure) {
      _ = try Spawn.run(SpawnRequest(executable: "/bin/true", arguments: ["true"]))
      return "started"
    } catch {
      return "\(error.stage) \(error.errno.rawValue)"
    }
  }

  private func whyNobodyIsTaken(_ listener: StreamListener) -> String {
    do throws(Errno) {
      return try listener.accept() == nil ? "nobody" : "taken"
    } catch {
      return "\(error.rawValue)"
    }
  }
}
