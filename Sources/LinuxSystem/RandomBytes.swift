internal import CLinuxShims

/// The kernel's random numbers; the only source of randomness outside tests.
public enum RandomBytes {
  /// 64 random bits.
  ///
  /// `getrandom(2)`; does not block after boot.
  public static func word() -> UInt64 {
    var value: UInt64 = 0
    withUnsafeMutableBytes(of: &value) { buffer in
      while getrandom(buffer.baseAddress, buffer.count, 0) != buffer.count {}
    }
    return value
  }
}
