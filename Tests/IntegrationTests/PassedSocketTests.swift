import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What a dispatcher makes of wrong announcements and of links that a socket unit left.
@Suite struct PassedSocketTests {
  @Test(
    "Descriptors that are announced and not there are a clear error, however many",
    arguments: ["9", "65536", "2147483644"])
  func announcedAndNotOpen(count: String) throws {
    let project = try Project()
    let dispatcher = try TestPrograms.path("wg-dispatcher")
    let line = "LISTEN_PID=$$ LISTEN_FDS=\(count) exec '\(dispatcher)' --dir '\(project.root)'"
    let outcome = try project.begin(system: "timeout", ["4", "sh", "-c", line])
    let end = try outcome.finish()
    if count == "2147483644" {
      // More than a kernel can have open: no announcement at all. It serves, until it is ended.
      #expect(end.exit == .exited(124))
    } else {
      #expect(end.exit == .exited(64))
      #expect(end.errors.contains("LISTEN_FDS"))
    }
  }

  @Test("A link to nobody is replaced; one to a socket that somebody holds is left, unconnected")
  func links() throws {
    let project = try Project()
    try Directory.create(project.service)
    let held = project.scratch.path.appending("held.sock")
    let link = project.service.appending("daemon.sock")
    try systemCall { held.withPlatformString { to in link.withPlatformString { symlink(to, $0) } } }
    let listener = try StreamListener.listen(held)
    let refused = try project.beginDispatcher().finish()
    #expect(refused.exit == .exited(75))
    #expect(refused.errors.contains("systemd socket unit"))
    #expect(try !listener.hasCaller())
    #expect(try FileStatus.of(link)?.kind == .symbolicLink)
    try AtomicFile.remove(held)
    try project.start()
    #expect(try FileStatus.of(link)?.kind == .socket)
  }
}
