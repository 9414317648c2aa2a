/// The unit that a control group belongs to, as systemd lays groups out.
///
/// The rules of sd_pid_get_unit(3) and sd_pid_get_user_unit(3).
public struct ProcessUnit: Equatable, Sendable {
  /// With its suffix.
  public let name: String
  /// Whether a user's service manager has it; the system's otherwise.
  public let isOfUserManager: Bool

  /// Nil for a group that is in no unit but slices.
  ///
  /// - Parameter group: the path in the cgroup v2 tree, as in `/proc/self/cgroup`.
  public init?(controlGroup group: String) {
    let folders = group.split(separator: "/").map(Self.unescaped)[...]
    guard let (unit, below) = Self.firstUnit(folders) else { return nil }
    let inside = Self.isUserManager(unit) ? Self.firstUnit(below) : nil
    name = String(inside?.unit ?? unit)
    isOfUserManager = inside != nil
  }

  /// The first folder that is no slice, and what is below it.
  private static func firstUnit(
    _ folders: ArraySlice<Substring>
  ) -> (unit: Substring, below: ArraySlice<Substring>)? {
    let rest = folders.drop { $0.hasSuffix(".slice") }
    guard let first = rest.first,
      first.hasSuffix(".service") || first.hasSuffix(".scope")
    else { return nil }
    return (first, rest.dropFirst())
  }

  /// `user@1000.service`.
  private static func isUserManager(_ unit: Substring) -> Bool {
    guard unit.hasPrefix("user@"), unit.hasSuffix(".service") else { return false }
    let user = unit.dropFirst(5).dropLast(8)
    return !user.isEmpty && user.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }

  /// A name that the kernel could take for a file of its own has an underscore put before it.
  private static func unescaped(_ folder: Substring) -> Substring {
    folder.hasPrefix("_") ? folder.dropFirst() : folder
  }
}
