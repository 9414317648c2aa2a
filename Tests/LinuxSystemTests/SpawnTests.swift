import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct `Starting a program` {
  @Test func `arguments, environment and directory arrive as they are`() throws {
    let arguments = ["print-args", "", "with space", "ünïcode", "-"]
    #expect(
      try TestChild(arguments).remainingOutput()
        == (["test-child"] + arguments).joined(separator: "\n") + "\n")
    let environment = try TestChild("print-env") { $0.environment = ["A=1", "B=", "C=x=y"] }
    #expect(try environment.remainingOutput() == "A=1\nB=\nC=x=y\n")
    let folder = try TemporaryDirectory()
    let placed = try TestChild("print-process") { $0.directory = folder.path }
    #expect(try placed.remainingOutput().contains("directory \(folder.path)\n"))
  }
}
