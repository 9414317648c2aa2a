/// What the mount of `/proc` shows to this process.
///
/// `proc(5)`.
public struct ProcessView: Equatable, Sendable {
  public let isMounted: Bool
  /// Whether the processes of other users are kept from those without privilege: `hidepid`.
  public let hidesOthers: Bool
  /// Whether only processes are there, and nothing else of the kernel: `subset=pid`.
  public let hasOnlyProcesses: Bool

  public init(isMounted: Bool, hidesOthers: Bool = false, hasOnlyProcesses: Bool = false) {
    self.isMounted = isMounted
    self.hidesOthers = hidesOthers
    self.hasOnlyProcesses = hasOnlyProcesses
  }

  public static func current() -> ProcessView {
    ProcessFolder.read("self/mountinfo").map(parse) ?? ProcessView(isMounted: false)
  }

  /// The last mount on `/proc` is the one that is seen.
  ///
  /// The options of the file system stand behind the dash: `… - TYPE SOURCE OPTIONS`.
  static func parse(_ mountinfo: [UInt8]) -> ProcessView {
    let lines = String(decoding: mountinfo, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: " ")
    }
    let line = lines.last { $0.count > 4 && $0[4] == "/proc" }
    guard let options = line?.last?.split(separator: ",") else {
      // It could be read, so it is there: under a name that is not in this mount namespace.
      return ProcessView(isMounted: true)
    }
    let hiding = options.first { $0.hasPrefix("hidepid=") }?.dropFirst("hidepid=".count)
    return ProcessView(
      isMounted: true, hidesOthers: !["0", "off", nil].contains(hiding),
      hasOnlyProcesses: options.contains("subset=pid"))
  }
}
