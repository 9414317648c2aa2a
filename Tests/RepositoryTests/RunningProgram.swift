import Foundation
import SystemPackage
import TestSupport

/// What a program that was run to its end has said.
struct RunningProgram {
  let status: Int32
  let output: String
  let errors: String

  /// Runs one of this package's programs.
  static func ours(_ name: String, _ arguments: String...) throws -> RunningProgram {
    try run(try TestPrograms.path(name).string, arguments)
  }

  /// Runs a program of the system, found in PATH, in the root of the package.
  static func system(_ name: String, _ arguments: [String]) throws -> RunningProgram {
    try run("/usr/bin/env", [name] + arguments)
  }

  private static func run(_ path: String, _ arguments: [String]) throws -> RunningProgram {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: Repository.root)
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: nobody has to read while the program writes.
    let folder = try TemporaryDirectory()
    process.standardOutput = try handle(folder, "output")
    process.standardError = try handle(folder, "errors")
    try process.run()
    process.waitUntilExit()
    return RunningProgram(
      status: process.terminationStatus, output: text(of: folder.file("output")) ?? "",
      errors: text(of: folder.file("errors")) ?? "")
  }

  private static func handle(_ folder: TemporaryDirectory, _ name: String) throws -> FileHandle {
    try FileHandle(forWritingTo: URL(fileURLWithPath: try folder.write(name, "").string))
  }
}
