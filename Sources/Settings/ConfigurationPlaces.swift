internal import LinuxSystem
public import SystemPackage

/// Which files say the settings, those that count least first.
///
/// wg-config(5).
public struct ConfigurationPlaces: Equatable, Sendable {
  /// `/etc/wg/config.toml`: the machine's.
  public var machine: FilePath?
  /// A person's, the first of these that is there.
  public var user: [FilePath]
  /// `config.toml` in the project's folder.
  public var project: FilePath

  public init(machine: FilePath? = nil, user: [FilePath] = [], project: FilePath) {
    self.machine = machine
    self.user = user
    self.project = project
  }

  /// Those of the user whose environment this is.
  ///
  /// A variable that is empty or no absolute path counts as none, as the XDG base directory
  /// specification has it.
  public init(project: FilePath, variable: (String) -> String?) {
    let home = Self.folder(variable("HOME"))
    let settings = Self.folder(variable("XDG_CONFIG_HOME")) ?? home?.appending(".config")
    self.init(
      machine: "/etc/wg/config.toml",
      user: [
        settings?.appending("wg").appending("config.toml"),
        // The existing program's.
        home?.appending(".wg").appending("config.toml"),
      ].compactMap(\.self),
      project: project)
    // The folder in somebody's home can be a project.
    user.removeAll { $0 == project }
  }

  /// Those of this process.
  ///
  /// Root works on a project as its owner, and the handlers are the owner's: so are the settings, and
  /// root's own could not be read. Nor could those in HOME of somebody else, which su(1) leaves.
  public static func ofThisProcess(project: FilePath) -> ConfigurationPlaces {
    guard let user = foreignUser() else {
      return ConfigurationPlaces(project: project) { CurrentProcess.variable($0) }
    }
    let home = Account.of(user)?.home.string
    return ConfigurationPlaces(project: project) { $0 == "HOME" ? home : nil }
  }

  /// As whom files are read, where the environment is another user's.
  private static func foreignUser() -> UInt32? {
    if let owner = FileIdentity.assumedUser { return owner }
    let user = CurrentProcess.user
    guard user != 0, let home = CurrentProcess.variable("HOME").map({ FilePath($0) }),
      let status = try? FileStatus.of(home, followsLinks: true), status.owner != user
    else { return nil }
    return user
  }

  private static func folder(_ text: String?) -> FilePath? {
    text.map { FilePath($0) }.flatMap { $0.isAbsolute ? $0 : nil }
  }
}
