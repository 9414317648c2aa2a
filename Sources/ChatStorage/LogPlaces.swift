public import JSONLines
internal import LinuxSystem

/// `service/log.json`: where the project's dispatcher writes, for those who want to read it.
///
/// Written by the dispatcher when it starts; it outlives the dispatcher, as what was written does.
public struct LogPlaces: Equatable, Sendable {
  /// Where the dispatcher's own entries go.
  public enum Entries: String, CaseIterable, Sendable { case both, journal, file }

  /// Where the output of handlers goes.
  public enum Output: String, CaseIterable, Sendable { case journal, file }

  public var entries: Entries
  public var output: Output

  public init(entries: Entries, output: Output) {
    self.entries = entries
    self.output = output
  }

  /// Reads the file; nil when there is none, or it says something unknown: then the files are read.
  public static func read(_ layout: ProjectLayout) throws(StorageError) -> LogPlaces? {
    guard let row = try JSONFile.read(layout.logPlaces),
      let entries = row["log"]?.string.flatMap({ Entries(rawValue: $0) }),
      let output = row["output"]?.string.flatMap({ Output(rawValue: $0) })
    else { return nil }
    return LogPlaces(entries: entries, output: output)
  }

  /// Replaces the file if it says something else; atomic, not durable: the next dispatcher writes it.
  public func write(_ layout: ProjectLayout) throws(StorageError) {
    if let there = try? Self.read(layout), there == self { return }
    let object: JSONObject = [
      "version": 1, "log": .text(entries.rawValue), "output": .text(output.rawValue),
    ]
    try DurableFolder.make(layout.service)
    try JSONFile.write(object, to: layout.logPlaces, durability: .atomic)
  }
}
