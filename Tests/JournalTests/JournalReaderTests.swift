import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import Systemd

/// Reading a journal that systemd-journal-remote made.
@Suite struct JournalReaderTests {
  private let fixture: JournalFixture

  init() throws {
    fixture = try JournalFixture((1...5).map { ["MESSAGE": "line \($0)", "T": "\($0 % 2)"] })
  }

  @Test("Entries come in their order, forwards and backwards")
  func order() throws {
    let reader = try JournalReader.open(folder: fixture.folder)
    var texts: [String?] = []
    while try reader.next() { texts.append(reader.value("MESSAGE")) }
    #expect(texts == ["line 1", "line 2", "line 3", "line 4", "line 5"])
    try reader.seekTail()
    #expect(try reader.previous())
    #expect(reader.value("MESSAGE") == "line 5")
    #expect(reader.value("NO_SUCH_FIELD") == nil)
    #expect(reader.time == JournalFixture.time(of: 5))
  }

  @Test("A match lets only its entries through, and a cursor finds one again")
  func matches() throws {
    let reader = try JournalReader.open(folder: fixture.folder)
    try reader.match("T", "0")
    var cursors: [String] = []
    while try reader.next() { cursors += reader.cursor.map { [$0] } ?? [] }
    #expect(cursors.count == 2)
    try reader.seek(to: try #require(cursors.last))
    #expect(try reader.next())
    #expect(reader.value("MESSAGE") == "line 4")
    #expect(try !reader.next())
  }

  @Test("Bytes that are no text do no harm")
  func bytes() throws {
    let fixture = try JournalFixture(raw: [[("MESSAGE", [0xFF, 0x0A, 0x41])]])
    let reader = try JournalReader.open(folder: fixture.folder)
    #expect(try reader.next())
    #expect(reader.value("MESSAGE") == "\u{FFFD}\nA")
  }

  @Test("A folder that is not there is an error, an empty one has no entries")
  func folders() throws {
    #expect(throws: Errno.noSuchFileOrDirectory) { try JournalReader.open(folder: "/nonexistent") }
    let empty = try TemporaryDirectory()
    #expect(try !JournalReader.open(folder: empty.path).next())
  }

  @Test("A damaged file is passed over, and the others are read")
  func damage() throws {
    let file = try Descriptor.open(fixture.folder.appending("torn.journal"), flags: 0o101)
    try file.writeAll("LPKSHHRH and no more".utf8)
    let reader = try JournalReader.open(folder: fixture.folder)
    #expect(try reader.next())
    #expect(reader.value("MESSAGE") == "line 1")
  }

  @Test("No descriptor of an open journal is inherited")
  func inheritance() throws {
    let reader = try JournalReader.open(folder: fixture.folder)
    #expect(try reader.next())
    let open = try Directory.names(in: "/proc/self/fd").filter { name in
      let link = try? FilePath("/proc/self/fd/\(name)").resolvingSymbolicLinks()
      return link?.starts(with: fixture.folder) == true
    }
    #expect(!open.isEmpty)
    for number in open {
      let info = try #require(text(of: FilePath("/proc/self/fdinfo/\(number)")))
      let flags = try #require(info.firstMatch(of: /flags:\s+([0-7]+)/)).1
      #expect(Int(flags, radix: 8).map { $0 & 0o2000000 } != 0, "O_CLOEXEC of \(number)")
    }
    withExtendedLifetime(reader) {}
  }

  @Test("Files that may not be read are noticed")
  func hidden() throws {
    #expect(!JournalFiles.hideSomething(in: [fixture.folder]))
    #expect(JournalFiles.hideSomething(in: ["/nonexistent"]))
    let machine = try fixture.directory.write("machine-id", "0123456789abcdef0123456789abcdef\n")
    let folder = fixture.directory.file("0123456789abcdef0123456789abcdef")
    #expect(JournalFiles.folders(below: [fixture.directory.path], machineID: machine).isEmpty)
    try Directory.create(folder)
    #expect(JournalFiles.folders(below: [fixture.directory.path], machineID: machine) == [folder])
  }
}
