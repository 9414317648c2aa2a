import SystemPackage
import TestSupport
import Testing

/// What the programs are linked with, as the linker wrote it down.
@Suite struct BinaryTests {
  @Test(arguments: ["wg-dispatcher", "wg-handler", "wg-simulate"])
  func `is linked with neither Foundation nor Dispatch`(program: String) throws {
    let libraries = try lines(program, "readelf", "-d").filter { $0.contains("(NEEDED)") }
    #expect(!libraries.isEmpty)
    for library in libraries {
      #expect(!library.contains("Foundation"), "\(program): \(library)")
      #expect(!library.contains("dispatch"), "\(program): \(library)")
      #expect(!library.contains("systemd"), "libsystemd is found when the program runs")
    }
  }

  @Test func `the keeper is linked with the C library and nothing else`() throws {
    let libraries = try lines("wg-keeper", "readelf", "-d").filter { $0.contains("(NEEDED)") }
    #expect(libraries.count == 1 && libraries[0].contains("libc.so"), "\(libraries)")
  }

  @Test func `wg is not linked with libsystemd, which only the readers of the journal load`() throws
  {
    let libraries = try lines("wg", "readelf", "-d").filter { $0.contains("(NEEDED)") }
    #expect(!libraries.isEmpty && !libraries.contains { $0.contains("systemd") })
  }

  @Test(arguments: ["wg-dispatcher", "wg-handler", "wg-simulate"])
  func `takes nothing from the concurrency runtime`(program: String) throws {
    // The compiler names the library for every program; what counts is whether anything is used.
    // In mangled names, Sc begins what the runtime defines: tasks, actors, continuations.
    let used = try lines(program, "nm", "-D", "--undefined-only").filter { line in
      [
        "swift_task_", "swift_taskGroup", "swift_job_", "swift_continuation_", "swift_asyncLet_",
        "swift_defaultActor_", "$sSc",
      ].contains { line.contains($0) }
    }
    #expect(used.isEmpty, "\(program): \(used)")
  }

  private func lines(_ program: String, _ tool: String, _ options: String...) throws -> [Substring]
  {
    let path = try TestPrograms.path(program).string
    let result = try RunningProgram.system(tool, options + [path])
    try #require(result.status == 0, "\(tool): \(result.errors)")
    return result.output.split(separator: "\n")
  }
}
