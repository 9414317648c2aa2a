internal import Glibc

/// Names of users.
public enum UserAccount {
  /// The name of a user, or the number where it has none.
  ///
  /// `getpwuid_r(3)`; may ask a name service, and block for it.
  public static func name(of user: UInt32) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    let result = getpwuid_r(user, &entry, &buffer, buffer.count, &found)
    guard result == 0, let name = found?.pointee.pw_name else { return "\(user)" }
    return String(cString: name)
  }
}
