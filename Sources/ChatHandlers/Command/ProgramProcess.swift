internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// A running program and the terminal or pipes by which it is talked to.
final class ProgramProcess {
  private let loop: EventLoop
  private let child: ProcessDescriptor
  private let usesTerminal: Bool
  private let probe: ProgramActivity
  private let input: Descriptor
  private let output: Descriptor
  private var inputRegistration: EventLoop.Registration?
  private var outputRegistration: EventLoop.Registration?
  private var unsent: ArraySlice<UInt8> = []

  /// How it ended, once it was reaped, and when that was.
  private(set) var exit: (status: ExitStatus, at: Int64)?
  /// Whether nobody holds the other side of its output any more.
  private(set) var outputHasEnded = false
  /// Gets what the program prints.
  var onOutput: ([UInt8]) -> Void = { _ in }

  /// Starts the program in a session of its own; its output is not read before `resumeOutput`.
  init(_ settings: CommandSettings, environment: [String], loop: EventLoop) throws(HandlerExit) {
    self.loop = loop
    usesTerminal = settings.usesTerminal
    let ends = try ProgramProcess.makeEnds(settings)
    (input, output) = (ends.input, ends.output)
    probe = ProgramActivity(input: ends.programInput)
    child = try ProgramProcess.spawn(settings, environment, ends)
  }

  var pid: Int32 { child.pid }

  /// Whether all that was to be written to it has been.
  var hasItsInput: Bool { unsent.isEmpty }

  /// Whether it waits for input, as far as can be seen, with nothing left to read.
  ///
  /// Its output has to be read once more afterwards: it may have printed just before it waited.
  var activity: AnswerWatch.Activity { hasUnreadInput ? .busy : probe.of(child.pid) }

  private var hasUnreadInput: Bool {
    if usesTerminal { return (try? PseudoTerminal.hasUnreadInput(of: output)) ?? false }
    var count: Int32 = 0
    return ioctl(input.rawValue, UInt(FIONREAD), &count) == 0 && count > 0
  }

  deinit {
    inputRegistration.map(loop.remove)
    outputRegistration.map(loop.remove)
  }
}

// Starting.
extension ProgramProcess {
  private static func makeEnds(_ settings: CommandSettings) throws(HandlerExit) -> ProgramEnds {
    do throws(Errno) {
      return try ProgramEnds(terminal: settings.usesTerminal)
    } catch {
      let what = settings.usesTerminal ? "terminal (--no-pty does without one)" : "pipe"
      throw HandlerExit(.system, "cannot make a \(what) for the program: \(error)")
    }
  }

  private static func spawn(
    _ settings: CommandSettings, _ environment: [String], _ ends: ProgramEnds
  ) throws(HandlerExit) -> ProcessDescriptor {
    let name = settings.arguments.first ?? ""
    guard let file = ExecutableSearch.find(name, path: CurrentProcess.variable("PATH")) else {
      throw HandlerExit(.unavailable, "cannot start \(name): no such executable file")
    }
    let request = SpawnRequest(
      executable: file, arguments: settings.arguments, environment: environment,
      descriptors: ends.inheritances, placement: .ownSession,
      controllingTerminal: settings.usesTerminal ? 0 : nil)
    do throws(SpawnFailure) {
      return try Spawn.run(request).descriptor
    } catch {
      throw HandlerExit(.unavailable, "cannot start \(name): \(error)")
    }
  }
}

// Talking.
extension ProgramProcess {
  /// Sends the bytes, now or as soon as the program reads.
  func send(_ bytes: [UInt8]) {
    unsent += bytes
    writeInput()
  }

  /// Forgets what the program has not yet been given.
  func dropInput() {
    unsent = []
    watchInput(false)
  }

  private func writeInput() {
    do throws(Errno) {
      while !unsent.isEmpty, case .wrote(let count) = try input.writeAvailable(unsent) {
        unsent = unsent.dropFirst(count)
      }
    } catch {
      // It closed its input, or is gone: its exit, or its silence, tells the rest.
      unsent = []
    }
    if unsent.isEmpty { unsent = [] }
    watchInput(!unsent.isEmpty)
  }

  private func watchInput(_ isWanted: Bool) {
    if isWanted == (inputRegistration != nil) { return }
    if let registration = inputRegistration {
      loop.remove(registration)
      inputRegistration = nil
    } else {
      inputRegistration = try? loop.add(input, for: .writable) { [unowned self] _ in writeInput() }
    }
  }

  /// Reads the output whenever there is some.
  func resumeOutput() {
    if outputRegistration != nil || outputHasEnded { return }
    outputRegistration = try? loop.add(output, for: .readable) { [unowned self] _ in
      _ = readOutput()
    }
  }

  /// Lets the program wait when it prints more.
  func pauseOutput() {
    outputRegistration.map(loop.remove)
    outputRegistration = nil
  }

  /// Reads once; false when there was nothing to read.
  ///
  /// What was printed before is there: the kernel lets a read of a terminal wait for what is under
  /// way to it.
  func readOutput() -> Bool {
    switch try? output.readAvailable(maximum: 64 * 1024) {
    case .bytes(let bytes):
      onOutput(bytes)
      return true
    case .wouldBlock:
      return false
    case .endOfStream, nil:
      outputHasEnded = true
      pauseOutput()
      return false
    }
  }
}

// Ending.
extension ProgramProcess {
  /// Nanoseconds for which output may follow the end of a program whose descendants have not ended.
  private static let drainTime: Int64 = 200_000_000

  /// Takes note of its end when that was seen among the children; false when it has not ended.
  func reap(at now: Int64) -> Bool {
    guard let status = try? child.reap() else { return false }
    exit = (status, now)
    return true
  }

  /// How it ended, once its last output has been read too.
  func end(at now: Int64) -> ExitStatus? {
    guard let exit, outputHasEnded || now >= exit.at + ProgramProcess.drainTime else { return nil }
    return exit.status
  }

  /// When `end` will say something without another event.
  var endDeadline: Int64? { exit.map { $0.at + ProgramProcess.drainTime } }

  /// As Ctrl-C would: to the group in the foreground of its terminal, or to its own.
  func interrupt() {
    if let group = foregroundGroup {
      kill(-group, SIGINT)
    } else {
      try? child.signalGroup(.interrupt)
    }
  }

  /// To its group, and to the one in the foreground of its terminal: shells give each job its own.
  func signal(_ signal: Signal) {
    try? child.signalGroup(signal)
    if let group = foregroundGroup, group != child.pid { kill(-group, signal.rawValue) }
  }

  private var foregroundGroup: Int32? {
    usesTerminal ? PseudoTerminal.foregroundGroup(of: output) : nil
  }
}
