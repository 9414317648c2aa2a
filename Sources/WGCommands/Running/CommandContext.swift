internal import ChatProject
internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage
internal import Terminal
internal import TimeSpans

/// The world as one run of a command sees it.
struct CommandContext {
  let console: Console
  let environment: [String: String]
  let currentDirectory: FilePath
  /// `--dir`, wherever it stood on the command line.
  let directoryOption: String?
  let isJSON: Bool
  /// How long a dispatcher that does not listen is waited for.
  var patience: TimeSpan
  /// Where the journal's files are; this machine's own when nil.
  var journalFolder: FilePath?
  var host = SystemdHost.real

  /// The project that is meant.
  func project() throws -> Project {
    let folder = try ProjectFolder.find(
      dirOption: directoryOption.map { FilePath($0) }, environment: environment,
      currentDirectory: currentDirectory)
    try ProjectOwnership.assume(of: folder.root, entry: folder.entry)
    return Project(folder: folder, context: self)
  }

  /// Content for standard output: as it is, unless a terminal would obey it.
  func content(_ text: String) -> String {
    console.isTerminal(.output) ? SafeText.block(text) : text
  }

  /// Who the person is, as rows of the existing program name them.
  var user: String {
    for name in ["WG_USER", "USER"] {
      if let value = environment[name], !value.isEmpty { return value }
    }
    return "unknown"
  }

  /// The chat whose handler runs this command, where its environment says so.
  var callerReference: String? {
    for name in ["WG_CHAT_ID", "WG_CHAT_REF"] {
      if let value = environment[name], !value.isEmpty { return value }
    }
    return nil
  }
}
