import Testing

/// The state machine's switch, and the layout of the sources.
@Suite struct FormatTests {
  @Test func `the transitions are one switch over state and event without a default`() throws {
    let file = "Sources/SupervisionCore/ChildMachine+Transitions.swift"
    let source = try #require(Repository.sources.first { $0.path == file })
    #expect(source.matches(/switch \(state, event\)/, near: ["switch"]).count == 1)
    #expect(source.matches(/^\s*default\s*:/, near: ["default"]).isEmpty)
  }

  @Test func `no switch of the core has a default`() {
    for source in Repository.sources where source.module == "SupervisionCore" {
      #expect(source.matches(/^\s*default\s*:/, near: ["default"]).isEmpty)
    }
  }

  @Test func `the sources are formatted`() throws {
    let result = try RunningProgram.system(
      "swift",
      [
        "format", "lint", "--strict", "--parallel", "--recursive", "Package.swift", "Sources",
        "Tests", "Examples",
      ])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }
}
