internal import LinuxSystem
public import SystemPackage

/// The settings that count, and where each comes from.
public struct Configuration: Equatable, Sendable {
  /// Those that count most first.
  private var layers: [SettingsLayer] = []
  /// Names that no file explains.
  private var unexplained: [ConfigurationProblem] = []

  /// The defaults.
  public init() {}

  /// Reads the files; missing ones say nothing.
  ///
  /// What is wrong in them does not count and is among the problems; the rest does.
  public static func read(_ places: ConfigurationPlaces) -> Configuration {
    let user = places.user.lazy.compactMap { Self.layer(elsewhere: $0) }.first
    let machine = places.machine.flatMap { Self.layer(elsewhere: $0) }
    var configuration = Configuration()
    configuration.layers = [SettingsLayer.read(places.project), user, machine].compactMap(\.self)
    configuration.unexplained = configuration.unexplainedNames
    return configuration
  }

  /// What people keep elsewhere may be a link to where they keep it; a project's file may not, since
  /// others may write the project.
  private static func layer(elsewhere path: FilePath) -> SettingsLayer? {
    SettingsLayer.read((try? path.resolvingSymbolicLinks()) ?? path)
  }

  /// What a text says as the file of a project.
  init(text: String, file: FilePath) {
    var layer = SettingsLayer(file: file)
    layer.take(Array(text.utf8))
    layers = [layer]
    unexplained = unexplainedNames
  }

  /// What does not count, file by file, in the order of the lines.
  public var problems: [ConfigurationProblem] {
    layers.flatMap(\.problems) + unexplained
  }

  /// What has to be mended.
  public var mistakes: [ConfigurationProblem] { problems.filter { $0.severity == .mistake } }

  /// The files that were read, those that count most first.
  public var files: [FilePath] { layers.map(\.file) }

  /// A value, and where it was said.
  struct Found {
    let value: SettingValue
    let origin: Origin
  }

  /// What counts in a table.
  func value(_ table: SettingsTable, _ key: String) -> SettingValue? { found(table, key)?.value }

  /// What counts for a chat: its own table before that of all chats, whichever files they are in.
  func found(_ table: SettingsTable, _ key: String) -> Found? {
    for layer in layers {
      guard let assigned = layer.assigned(table, key) else { continue }
      return Found(
        value: assigned.value, origin: Origin(file: layer.file, line: assigned.line, table: table))
    }
    if case .chat = table { return found(.chats, key) }
    return nil
  }

  /// A table of handlers or models is not put together from several files: the nearest counts.
  func whole(_ table: SettingsTable) -> [String: SettingValue]? {
    layers.lazy.compactMap { $0.tables[table] }.first?.mapValues(\.value)
  }

  /// Every table that some file has.
  var tables: Set<SettingsTable> { Set(layers.flatMap { $0.tables.keys }) }
}

/// Where a value comes from.
public struct Origin: Equatable, Sendable, CustomStringConvertible {
  public let file: FilePath
  public let line: Int
  /// `[chats.N]` or `[chats]`, for instance.
  let table: SettingsTable

  public var description: String { "\(file):\(line)" }
}
