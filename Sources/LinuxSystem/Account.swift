internal import Glibc
public import SystemPackage

/// A user of this machine, as the user database has it.
public struct Account: Equatable, Sendable {
  public let user: UInt32
  /// Of the primary group.
  public let group: UInt32
  public let name: String
  /// The home folder.
  public let home: FilePath

  /// Looks a user up by number; nil when the database has none.
  ///
  /// `getpwuid(3)`: blocks where the database is on the network. Not for several threads.
  public static func of(_ user: UInt32) -> Account? {
    guard let entry = getpwuid(user) else { return nil }
    return Account(
      user: entry.pointee.pw_uid, group: entry.pointee.pw_gid,
      name: String(cString: entry.pointee.pw_name),
      home: FilePath(platformString: entry.pointee.pw_dir))
  }

  /// The name of a group; nil when the database has none with this number.
  ///
  /// `getgrgid(3)`, as above.
  public static func groupName(_ group: UInt32) -> String? {
    getgrgid(group).map { String(cString: $0.pointee.gr_name) }
  }
}
