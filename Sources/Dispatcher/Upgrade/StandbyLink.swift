internal import LinuxSystem
internal import SystemPackage

/// One end of the socket between the program that is to serve and the one that stands by.
struct StandbyLink {
  let stream: UnixStream

  /// What is said, a byte each.
  enum Word: UInt8 {
    /// Who stands by could go on.
    case prepared = 1
    /// It is to, should the other one end: whoever watches the dispatcher knows of it.
    case follows
    /// The other one serves.
    case serves
    /// Who stood by has let go.
    case released
  }

  private static let patience: Int64 = 5_000_000_000

  /// Nobody may be there to hear it.
  func say(_ word: Word) { _ = try? stream.write([word.rawValue]) }

  /// What the other end has said; nil when that is nothing before the deadline, or it is gone.
  func hear(until deadline: Deadline) -> Word? {
    guard (try? stream.descriptor.wait(for: .readable, until: deadline)) == true,
      case .bytes(let bytes)? = try? stream.read(maximum: 1)
    else { return nil }
    return bytes.first.flatMap(Word.init)
  }

  /// Says that this program serves, and waits until the other one has let go; false when it was gone
  /// before.
  func dismiss() -> Bool {
    say(.serves)
    return hear(until: .after(nanoseconds: Self.patience)) == .released
  }
}
