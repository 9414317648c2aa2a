import Glibc
import LinuxSystem
import SystemPackage

extension Behaviour {
  /// The behaviours that tell what the program was given.
  func print() throws {
    switch self {
    case .printDescriptors: try printDescriptors()
    case .printSignals: printStatus(fields: ["SigPnd:", "SigBlk:", "SigIgn:", "SigCgt:"])
    case .printEnvironment: CurrentProcess.environment().forEach(say)
    case .printArguments: CommandLine.arguments.forEach(say)
    case .printProcess: try printProcess()
    case .exit, .exitAfter, .crash, .crashOn, .hang, .ignoreTerm, .ignoreAll, .stopSelf,
      .neverRead, .flood, .forkTree, .spawnGrandchild, .orphan, .daemonize, .forkBomb, .writePid,
      .readSignals, .notify, .closeNotify, .giveSigns, .spin, .leave, .askForTime, .floodNotify,
      .rewriteGraph, .starve, .play:
      break
    }
  }

  private func printDescriptors() throws {
    let names = try Directory.names(in: "/proc/self/fd")
    // The descriptor that listed the folder is closed by now.
    let open = names.filter { (try? FileStatus.of(FilePath("/proc/self/fd/\($0)"))) != nil }
    open.compactMap(Int.init).sorted().forEach { say("\($0)") }
  }

  private func printStatus(fields: [String]) {
    guard let file = try? Descriptor.open("/proc/self/status", flags: O_RDONLY),
      let bytes = try? file.readToEnd()
    else { return }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      if fields.contains(where: { line.hasPrefix($0) }) { say(String(line)) }
    }
  }

  private func printProcess() throws {
    say("pid \(getpid())")
    say("parent \(getppid())")
    say("group \(getpgid(0))")
    say("session \(getsid(0))")
    var folder = [CChar](repeating: 0, count: 4096)
    guard getcwd(&folder, folder.count) != nil else { throw Errno(rawValue: errno) }
    let bytes = folder.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    say("directory \(String(decoding: bytes, as: UTF8.self))")
  }
}
