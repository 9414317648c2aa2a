internal import LinuxSystem
internal import SystemPackage

/// What this process was given by whoever started it.
enum ProcessFacts {
  /// The environment; of a name that occurs twice the first counts, as for getenv(3).
  static var environment: [String: String] {
    let pairs = CurrentProcess.environment().compactMap { entry -> (String, String)? in
      guard let sign = entry.firstIndex(of: "=") else { return nil }
      return (String(entry[..<sign]), String(entry[entry.index(after: sign)...]))
    }
    return Dictionary(pairs) { first, _ in first }
  }

  /// Absolute; the root folder when the current one is gone.
  static var currentDirectory: FilePath {
    (try? FilePath(".").resolvingSymbolicLinks()) ?? "/"
  }
}
