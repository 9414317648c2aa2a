import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@Suite struct JSONFileTests {
  @Test func `a file is written indented and read with unknown members in their order`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write(#"{"z":1.0,"a":{"q":"\u0041"}}"#, to: "a.json")
    let object = try #require(try JSONFile.read(path))
    try JSONFile.write(object, to: path)
    #expect(
      try folder.read("a.json") == "{\n  \"z\": 1.0,\n  \"a\": {\n    \"q\": \"\\u0041\"\n  }\n}\n")
  }

  @Test func `a missing file is nil and a bad one names its line`() throws {
    let folder = try ScratchFolder()
    #expect(try JSONFile.read(folder.file("none.json")) == nil)
    let path = try folder.write("{\n\"a\": 1,\n}", to: "a.json")
    #expect { try JSONFile.read(path) } throws: { error in
      let error = error as? StorageError
      return error?.kind == .badData && error?.line == 3
    }
  }

  @Test func `a file that is too large is refused before it is read`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("{}")
    let file = try Descriptor.open(path, flags: O_RDWR)
    try file.truncate(to: JSONFile.sizeLimit + 1)
    #expect(throws: StorageError.self) { try JSONFile.read(path) }
    #expect(try RegularFile.openForReading(path) != nil)
    try file.truncate(to: RegularFile.sizeLimit + 1)
    for open in [
      { try RegularFile.openForReading(path) }, { try RegularFile.openForAppending(path) },
    ] {
      let error = #expect(throws: StorageError.self) { _ = try open() }
      #expect(error?.kind == .badData)
      #expect(error?.reason.contains("too large") == true)
    }
    #expect(try RegularFile.openForReading(path, limit: .max) != nil)
  }

  @Test func `a file set aside keeps its contents under another name`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("{torn", to: "a.json")
    let problem = try JSONFile.setAside(path, because: "not JSON")
    #expect(try FileStatus.of(path) == nil)
    let names = try Directory.names(in: folder.path)
    let aside = try #require(names.first { $0.hasPrefix("a.json.corrupt-") })
    #expect(try folder.read(aside) == "{torn")
    #expect(problem.reason.contains(aside))
  }
}
