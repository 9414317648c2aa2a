internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// What supervision asks of the kernel; the older ones are needed, the newer ones have fallbacks.
public enum KernelAbility: String, CaseIterable, Sendable {
  case processDescriptors
  case cloneWithDescriptor
  case waitByDescriptor
  case clone3
  case closeRange
  case cgroupKill
  case groupSignal
  case processInformation
  case processHandles
  case exitOfAnyProcess

  /// The first release that has it, as `[5, 14]`.
  public var firstRelease: [Int] {
    switch self {
    case .cloneWithDescriptor: [5, 2]
    case .processDescriptors, .clone3: [5, 3]
    case .waitByDescriptor: [5, 4]
    case .closeRange: [5, 11]
    case .cgroupKill: [5, 14]
    case .groupSignal: [6, 9]
    case .processInformation: [6, 13]
    case .processHandles: [6, 14]
    case .exitOfAnyProcess: [6, 15]
    }
  }
}

/// What became of trying an ability.
public enum KernelAnswer: Equatable, Sendable {
  case works
  /// What the kernel, or a filter before it, said.
  case refused(Errno)
  /// There is no cgroup v2 to try it on, or no child could be made.
  case untried
}

/// Finds out what the running kernel can do, by doing it.
///
/// A release number says little: a container's filter takes away what a new kernel has, and
/// distributions put back what an old one lacks. All is tried on a child made for it, which is gone
/// when this returns. Blocks some milliseconds.
public enum KernelProbe {
  /// The release that uname(2) tells; empty when it does not.
  public static var release: String {
    var buffer = [CChar](repeating: 0, count: 65)
    guard wg_kernel_release(&buffer, Int32(buffer.count)) == 0 else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Tries everything.
  public static func answers() -> [KernelAbility: KernelAnswer] {
    var answers = childAnswers()
    answers[.processDescriptors] = answer { () throws(Errno) in
      _ = try ProcessDescriptor.open(getpid())
    }
    answers[.clone3] = answer { () throws(Errno) in try systemCall { wg_has_clone3() } }
    answers[.closeRange] = answer { () throws(Errno) in try systemCall { wg_has_close_range() } }
    answers[.cgroupKill] = killFileAnswer()
    return answers
  }

  /// Whether the kernel tells how a process ended that is no child of the one who asks.
  ///
  /// Blocks some milliseconds.
  public static var tellsExitOfAnyProcess: Bool { childAnswers()[.exitOfAnyProcess] == .works }

  private static func answer(_ body: () throws(Errno) -> Void) -> KernelAnswer {
    do throws(Errno) {
      try body()
      return .works
    } catch {
      return .refused(error)
    }
  }

  /// The root of the real tree has no `cgroup.kill`, whatever the kernel; its folders do.
  private static func killFileAnswer() -> KernelAnswer {
    guard let own = ControlGroup.own() else { return .untried }
    let isRoot = !exists(own.path.appending("cgroup.type"))
    let groups = isRoot ? (try? own.children()) ?? [] : [own]
    guard let group = groups.first else { return .untried }
    return exists(group.path.appending("cgroup.kill")) ? .works : .refused(.noSuchFileOrDirectory)
  }

  private static func exists(_ path: FilePath) -> Bool { (try? FileStatus.of(path)) != nil }
}

// MARK: - On a child

extension KernelProbe {
  /// A child that waits until a pipe is closed.
  private static func makeChild(
    waitingFor pipe: Pipe
  ) throws(SpawnFailure) -> ProcessDescriptor {
    try Spawn.run(
      SpawnRequest(
        executable: "/bin/sh", arguments: ["sh", "-c", "read line"],
        descriptors: [.init(pipe.readEnd, as: 0)])
    ).descriptor
  }

  private static func childAnswers() -> [KernelAbility: KernelAnswer] {
    let onChild: [KernelAbility] = [
      .cloneWithDescriptor, .waitByDescriptor, .groupSignal, .processInformation, .processHandles,
      .exitOfAnyProcess,
    ]
    var answers = Dictionary(uniqueKeysWithValues: onChild.map { ($0, KernelAnswer.untried) })
    guard let pipe = try? Pipe() else { return answers }
    do throws(SpawnFailure) {
      let child = try makeChild(waitingFor: pipe)
      answers.merge(livingAnswers(child)) { $1 }
      answers.merge(endedAnswers(child)) { $1 }
    } catch {
      if error.stage == .clone { answers[.cloneWithDescriptor] = .refused(error.errno) }
    }
    return answers
  }

  private static func livingAnswers(_ child: ProcessDescriptor) -> [KernelAbility: KernelAnswer] {
    let number = child.descriptor.rawValue
    var pid: Int32 = 0
    return [
      .cloneWithDescriptor: .works,
      .waitByDescriptor: answer { () throws(Errno) in _ = try child.peekExit() },
      .groupSignal: answer { () throws(Errno) in
        try systemCall { wg_pidfd_signal_group(number, 0) }
      },
      .processInformation: answer { () throws(Errno) in
        try systemCall { wg_pidfd_process(number, &pid) }
      },
      .processHandles: answer { () throws(Errno) in
        try systemCall { wg_pidfd_reopens_by_handle(number) }
      },
    ]
  }

  /// Ends the child; every way of being told of an end is tried, and it is reaped in any case.
  private static func endedAnswers(_ child: ProcessDescriptor) -> [KernelAbility: KernelAnswer] {
    try? child.signal(.kill)
    _ = try? child.descriptor.wait(for: .readable, until: .after(nanoseconds: 5_000_000_000))
    guard (try? child.reap()) != nil else { return [:] }
    let isKnown = child.exitInformation() != nil
    return [.exitOfAnyProcess: isKnown ? .works : .refused(.noData)]
  }
}
