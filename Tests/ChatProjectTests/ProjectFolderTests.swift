import ChatProject
import ChatStorage
import JSONLines
import LinuxSystem
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite struct ProjectFolderTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func `a new project has an empty graph and its handler`() throws {
    let folder = try ProjectFolder.initialize(at: directory.path, ChatDefaults(handler: #"e"cho\"#))
    #expect(folder.root == directory.file(".wg"))
    #expect(folder.project == directory.path)
    #expect(text(of: folder.root.appending("graph.jsonl")) == "")
    #expect(text(of: folder.root.appending(".gitignore"))?.contains("service/\n") == true)
    #expect(
      Configuration.read(ConfigurationPlaces(project: folder.layout.config)).handler == #"e"cho\"#)
  }

  @Test func `a second project in the same folder is refused`() throws {
    _ = try ProjectFolder.initialize(at: directory.path)
    let error = #expect(throws: StorageError.self) {
      try ProjectFolder.initialize(at: directory.path)
    }
    #expect(error?.kind == .exists)
  }

  @Test func `an interrupted start is completed and somebody's settings are kept`() throws {
    try Directory.create(directory.file(".wg"))
    try directory.write(".wg/config.toml", "[dispatcher]\nexecutor = 'nex'\n")
    let folder = try ProjectFolder.initialize(at: directory.path, ChatDefaults(handler: "echo"))
    #expect(Configuration.read(ConfigurationPlaces(project: folder.layout.config)).handler == "nex")
  }

  @Test func `the project is found from any folder below it`() throws {
    _ = try ProjectFolder.initialize(at: directory.path)
    try Directory.create(directory.file("a/b/c"))
    #expect(try find(from: directory.file("a/b/c")) == directory.file(".wg"))
    #expect(try find(from: directory.path) == directory.file(".wg"))
    #expect(try find(from: directory.file(".wg")) == directory.file(".wg"))
  }

  @Test func `the old folder name is found and the new one goes before it`() throws {
    try Directory.create(directory.file(".workgraph"))
    #expect(try find(from: directory.path) == directory.file(".workgraph"))
    try Directory.create(directory.file(".wg"))
    #expect(try find(from: directory.path) == directory.file(".wg"))
  }

  @Test func `the option may name the project or the folder and goes before the environment`()
    throws
  {
    _ = try ProjectFolder.initialize(at: directory.path)
    let here = FilePath("/")
    for path in [directory.path, directory.file(".wg")] {
      let found = try ProjectFolder.find(
        dirOption: path, environment: ["WG_DIR": "/nowhere"], currentDirectory: here)
      #expect(found.root == directory.file(".wg"))
      let named = try ProjectFolder.find(
        dirOption: nil, environment: ["WG_DIR": path.string], currentDirectory: here)
      #expect(named.root == directory.file(".wg"))
    }
    let relative = try ProjectFolder.find(
      dirOption: ".wg", environment: [:], currentDirectory: directory.path)
    #expect(relative.root == directory.file(".wg"))
  }

  @Test func `a new project is its owner's and its group's`() throws {
    _ = try ProjectFolder.initialize(at: directory.path)
    #expect(try FileStatus.of(directory.file(".wg"))?.permissions == 0o750)
  }

  @Test func `no project is not found, with what to do about it`() throws {
    for option in [nil, directory.path, directory.file("missing"), directory.file(".wg")] {
      let error = #expect(throws: StorageError.self) {
        try ProjectFolder.find(
          dirOption: option, environment: ["HOME": directory.path.string],
          currentDirectory: directory.path)
      }
      #expect(error?.kind == .notFound)
      #expect(error?.reason.contains("wg init") == true)
    }
  }

  @Test func `settings in the home folder are no project`() throws {
    try Directory.create(directory.file(".wg"))
    try directory.write(".wg/config.toml", "")
    try Directory.create(directory.file("work"))
    let environment = ["HOME": directory.path.string]
    #expect(throws: StorageError.self) {
      try ProjectFolder.find(
        dirOption: nil, environment: environment, currentDirectory: directory.file("work"))
    }
    try directory.write(".wg/graph.jsonl", "")
    let found = try ProjectFolder.find(
      dirOption: nil, environment: environment, currentDirectory: "/")
    #expect(found.root == directory.file(".wg"))
  }

  private func find(from path: FilePath) throws -> FilePath {
    try ProjectFolder.find(dirOption: nil, environment: [:], currentDirectory: path).root
  }
}
