internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage
internal import Terminal

/// A unit file that `wg service install` brings where no package did: a template of `units/`, which this
/// program carries.
struct UnitTemplate {
  /// `wg-dispatcher@.service`.
  let name: String
  private let source: [UInt8]

  var isSocket: Bool { name.hasSuffix(".socket") }

  /// Those for project folders under a service manager of this scope.
  static func all(_ scope: ServiceUnit.Scope) -> [UnitTemplate] {
    switch scope {
    case .system:
      [
        UnitTemplate(
          name: "wg-dispatcher@.service", source: PackageResources.system_instance_service),
        UnitTemplate(
          name: "wg-dispatcher@.socket", source: PackageResources.system_instance_socket),
        UnitTemplate(
          name: "wg-dispatcher-end@.service", source: PackageResources.system_ending_service),
        UnitTemplate(
          name: "wg-dispatcher-failed@.service", source: PackageResources.system_failed_service),
      ]
    case .user:
      [
        UnitTemplate(
          name: "wg-dispatcher@.service", source: PackageResources.user_instance_service),
        UnitTemplate(name: "wg-dispatcher@.socket", source: PackageResources.user_instance_socket),
        UnitTemplate(
          name: "wg-dispatcher-end@.service", source: PackageResources.user_ending_service),
        UnitTemplate(
          name: "wg-dispatcher-failed@.service", source: PackageResources.user_failed_service),
      ]
    }
  }

  /// The file's text for programs in this folder.
  /// - Throws: `failed` for a folder whose name a unit file would read as something else.
  func text(programs folder: FilePath) throws(ControlError) -> String {
    guard folder.string.utf8.allSatisfy(Self.isPlain) else {
      throw ControlError(
        .failed, "a unit cannot name the folder of the programs, \(SafeText.line(folder.string))",
        hint: "install wg in a folder whose name has no spaces, quotes, `%`, `$` or backslashes")
    }
    let parts = String(decoding: source, as: UTF8.self).split(
      separator: "@bindir@", omittingEmptySubsequences: false)
    return Self.header + parts.joined(separator: folder.string)
  }

  /// Whether a file was written by this program, and may be replaced by it.
  static func isOurs(_ text: String) -> Bool { text.hasPrefix(mark) }

  private static let mark = "# Written by `wg service install`"
  static let header = """
    \(mark), which replaces it when it is run again.
    # Changes belong in a drop-in: `systemctl edit` makes one.
    #

    """

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F && !#""'\%$"#.utf8.contains(byte)
  }
}
