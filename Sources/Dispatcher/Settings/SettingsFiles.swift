internal import LinuxSystem
internal import Settings
internal import SystemPackage

/// The files of settings: what they said when they last made sense, and whether they are new.
final class SettingsFiles {
  private let places: ConfigurationPlaces
  private(set) var configuration: Configuration
  private var looks: [Look]

  /// What tells one version of a file from another; nil for a missing one.
  private typealias Look = FileStatus?

  /// Reads them; what is wrong in them has its default, so that a dispatcher always starts.
  init(_ places: ConfigurationPlaces) {
    self.places = places
    looks = Self.look(places)
    configuration = .read(places)
  }

  private static func look(_ places: ConfigurationPlaces) -> [Look] {
    ([places.project] + places.user + [places.machine].compactMap(\.self)).map {
      try? FileStatus.of($0, followsLinks: true)
    }
  }

  /// Whether a file is another than at the last reading, as far as its status tells.
  var haveChanged: Bool { Self.look(places) != looks }

  /// Reads them again: all of it counts from now on, or nothing where there is a mistake.
  ///
  /// Gives the mistakes.
  func read() -> [ConfigurationProblem] {
    // The look first: what is written meanwhile is then seen as new.
    looks = Self.look(places)
    let new = Configuration.read(places)
    if new.mistakes.isEmpty { configuration = new }
    return new.mistakes
  }
}
