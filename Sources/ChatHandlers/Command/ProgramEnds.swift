internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// The descriptors between a handler and its program.
struct ProgramEnds {
  /// Written by the handler, non-blocking.
  let input: Descriptor
  /// Read by the handler, non-blocking.
  let output: Descriptor
  /// The program's standard input.
  let programInput: Descriptor
  /// The program's standard output.
  private let programOutput: Descriptor
  /// The program's standard error: the terminal, or else where the handler's goes.
  private let programError: Descriptor

  init(terminal: Bool) throws(Errno) {
    if terminal {
      let pair = try PseudoTerminal.open()
      output = pair.master
      // A second descriptor, since an event loop takes each only once.
      input = try pair.master.duplicate()
      programInput = pair.program
      programOutput = pair.program
      programError = pair.program
    } else {
      let toProgram = try Pipe()
      let fromProgram = try Pipe()
      input = toProgram.writeEnd
      output = fromProgram.readEnd
      programInput = toProgram.readEnd
      programOutput = fromProgram.writeEnd
      programError = try ProgramEnds.standardError()
      // Not the program's ends: programs do not expect EAGAIN.
      try input.setNonBlocking(true)
      try output.setNonBlocking(true)
    }
  }

  private static func standardError() throws(Errno) -> Descriptor {
    let copy = fcntl(2, F_DUPFD_CLOEXEC, 3)
    if copy >= 0 { return Descriptor(owning: copy) }
    return try Descriptor.open("/dev/null", flags: O_WRONLY)
  }

  var inheritances: [SpawnRequest.Inheritance] {
    [.init(programInput, as: 0), .init(programOutput, as: 1), .init(programError, as: 2)]
  }
}
