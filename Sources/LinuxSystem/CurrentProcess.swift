internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// Facts about this process.
public enum CurrentProcess {
  /// What it was started with, without the program's own name.
  ///
  /// Not `CommandLine.arguments`, which is empty where `/proc/self/maps` cannot be opened: a command
  /// would then do something else than it was told.
  public static var arguments: [String] {
    var count: Int32 = 0
    guard let values = wg_arguments(&count) else { return [] }
    return (1..<max(1, Int(count))).compactMap { values[$0].map { String(cString: $0) } }
  }

  public static var pid: Int32 { getpid() }
  public static var user: UInt32 { getuid() }
  public static var group: UInt32 { getgid() }

  /// The environment as `NAME=value`, in its order; what is not UTF-8 is repaired.
  public static func environment() -> [String] {
    var strings: [String] = []
    var next = environ
    while let string = next.pointee {
      strings.append(String(cString: string))
      next += 1
    }
    return strings
  }

  /// The environment without what a service manager said to this process alone.
  public static func environmentToPassOn() -> [String] {
    let personal: Set<Substring> = [
      "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID",
      "LISTEN_FDNAMES", "FDSTORE", "INVOCATION_ID", "JOURNAL_STREAM",
      Substring(WG_KEEPER_VARIABLE),
    ]
    return environment().filter { !personal.contains($0.prefix { $0 != "=" }) }
  }

  /// Becomes another program, with the environment as it is; returns only by throwing.
  ///
  /// The arguments begin with the program's name. `execv(3)`.
  public static func execute(_ program: FilePath, _ arguments: [String]) throws(Errno) {
    var strings: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for string in strings { free(string) } }
    try systemCallOnce { program.withPlatformString { execv($0, &strings) } }
  }

  /// The file that this process executes.
  ///
  /// `/proc/self/exe`.
  public static func executable() throws(Errno) -> FilePath {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = try systemCall { readlink("/proc/self/exe", &buffer, buffer.count) }
    let bytes = buffer.prefix(count).map { UInt8(bitPattern: $0) }
    return FilePath(String(decoding: bytes, as: UTF8.self))
  }

  /// The value of an environment variable, which is not set any more afterwards.
  public static func takeVariable(_ name: String) -> String? {
    defer { unsetenv(name) }
    return variable(name)
  }

  /// Sets an environment variable; ENOMEM is all that can go wrong, and leaves it as it was.
  ///
  /// `setenv(3)`.
  public static func setVariable(_ name: String, _ value: String) { setenv(name, value, 1) }

  /// The value of an environment variable; nil when it is not set.
  ///
  /// `getenv(3)`.
  public static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
