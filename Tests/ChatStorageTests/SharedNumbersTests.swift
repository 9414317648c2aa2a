import ChatStorage
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@Suite struct SharedNumbersTests {
  private func project() throws -> (folder: ScratchFolder, layout: ProjectLayout) {
    let folder = try ScratchFolder()
    let layout = ProjectLayout(root: folder.path)
    try Directory.create(layout.service)
    return (folder, layout)
  }

  private func numbers(_ layout: ProjectLayout) -> SharedNumbers {
    SharedNumbers(reading: layout, highest: 0) { Issue.record("\($0)") }
  }

  @Test func `no number is reserved twice`() throws {
    let (folder, layout) = try project()
    defer { withExtendedLifetime(folder) {} }
    var first = numbers(layout)
    #expect(first.used == 0)
    #expect(first.reserved == 0)
    try first.reserve(layout)
    #expect(first.reserved == 64)
    var second = numbers(layout)
    #expect(second.used == 64)
    try second.reserve(layout)
    #expect(second.reserved == 128)
  }

  @Test func `a file that cannot be read counts as what the records say, and is told about`() throws
  {
    let (folder, layout) = try project()
    try folder.write("{\"reserved\": 64", to: "service/incarnations.json")
    var problems = 0
    var found = SharedNumbers(reading: layout, highest: 192) { _ in problems += 1 }
    #expect(found.used == 192)
    #expect(problems == 1)
    try found.reserve(layout)
    #expect(numbers(layout).used == 256)
  }

  @Test func `the highest number of all is not exceeded`() throws {
    let (folder, layout) = try project()
    try folder.write("{\"reserved\": \(UInt64.max)}", to: "service/incarnations.json")
    var found = numbers(layout)
    try found.reserve(layout)
    #expect(found.reserved == found.used)
  }
}
