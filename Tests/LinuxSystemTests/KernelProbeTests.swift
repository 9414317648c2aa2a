import LinuxSystem
import SystemPackage
import Testing

@testable import LinuxSystem

@Suite struct KernelProbeTests {
  /// In a process of its own: the other suites start children beside this one.
  @Test("Every ability is tried, those that the tests themselves need work, and no child is left")
  func everything() async {
    await #expect(processExitsWith: .success) {
      let answers = KernelProbe.answers()
      #expect(Set(answers.keys) == Set(KernelAbility.allCases))
      for ability in [
        KernelAbility.processDescriptors, .cloneWithDescriptor, .waitByDescriptor,
      ] {
        #expect(answers[ability] == .works)
      }
      #expect(ProcessTable.ownChildren().isEmpty)
    }
  }

  @Test("The answers agree with what the project's own calls do")
  func agreement() throws {
    let answers = KernelProbe.answers()
    let child = try Spawn.run(
      SpawnRequest(executable: "/bin/sh", arguments: ["sh", "-c", "exit 3"])
    ).descriptor
    _ = try child.descriptor.wait(for: .readable, until: .never)
    #expect(try child.reap() == .exited(3))
    #expect((child.exitInformation() == .exited(3)) == (answers[.exitOfAnyProcess] == .works))
  }

  @Test("The release begins with two numbers")
  func release() {
    #expect(KernelProbe.release.split { !$0.isNumber }.count >= 2)
  }

  @Test("The options of /proc are those of its last mount, behind the dash")
  func processView() {
    let first = "23 28 0:21 / /proc rw,nosuid - proc proc rw"
    func view(_ options: String) -> ProcessView {
      ProcessView.parse(Array("\(first)\n60 28 0:40 / /proc rw - proc proc \(options)\n".utf8))
    }
    #expect(view("rw") == ProcessView(isMounted: true))
    #expect(view("rw,hidepid=0").hidesOthers == false)
    #expect(view("rw,hidepid=off").hidesOthers == false)
    #expect(view("rw,hidepid=invisible,gid=5").hidesOthers)
    #expect(view("rw,hidepid=2").hidesOthers)
    #expect(view("rw,subset=pid").hasOnlyProcesses)
    #expect(ProcessView.parse([]) == ProcessView(isMounted: true))
  }

  @Test("Of the table of Unix sockets only those that listen and have a name count")
  func listeners() {
    let table = """
      Num       RefCount Protocol Flags    Type St Inode Path
      0000000000000000: 00000002 00000000 00010000 0001 01 20 /run/a b.sock
      0000000000000000: 00000003 00000000 00000000 0001 03 21 /run/c.sock
      0000000000000000: 00000002 00000000 00010000 0001 01 22
      """
    #expect(ListeningSockets.parse(Array(table.utf8)) == ["/run/a b.sock"])
  }

  @Test("A process is found by the file that it has open")
  func openFiles() throws {
    let pipe = try Pipe()
    let path: FilePath = "/bin/sh"
    let file = try Descriptor.open(path, flags: 0, followsLinks: true)
    let identity = OpenFiles.Identity(try file.status())
    let child = try Spawn.run(
      SpawnRequest(
        executable: path, arguments: ["sh", "-c", "read line"],
        descriptors: [.init(pipe.readEnd, as: 0), .init(file, as: 9)]))
    defer {
      try? child.descriptor.signal(.kill)
      _ = try? child.descriptor.descriptor.wait(for: .readable, until: .never)
      _ = try? child.descriptor.reap()
    }
    #expect(OpenFiles.holders(of: [identity])[identity]?.contains(child.pid) == true)
    #expect(OpenFiles.holders(of: []).isEmpty)
  }

  @Test("A file system tells its name and its room")
  func fileSystem() throws {
    #expect(try FileSystemStatus.of("/proc").name == "type 0x9fa0")
    #expect(try FileSystemStatus.of("/tmp").total > 0)
    #expect(throws: Errno.noSuchFileOrDirectory) { try FileSystemStatus.of("/no/such/folder") }
  }
}
