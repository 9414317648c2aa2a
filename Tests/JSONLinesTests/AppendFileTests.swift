import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@Suite struct AppendFileTests {
  private func append(_ row: String, _ folder: ScratchFolder) throws {
    try AppendFile.append(to: folder.file("rows.jsonl"), lock: folder.file("rows.lock")) {
      (_) throws(StorageError) in Array(row.utf8)
    }
  }

  @Test func `rows are appended to a file that need not exist`() throws {
    let folder = try ScratchFolder()
    try append("1", folder)
    try append("2", folder)
    #expect(try folder.read() == "1\n2\n")
  }

  @Test func `a last row without a newline is not glued to the new one`() throws {
    let folder = try ScratchFolder()
    try folder.write("{\"id\":1}")
    let offset = try AppendFile.append(
      to: folder.file("rows.jsonl"), lock: folder.file("rows.lock")
    ) { (rows) throws(StorageError) in
      let last = try StorageError.about("rows") { () throws(Errno) in try rows.next() }
      #expect(last?.isTerminated == false)
      return Array("2".utf8)
    }
    #expect(try folder.read() == "{\"id\":1}\n2\n")
    #expect(offset == 9)
  }

  @Test func `a row with a newline is refused and changes nothing`() throws {
    let folder = try ScratchFolder()
    try folder.write("1\n")
    #expect { try append("2\n3", folder) } throws: { ($0 as? StorageError)?.kind == .input }
    #expect(try folder.read() == "1\n")
  }

  @Test func `a symbolic link, a folder and a pipe are refused`() throws {
    let folder = try ScratchFolder()
    let path = folder.file("rows.jsonl")
    symlink("/dev/null", path.string)
    #expect { try append("1", folder) } throws: { ($0 as? StorageError)?.kind == .notPermitted }
    unlink(path.string)
    mkdir(path.string, 0o755)
    #expect { try append("1", folder) } throws: { ($0 as? StorageError)?.kind == .badData }
    #expect { try RegularFile.openForReading(path) } throws: {
      ($0 as? StorageError)?.kind == .badData
    }
    rmdir(path.string)
    mkfifo(path.string, 0o644)
    #expect { try append("1", folder) } throws: { ($0 as? StorageError)?.kind == .badData }
    #expect { try RegularFile.openForReading(path) } throws: {
      ($0 as? StorageError)?.kind == .badData
    }
  }

  @Test func `an error names the file and says what to do`() throws {
    let folder = try ScratchFolder()
    let path = folder.file("none").appending("rows.jsonl")
    #expect {
      try AppendFile.append(to: path, lock: path) { (_) throws(StorageError) in [] }
    } throws: { error in
      "\(error)" == "\(path): there is no such file or folder"
    }
  }

  @Test func `a full disk leaves the file as it was`() throws {
    let folder = try ScratchFolder()
    guard mount("none", folder.path.string, "tmpfs", 0, "size=16k") == 0 else {
      print("skipped: mounting a small file system failed with errno \(errno)")
      return
    }
    defer { umount2(folder.path.string, Int32(MNT_DETACH)) }
    try append("1", folder)
    #expect { try append(String(repeating: "x", count: 64 << 10), folder) } throws: {
      ($0 as? StorageError)?.kind == .noSpace
    }
    #expect(try folder.read() == "1\n")
    try append("2", folder)
    #expect(try folder.read() == "1\n2\n")
  }
}
