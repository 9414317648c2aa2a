internal import LinuxSystem
internal import SystemPackage

/// One end of the socket between the program that is to serve and the one that stands by.
///
/// Three words are said, each a byte: the latter is prepared; the former serves; the latter has let go.
struct StandbyLink {
  let stream: UnixStream

  private static let word: ArraySlice<UInt8> = [1]
  private static let patience: Int64 = 5_000_000_000

  /// Nobody may be there to hear it.
  func say() { _ = try? stream.write(Self.word) }

  /// Whether the other end has said something before the deadline; false too when it is gone.
  func hear(until deadline: Deadline) -> Bool {
    guard (try? stream.descriptor.wait(for: .readable, until: deadline)) == true else {
      return false
    }
    if case .bytes? = try? stream.read() { return true }
    return false
  }

  /// Says that this program serves, and waits until the other one has let go; false when it was gone
  /// before.
  func dismiss() -> Bool {
    say()
    return hear(until: .after(nanoseconds: Self.patience))
  }
}
