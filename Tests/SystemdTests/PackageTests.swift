import Foundation
import SystemPackage
import TestSupport
import Testing

extension World {
  /// The Debian package, on a system that never had it.
  @Suite struct PackageTests {
    private let service = Unit(name: "wg-dispatcher.service")
    private let socket = Unit(name: "wg-dispatcher.socket")

    /// Every version that was built, the oldest first.
    private func packages() throws -> [Substring] {
      try shell("ls \(TestPrograms.packageRoot)/.build/wg-chat_*.deb | sort --version-sort").lines
    }

    private func install(_ package: Substring) throws {
      try shell("DEBIAN_FRONTEND=noninteractive dpkg --install '\(package)'", within: 120)
    }

    private func ask(_ text: String) throws -> String {
      let wg = "wg.chat --dir /var/lib/wg chat"
      return try shell(
        """
        \(wg) create --handler echo --name talk >/dev/null || true
        \(wg) send --wait --timeout 20 talk '\(text)'
        """
      ).output.trimmingCharacters(in: .newlines)
    }

    /// A newer package is there while a handler is in the middle of its turn.
    private func expectUpgradeInPlace(_ installing: () throws -> Void) throws {
      let wg = "wg.chat --dir /var/lib/wg chat"
      try shell(
        #"""
        \#(wg) create --name slow --command 'while read -r line; do touch /run/wg/taken;           until [ -e /run/wg/go ]; do sleep 0.05; done; echo "$line $$"; done'
        systemd-run --quiet --collect --unit=wg-test-asker --property=StandardOutput=file:/run/answer           \#(wg) send --wait --timeout 120 slow 'long question'
        """#)
      try #require(try eventually(within: 30) { try attempt("test -e /run/wg/taken").status == 0 })
      let former = try service.mainPID
      let command = "readlink /proc/\(former)/exe"
      try installing()
      #expect(try service.state == "active")
      #expect(try service.mainPID == former, "the process is the same")
      #expect(try shell(command).firstLine == "/usr/lib/wg-chat/wg-dispatcher", "as the new file")
      try shell("touch /run/wg/go")
      #expect(
        try eventually(within: 30) {
          try attempt("cat /run/answer").firstLine.hasPrefix("long question ")
        }, "the turn was not cut")
    }

    private func files() throws -> String {
      try shell(
        """
        find /usr /lib/systemd /etc /var/lib -path /var/lib/dpkg -prune -o \
          \\( -name '*wg-dispatcher*' -o -name 'wg.chat*' -o -name 'wg-chat*' \\) -print
        """
      ).output
    }

    @Test func `it installs, serves, is upgraded and removed, and purging leaves nothing`() throws {
      try World.require()
      let versions = try packages()
      let (older, newer) = (try #require(versions.first), try #require(versions.last))
      #expect(older != newer, "an upgrade needs two versions")
      #expect(try files() == "")

      try install(older)
      #expect(try socket.state == "active")
      #expect(try service.state == "inactive", "no process before somebody asks")
      #expect(try ask("one") == "one")
      #expect(try service.state == "active")
      #expect(try shell("systemctl is-enabled wg-dispatcher.socket").firstLine == "enabled")

      try expectUpgradeInPlace { try install(newer) }
      #expect(try ask("two") == "two")
      #expect(try shell("wg.chat --dir /var/lib/wg chat history talk").output.contains("one"))

      try shell("dpkg --remove wg-chat")
      #expect(try service.state != "active" && socket.state != "active")
      #expect(try attempt("pgrep --exact wg-dispatcher").output == "")
      #expect(try shell("cat /var/lib/wg/.wg/graph.jsonl").output.contains("talk"))

      try install(newer)
      #expect(try ask("three") == "three", "the chats are where they were")

      try shell("dpkg --purge wg-chat")
      #expect(try attempt("test -e /var/lib/wg").status != 0)
      #expect(try files() == "")
      #expect(try attempt("systemctl cat wg-dispatcher.service").status != 0)
      #expect(try attempt("systemctl --failed --no-legend | grep wg").output == "")
    }
  }
}
