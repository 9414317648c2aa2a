public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// `service/state.json`: which dispatcher runs, for the existing program and for people.
///
/// A hint, not a lock: the dispatcher's lock file decides.
public struct ServiceState: Equatable, Sendable {
  public var pid: Int32
  public var socketPath: FilePath
  /// RFC 3339.
  public var startedAt: String
  /// The members of the file; those that are unknown here are written again.
  ///
  /// The options it was started with: what a restart gives again.
  public var options: [String] = []
  /// The systemd unit that it is the main process of.
  public var unit: ServiceUnit?
  private var row: JSONObject = [:]

  /// `startedAt` is now when nil.
  public init(pid: Int32, socketPath: FilePath, startedAt: String? = nil) {
    self.pid = pid
    self.socketPath = socketPath
    self.startedAt = startedAt ?? Timestamp.rfc3339(Clock.wall)
  }

  /// Reads the file; nil when there is none.
  ///
  /// One without a pid and a socket is `badData`.
  public static func read(_ layout: ProjectLayout) throws(StorageError) -> ServiceState? {
    guard let row = try JSONFile.read(layout.stateFile) else { return nil }
    guard let pid = row["pid"]?.int.flatMap({ Int32(exactly: $0) }), pid > 0,
      let socket = row["socket_path"]?.string
    else {
      throw StorageError(
        file: layout.stateFile, kind: .badData, reason: "it names no pid and socket_path; remove it"
      )
    }
    var state = ServiceState(
      pid: pid, socketPath: FilePath(socket), startedAt: row["started_at"]?.string ?? "")
    state.row = row
    state.options = row["options"]?.array?.compactMap(\.string) ?? []
    state.unit = unit(in: row)
    return state
  }

  private static func unit(in row: JSONObject) -> ServiceUnit? {
    guard let name = row["unit"]?.string,
      let scope = row["unit_scope"]?.string.flatMap(ServiceUnit.Scope.init)
    else { return nil }
    return ServiceUnit(name: name, scope: scope)
  }

  /// Replaces the file; atomic, not durable, since no dispatcher outlives a power cut.
  public func write(_ layout: ProjectLayout) throws(StorageError) {
    var object = row
    object["pid"] = .integer(pid)
    object["socket_path"] = .text(socketPath.string)
    object["started_at"] = .text(startedAt)
    object["options"] = options.isEmpty ? nil : .array(options.map(JSONValue.text))
    object["unit"] = unit.map { .text($0.name) }
    object["unit_scope"] = unit.map { .text($0.scope.rawValue) }
    try DurableFolder.make(layout.service)
    try JSONFile.write(object, to: layout.stateFile, durability: .atomic)
  }

  /// Removes the file if it names this process; another dispatcher's is left alone.
  @discardableResult
  public static func remove(_ layout: ProjectLayout, of pid: Int32) throws(StorageError) -> Bool {
    guard try read(layout)?.pid == pid else { return false }
    return try StorageError.about(layout.stateFile) { () throws(Errno) in
      try AtomicFile.remove(layout.stateFile)
    }
  }
}
