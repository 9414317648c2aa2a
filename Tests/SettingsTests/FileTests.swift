import ChatStorage
import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import Settings

@Suite struct FileTests {
  private let folder: TemporaryDirectory
  private var project: FilePath { folder.path.appending("config.toml") }

  init() throws { folder = try TemporaryDirectory() }

  private func write(_ text: String, to path: FilePath) throws {
    try Directory.create(path.removingLastComponent())
    try AtomicFile.replace(path, with: Array(text.utf8))
  }

  private func read() -> Configuration { .read(ConfigurationPlaces(project: project)) }

  @Test func `the project's file counts before the person's, and that before the machine's`()
    throws
  {
    let (user, machine) = (folder.path.appending("u/c.toml"), folder.path.appending("m/c.toml"))
    let missing = folder.path.appending("none/c.toml")
    let old = folder.path.appending("old/c.toml")
    try write("[dispatcher]\nmodel = 'p'\n[handlers.h]\nkind = 'echo'", to: project)
    try write(
      "[dispatcher]\nmodel = 'u'\nhandler = 'h'\n[handlers.h]\nkind = 'openai'\nmodel = 'x'",
      to: user)
    try write("[tui]\ntheme = 'nope'", to: old)
    try write("[dispatcher]\nhandler = 'echo'\n[chats]\ntasks_max = 3", to: machine)
    let configuration = Configuration.read(
      ConfigurationPlaces(machine: machine, user: [missing, user, old], project: project))
    #expect(configuration.problems.isEmpty)
    #expect(configuration.model == "p" && configuration.handler == "h")
    #expect(configuration.handler(named: "h")?.arguments() == ["echo"])
    #expect(configuration.limits(of: .init(1)).tasksMax == 3)
    #expect(configuration.files == [project, user, machine])
  }

  @Test func `a person's files are where the XDG specification and the existing program say`() {
    let places = ConfigurationPlaces(project: "/p/.wg/config.toml") { ["HOME": "/home/a"][$0] }
    #expect(places.user == ["/home/a/.config/wg/config.toml", "/home/a/.wg/config.toml"])
    let other = ConfigurationPlaces(project: "/home/a/.wg/config.toml") {
      ["HOME": "/home/a", "XDG_CONFIG_HOME": "/x"][$0]
    }
    #expect(other.user == ["/x/wg/config.toml"])
    let none = ConfigurationPlaces(project: "/p/c") { ["XDG_CONFIG_HOME": "x", "HOME": ""][$0] }
    #expect(none.user.isEmpty)
  }

  @Test func `a missing file says nothing`() { #expect(read().problems.isEmpty) }

  @Test func `a file that is too long is refused, whatever is in it`() throws {
    try write(String(repeating: "# long\n", count: 1_500_000), to: project)
    #expect(read().mistakes.first?.reason.contains("256 KiB") == true)
  }

  @Test func `a link, a folder and a pipe in its place are refused at once`() throws {
    try write("[dispatcher]\nmodel = 'x'", to: folder.path.appending("real.toml"))
    #expect(symlink("real.toml", project.string) == 0)
    #expect(read().mistakes.first?.reason.contains("symbolic link") == true)
    #expect(read().model == nil)
    let linked = Configuration.read(
      ConfigurationPlaces(user: [project], project: folder.path.appending("none")))
    #expect(linked.model == "x")
    FileTree.remove(project)
    try Directory.create(project)
    #expect(read().mistakes.first?.reason.contains("folder") == true)
    FileTree.remove(project)
    #expect(mkfifo(project.string, 0o600) == 0)
    #expect(read().mistakes.first?.reason.contains("pipe") == true)
  }

  @Test func `bytes that are no text are refused with a line`() throws {
    try AtomicFile.replace(project, with: Array("[dispatcher]\nmodel = \"".utf8) + [0xFF, 0x22])
    #expect(read().mistakes.first?.line == 2)
  }

  @Test func `a byte order mark and lines that end as on other systems are understood`() throws {
    try write("\u{FEFF}[chats]\r\ntasks_max = 7\r\nmemory_max = 0\r\n", to: project)
    #expect(read().limits(of: .init(1)).tasksMax == 7)
    #expect(read().problems.map(\.line) == [3])
  }

  @Test func `no problem carries a control character or more than a person reads`() throws {
    let long = String(repeating: "x", count: 50_000)
    try write("[tui]\ntheme = \"\\u001b[31m\(long)\"\n\"\\u001b]0;\" = 1", to: project)
    for problem in read().problems {
      #expect(!problem.reason.unicodeScalars.contains { $0.value < 32 })
      #expect(problem.reason.count < 500)
    }
    #expect(read().problems.count == 2)
  }
}
