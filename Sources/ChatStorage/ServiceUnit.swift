public import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The systemd unit that serves a project.
///
/// `service/unit.json` says which one was installed for it; a dispatcher says which one it is.
public struct ServiceUnit: Equatable, Sendable {
  /// Whose service manager it belongs to.
  public enum Scope: String, CaseIterable, Sendable {
    /// The system's, process 1.
    case system
    /// One user's.
    case user
  }

  /// With its suffix: `wg-dispatcher@srv-project.service`.
  public let name: String
  public let scope: Scope

  public init(name: String, scope: Scope) {
    self.name = name
    self.scope = scope
  }

  /// Reads the file; nil when no unit was installed.
  ///
  /// One that names no service, or a scope that does not exist, is `badData`.
  public static func read(_ layout: ProjectLayout) throws(StorageError) -> ServiceUnit? {
    guard let row = try JSONFile.read(layout.unitFile) else { return nil }
    guard let name = row["unit"]?.string, isServiceName(name),
      let scope = row["scope"]?.string.flatMap(Scope.init)
    else {
      throw StorageError(
        file: layout.unitFile, kind: .badData,
        reason: "it names no unit and scope; remove it, and run `wg service install` again")
    }
    return ServiceUnit(name: name, scope: scope)
  }

  /// Replaces the file, durably.
  public func write(_ layout: ProjectLayout) throws(StorageError) {
    try DurableFolder.make(layout.service)
    let object: JSONObject = [
      "version": 1, "unit": .text(name), "scope": .text(scope.rawValue),
    ]
    try JSONFile.write(object, to: layout.unitFile)
  }

  /// Removes the file; false when there was none.
  @discardableResult
  public static func remove(_ layout: ProjectLayout) throws(StorageError) -> Bool {
    try StorageError.about(layout.unitFile) { () throws(Errno) in
      try AtomicFile.remove(layout.unitFile)
    }
  }

  /// A name goes to `systemctl` as an argument: nothing that it could take for an option or a pattern.
  public static func isServiceName(_ text: String) -> Bool {
    text.hasSuffix(".service") && text.utf8.count <= 255 && !text.hasPrefix("-")
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"*?[]/".utf8.contains($0) }
  }
}
