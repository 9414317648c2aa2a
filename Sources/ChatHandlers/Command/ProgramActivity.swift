internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// Looks into the kernel whether a program, or one that it started, waits for input.
///
/// `/proc/PID/task/TID/syscall` names the system call in which a thread sleeps (proc(5)). A thread
/// in `read` of the input waits for it; one in `poll` or `select` may; one that runs, sleeps or
/// waits for a child does not. Reading it needs the right to trace the process, which a parent has
/// unless the system forbids all tracing: then the answer is `unknown`.
struct ProgramActivity {
  /// What the program has as standard input, as the links in `/proc/PID/fd` name it.
  private let inputName: String?

  /// For programs that were given this descriptor, or its other end's peer, as standard input.
  init(input: Descriptor) {
    inputName = ProgramActivity.link(FilePath("/proc/self/fd/\(input.rawValue)"))
  }

  /// Of the process with this number and all its descendants.
  func of(_ pid: Int32) -> AnswerWatch.Activity {
    sum([pid] + ProcessTable.descendants(of: pid)) { process in
      let tasks = FilePath("/proc/\(process)/task")
      guard let threads = try? Directory.names(in: tasks) else { return .busy }
      return sum(threads) { activity(ofThread: tasks.appending($0), of: process) }
    }
  }

  /// One that waits is enough; all must be busy.
  private func sum<Part>(
    _ parts: [Part], _ activity: (Part) -> AnswerWatch.Activity
  ) -> AnswerWatch.Activity {
    var sum = AnswerWatch.Activity.busy
    for part in parts {
      switch activity(part) {
      case .waiting: return .waiting
      case .unknown: sum = .unknown
      case .busy: break
      }
    }
    return sum
  }

  private func activity(ofThread folder: FilePath, of pid: Int32) -> AnswerWatch.Activity {
    do throws(Errno) {
      let line = try ProgramActivity.text(of: folder.appending("syscall"))
      return activity(line.split(whereSeparator: { $0 == " " || $0 == "\n" }), of: pid)
    } catch {
      let isGone = error == .noSuchFileOrDirectory || error == .noSuchProcess
      return isGone && ProgramActivity.isSupported ? .busy : .unknown
    }
  }

  /// Without CONFIG_HAVE_ARCH_TRACEHOOK there is no such file for anybody.
  private static let isSupported = (try? text(of: "/proc/self/syscall")) != nil

  private func activity(_ words: [Substring], of pid: Int32) -> AnswerWatch.Activity {
    switch words.first.map(ThreadState.init) {
    case .reads: isInput(words.dropFirst().first, of: pid) ? .waiting : .busy
    case .polls: .unknown
    case .other: .busy
    case .unknown, nil: .unknown
    }
  }

  /// Whether a descriptor, given in hexadecimal, is the input: programs also read a copy of it.
  private func isInput(_ argument: Substring?, of pid: Int32) -> Bool {
    guard let argument, argument.hasPrefix("0x"),
      let number = UInt64(argument.dropFirst(2), radix: 16),
      let name = ProgramActivity.link(FilePath("/proc/\(pid)/fd/\(number)"))
    else { return false }
    return name == inputName || name == "/dev/tty"
  }

  private static func link(_ path: FilePath) -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = try? systemCall { path.withPlatformString { readlink($0, &buffer, buffer.count) } }
    return count.map { count in
      String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  private static func text(of path: FilePath) throws(Errno) -> String {
    let bytes = try Descriptor.open(path, flags: O_RDONLY).read(at: 0, count: 256)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What a thread does, by what that says about waiting.
private enum ThreadState {
  case reads
  case polls
  /// It runs, waits for something else, or for a page of its memory (`-1`).
  case other
  case unknown

  /// From the first word of the file; the numbers are those of x86_64.
  init(_ word: Substring) {
    #if arch(x86_64)
      switch word {
      case "0", "19": self = .reads  // read, readv
      case "7", "23", "270", "271": self = .polls  // poll, select, pselect, ppoll
      case "232", "281", "426", "441": self = .polls  // epoll, io_uring
      default: self = .other
      }
    #else
      self = .unknown
    #endif
  }
}
