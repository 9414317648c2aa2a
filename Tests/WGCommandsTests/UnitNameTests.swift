import SystemPackage
import Testing

@testable import WGCommands

struct UnitNameTests {
  /// What `systemd-escape --path` prints, systemd 252.
  @Test(arguments: [
    ("/", "-"), ("/srv/project", "srv-project"), ("/srv//a/", "srv-a"), ("/a-b/c", #"a\x2db-c"#),
    ("/.wg", #"\x2ewg"#), ("/a/.b", "a-.b"), ("/with space", #"with\x20space"#),
    ("/ä", #"\xc3\xa4"#), (#"/back\slash"#, #"back\x5cslash"#), ("/100%", #"100\x25"#),
    ("/a:b_c.d", "a:b_c.d"), ("/new\nline", #"new\x0aline"#),
  ])
  func `a folder is escaped as systemd does it`(path: String, name: String) {
    #expect(UnitName.escaped(FilePath(path)) == name)
  }

  @Test func `a service has its socket and its template`() {
    #expect(UnitName.socket(of: "wg-dispatcher@a.b.service") == "wg-dispatcher@a.b.socket")
    #expect(UnitName.template(of: "wg-dispatcher@a.b.service") == "wg-dispatcher@.service")
    #expect(UnitName.template(of: "wg-dispatcher.service") == nil)
  }
}
