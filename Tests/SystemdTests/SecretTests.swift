import SystemPackage
import TestSupport
import Testing

extension World {
  /// What must not be found where others read.
  @Suite struct SecretTests {
    private let secret = "wg-test-secret-4711"
    private let folder = "/run/wg-test-endpoint"

    /// An endpoint that says in its errors which key it was sent; gives its port.
    private func endpoint() throws -> String {
      let script = TestPrograms.packageRoot.appending("Tests/endpoint/endpoint.py")
      try shell(
        """
        rm -rf \(folder) && mkdir \(folder)
        systemd-run --quiet --collect --unit=wg-test-endpoint \
          /usr/bin/python3 '\(script)' \(folder)
        """)
      return try eventually(within: 30, "the port of the endpoint") {
        let port = try attempt("cat \(folder)/port").firstLine
        return port.isEmpty ? nil : port
      }
    }

    @Test func `a key that the endpoint repeats is in no journal, file or argument`() throws {
      guard try attempt("test -x /usr/bin/python3").status == 0 else {
        print("passed over: there is no python3 for the endpoint")
        return
      }
      let service = try SystemService()
      try shell("mkdir -p /etc/wg && (umask 077 && echo \(secret) > /etc/wg/openai.key)")
      defer { _ = try? shell("rm -f /etc/wg/openai.key; systemctl stop wg-test-endpoint") }
      try service.unit.configure("[Service]\nLoadCredential=openai.key:/etc/wg/openai.key")
      try service.start()
      let chat = try service.createChat(
        "--handler openai -m status:401 -e http://127.0.0.1:\(try endpoint())/v1")
      let told = try attempt("wg --dir \(service.folder) chat send --wait \(chat) hello")
      #expect(told.errors.contains("[key]"), "\(told)")
      let sent = try shell("cat \(folder)/requests").output
      #expect(sent.contains("Bearer \(secret)"), "it was used")

      let seen = try service.journal.text("-o verbose --all")
      #expect(seen.contains("does not accept the key"), "the entry is there")
      #expect(!seen.contains(secret))
      #expect(try attempt("grep -rl \(secret) \(service.folder) /run/wg").output.isEmpty)
      // Not the secret itself, which whoever looks for it would have as an argument.
      let pattern = "[\(secret.prefix(1))]\(secret.dropFirst())"
      #expect(try attempt("grep -l '\(pattern)' /proc/[0-9]*/cmdline").output.isEmpty)
    }
  }
}
