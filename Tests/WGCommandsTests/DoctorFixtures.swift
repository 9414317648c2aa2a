import Glibc
import LinuxSystem
import SystemPackage
import TestSupport

/// Runs a program of the system to its end, which has to be a good one.
private func run(_ program: FilePath, _ arguments: [String]) throws {
  let process = try Spawn.run(
    SpawnRequest(executable: program, arguments: [program.string] + arguments)
  ).descriptor
  _ = try process.descriptor.wait(for: .readable, until: .never)
  guard try process.reap() == .exited(0) else { throw FaultError("\(program) \(arguments)") }
}

/// `YYYYMMDDhhmm`, as touch(1) has it.
func setModified(_ path: FilePath, _ time: String) throws {
  try run("/usr/bin/touch", ["-t", time, path.string])
}

func setMode(_ path: FilePath, _ mode: UInt32) throws {
  try systemCall { path.withPlatformString { chmod($0, mode) } }
}

func link(_ path: FilePath, to target: FilePath) throws {
  try systemCall {
    path.withPlatformString { path in target.withPlatformString { symlink($0, path) } }
  }
}

func makePipe(_ path: FilePath) throws {
  try systemCall { path.withPlatformString { mkfifo($0, 0o600) } }
}

/// A process that has a file open, and ends with this object.
final class RunningProgramWithFile {
  private let process: ProcessDescriptor
  private let input: Pipe
  var pid: Int32 { process.pid }

  init(_ path: FilePath) throws {
    input = try Pipe()
    let file = try Descriptor.open(path, flags: O_RDONLY)
    process = try Spawn.run(
      SpawnRequest(
        executable: "/bin/sh", arguments: ["sh", "-c", "read line"],
        descriptors: [.init(input.readEnd, as: 0), .init(file, as: 3)])
    ).descriptor
  }

  deinit {
    try? process.signal(.kill)
    _ = try? process.descriptor.wait(for: .readable, until: .never)
    _ = try? process.reap()
  }
}
