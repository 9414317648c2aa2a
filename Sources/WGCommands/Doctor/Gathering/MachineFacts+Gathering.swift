internal import ControlProtocol
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

extension MachineFacts {
  /// Looks at everything; changes nothing, and asks other programs some milliseconds each.
  static func gather(environment: [String: String]) -> MachineFacts {
    let isBooted = Path.exists("/run/systemd/system")
    let user = UserAccount.name(of: CurrentProcess.user)
    return MachineFacts(
      kernel: KernelFacts(release: KernelProbe.release, answers: KernelProbe.answers()),
      processes: ProcessFacts(view: .current(), isRoot: CurrentProcess.user == 0),
      groups: GroupFacts(
        isAvailable: ControlGroupView.isAvailable, own: .own,
        mayMakeGroups: DelegatedGroup.find()?.isWritable == true, isManagedBySystemd: isBooted),
      systemd: .gather(isBooted: isBooted, environment: environment),
      login: .gather(user: user, isBooted: isBooted),
      journal: .gather(user: user),
      clock: try? ClockDiscipline.current(),
      programs: .gather(environment: environment))
  }
}

/// Questions about a path that need only yes or no.
enum Path {
  static func exists(_ path: FilePath) -> Bool {
    ((try? FileStatus.of(path, followsLinks: true)) ?? nil) != nil
  }

  static func isWritable(_ path: FilePath) -> Bool {
    path.withPlatformString { access($0, W_OK) } == 0
  }

  static func isReadable(_ path: FilePath) -> Bool {
    path.withPlatformString { access($0, R_OK) } == 0
  }

  /// A number in a file of the kernel; nil when it cannot be read.
  static func number(in path: FilePath) -> UInt64? {
    guard let file = try? Descriptor.open(path, flags: O_RDONLY),
      let bytes = try? file.read(at: 0, count: 64)
    else { return nil }
    return UInt64(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}

extension SystemdFacts {
  static func gather(isBooted: Bool, environment: [String: String]) -> SystemdFacts {
    let installed = ProgramQuestion("systemctl", ["--version"], environment: environment)?.answer()
    let running =
      isBooted
      ? ProgramQuestion("systemctl", ["show", "--property=Version"], environment: environment)?
        .answer() : nil
    return SystemdFacts(
      installed: installed.flatMap(major), isBooted: isBooted, running: running.flatMap(major),
      firstProcess: ProcessStatus.of(1)?.name ?? "unknown")
  }

  /// The first number of `systemd 252 (252.39-1)` and of `Version=252.39-1`.
  static func major(_ text: String) -> Int? {
    text.split { !$0.isNumber }.first.flatMap { Int($0) }
  }
}

extension LoginFacts {
  static func gather(user: String, isBooted: Bool) -> LoginFacts {
    let number = CurrentProcess.user
    return LoginFacts(
      user: user, isRoot: number == 0, isBooted: isBooted,
      hasManager: Path.exists(FilePath("/run/user/\(number)/systemd/private")),
      lingers: Path.exists(FilePath("/var/lib/systemd/linger").appending(user)))
  }
}

extension JournalFacts {
  private static let socket: FilePath = "/run/systemd/journal/socket"

  static func gather(user: String) -> JournalFacts {
    let folders = folders
    return JournalFacts(
      isListening: Path.exists(socket), acceptsEntries: Path.isWritable(socket),
      storage: storage(folders), reading: reading(folders), user: user)
  }

  /// Where entries are: on the disk, and in memory.
  private static var folders: [FilePath] {
    let machine = (try? Descriptor.open("/etc/machine-id", flags: O_RDONLY).read(at: 0, count: 32))
      .map { String(decoding: $0, as: UTF8.self) }
    let name = machine.flatMap { FilePath.Component($0) } ?? FilePath.Component("remote")
    return ["/var/log/journal", "/run/log/journal"].map { FilePath($0).appending(name) }
  }

  private static func storage(_ folders: [FilePath]) -> Storage {
    if Path.exists(folders[0]) { return .persistent }
    return Path.exists(folders[1]) ? .volatile : .none
  }

  private static func reading(_ folders: [FilePath]) -> Reading {
    func canRead(_ name: String) -> Bool {
      folders.contains { Path.isReadable($0.appending(name)) }
    }
    if canRead("system.journal") { return .all }
    return canRead("user-\(CurrentProcess.user).journal") ? .own : .nothing
  }
}

extension ProgramFacts {
  static func gather(environment: [String: String]) -> ProgramFacts {
    ProgramFacts(
      version: ProgramVersion.current,
      programs: ["wg-dispatcher", "wg-handler"].map { program($0, environment) })
  }

  private static func program(_ name: String, _ environment: [String: String]) -> Program {
    let own = try? CurrentProcess.executable().removingLastComponent().appending(name)
    let beside = own.flatMap { ExecutableSearch.isExecutable($0) ? $0 : nil }
    let path = beside ?? ExecutableSearch.find(name, path: environment["PATH"])
    let answer = path.flatMap {
      ProgramQuestion(program: $0, ["--version"], environment: environment).answer()
    }
    let version = answer?.split(whereSeparator: \.isWhitespace).last.map(String.init)
    return Program(name: name, path: path, version: version)
  }
}
