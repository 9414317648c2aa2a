internal import LinuxSystem

/// What a program prints when nothing was asked: no answer, but perhaps worth reading in the log.
struct LateOutput {
  /// After so many bytes without a message the program is no longer read, and waits.
  private static let limit = 1 << 20
  /// So many bytes of them go to standard error.
  private static let shownLimit = 4096

  private var filter = TerminalFilter()
  private var count = 0

  var isFull: Bool { count >= LateOutput.limit }

  /// Takes it in, and logs it while it is little.
  mutating func take(_ bytes: [UInt8]) {
    let isShown = count < LateOutput.shownLimit
    count += bytes.count
    guard isShown else { return }
    let text = filter.text(of: bytes.prefix(LateOutput.shownLimit))
    guard text.contains(where: { $0 > 0x20 }) else { return }
    StandardStreams.write(
      .error, "wg-handler: output outside of an answer: \(String(decoding: text, as: UTF8.self))\n")
  }
}
