import Glibc
import LinuxSystem
import SystemPackage

extension Behaviour {
  /// A handler whose every move somebody else decides.
  func play(_ arguments: Arguments) throws {
    if arguments.contains("ignore-term") {
      for signal in [Signal.terminate, .abort] { SignalDisposition.ignored.set(for: signal) }
    }
    if arguments.contains("ignore-int") { SignalDisposition.ignored.set(for: .interrupt) }
    let placement = arguments.contains("apart") ? SpawnRequest.Placement.ownSession : .inherited
    if arguments.contains("leave-mild") { try startSelf(placement, ["hang"]) }
    if arguments.contains("leave-stubborn") { try startSelf(placement, ["ignore-all"]) }
    let signals = try SignalDescriptor([.user1, .user2])
    _ = try signals.descriptor.wait(for: .readable, until: .never)
    Glibc.exit(try signals.read()?.signal == .user1 ? 0 : 3)
  }
}
