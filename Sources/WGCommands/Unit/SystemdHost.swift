internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage

/// Where systemd has its things on this machine; tests put a folder of their own in place of `/`.
struct SystemdHost {
  let root: FilePath

  static let real = SystemdHost(root: "/")

  /// Whether systemd is this machine's service manager.
  ///
  /// As in sd_booted(3).
  var isRunning: Bool {
    ((try? FileStatus.of(at("run/systemd/system"))) ?? nil)?.kind == .directory
  }

  /// The folder for units that were put there by hand, which comes before those of packages.
  ///
  /// systemd.unit(5), "Unit File Load Path".
  func unitFolder(_ scope: ServiceUnit.Scope, environment: [String: String]) -> FilePath {
    switch scope {
    case .system: at("etc/systemd/system")
    case .user:
      Self.configuration(environment).pushing("systemd/user")
    }
  }

  /// Whether a user's service manager runs without the user being logged in.
  ///
  /// `loginctl enable-linger` makes a file.
  func isLingering(_ user: String) -> Bool {
    ((try? FileStatus.of(at("var/lib/systemd/linger").appending(user))) ?? nil) != nil
  }

  /// The runtime folder of a user; there while its service manager is.
  func runtimeFolder(_ user: UInt32) -> FilePath { at("run/user/\(user)") }

  private func at(_ path: String) -> FilePath { root.pushing(FilePath(path)) }

  private static func configuration(_ environment: [String: String]) -> FilePath {
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
      return FilePath(folder)
    }
    if let home = environment["HOME"], home.hasPrefix("/") {
      return FilePath(home).appending(".config")
    }
    return (Account.of(CurrentProcess.user)?.home ?? "/").appending(".config")
  }
}
