internal import CSystemd
internal import Glibc

/// The system's journal, through libsystemd.
///
/// sd_journal_sendv(3).
public final class Journal {
  private init() {}

  /// Nil when no journal is listening on this machine.
  ///
  /// libsystemd is loaded only when one is.
  public static func connect() -> Journal? {
    guard access("/run/systemd/journal/socket", W_OK) == 0, wg_systemd_load() == 0 else {
      return nil
    }
    return Journal()
  }

  /// Sends one entry.
  ///
  /// Field names are upper case letters, digits and underscores. Returns false when the journal did
  /// not take it.
  @discardableResult
  public func send(_ fields: [(name: String, value: String)]) -> Bool {
    let texts = fields.map { Array("\($0.name)=\($0.value)".utf8) }
    return send(texts[...], sent: [])
  }

  /// Nests one `withUnsafeBytes` for each field, so that all of them are in place for the call.
  private func send(_ texts: ArraySlice<[UInt8]>, sent: [iovec]) -> Bool {
    guard let text = texts.first else {
      return wg_sd_journal_sendv(sent, Int32(sent.count)) == 0
    }
    return text.withUnsafeBytes { bytes in
      let field = iovec(
        iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
      return send(texts.dropFirst(), sent: sent + [field])
    }
  }
}
