import ChatStorage
import HandlerKinds
import SystemPackage
import TestSupport
import Testing

@testable import Settings

/// wg-config(5) and the schema say the same.
@Suite struct ManualPageTests {
  /// The lines of the page by section.
  private let sections: [String: [String]]

  init() throws {
    let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .removingLastComponent()
    let page = try #require(text(of: root.appending("man/wg-config.5")))
    var sections: [String: [String]] = [:]
    var section = ""
    for line in page.replacing("\\\n", with: "").split(separator: "\n").map(String.init) {
      if line.hasPrefix(".Sh ") { section = String(line.dropFirst(4)) }
      sections[section, default: []].append(line)
    }
    self.sections = sections
  }

  /// The keys that have an item, each with the lines of it.
  private func items(_ section: String) -> [(keys: [String], lines: [String])] {
    var items: [(keys: [String], lines: [String])] = []
    for line in sections[section] ?? [] {
      if line.hasPrefix(".It Ql ") {
        let keys = line.dropFirst(7).split(separator: ",").map { $0.filter { $0 != " " } }
        items.append((keys, []))
      } else if !items.isEmpty {
        items[items.count - 1].lines.append(line)
      }
    }
    return items
  }

  @Test(arguments: [
    ("[dispatcher]", SettingsTable.dispatcher), ("[chats]", .chats),
    ("[supervision]", .supervision), ("[logging]", .logging), ("[tui]", .tui),
    ("[models.NAME]", .model("x")),
  ])
  func `each setting of a table is in its section, with its default`(
    section: String, table: SettingsTable
  ) throws {
    let items = items(section)
    #expect(items.flatMap(\.keys) == table.settings.map(\.key))
    for setting in table.settings where !setting.initial.isEmpty {
      let item = try #require(items.first { $0.keys == [setting.key] })
      let text = item.lines.joined(separator: "\n")
      #expect(text.contains("Default:\n.Ql \(setting.initial) ."), "\(setting.key): \(text)")
    }
  }

  @Test func `each option of each kind is a key in the section of handlers`() {
    let items = items("[handlers.NAME]")
    let own = SettingsTable.handler("x").settings.map(\.key)
    #expect(items.prefix(own.count).flatMap(\.keys) == own)
    for kind in BuiltInKind.allCases where !kind.options.isEmpty {
      let described = items.dropFirst(own.count).filter {
        $0.lines.contains(".Ql \(kind.rawValue) .") || $0.lines.contains(".Ql \(kind.rawValue)")
      }.first
      #expect(described?.keys == kind.options.map(\.key), "\(kind)")
    }
  }

  @Test func `the examples of the page have no mistake`() {
    let lines = sections["EXAMPLES"] ?? []
    var isInside = false
    var text = ""
    for line in lines {
      if line.hasPrefix(".Ed") {
        #expect(Configuration(text: text, file: "/example").problems.isEmpty, "\(text)")
        text = ""
      }
      if isInside && !line.hasPrefix(".Ed") { text += line + "\n" }
      isInside = line.hasPrefix(".Bd") || (isInside && !line.hasPrefix(".Ed"))
    }
  }

  @Test(arguments: [nil, "echo", "a \"b\" \\"])
  func `the file that init writes says what chats begin with and nothing else`(handler: String?) {
    let said = ChatDefaults(handler: handler, model: handler, endpoint: "http://e/")
    let text = ConfigurationTemplate.text(said)
    let configuration = Configuration(text: text, file: "/c")
    #expect(configuration.model == handler && configuration.endpoint == "http://e/")
    #expect(configuration.handler == handler ?? "claude")
    #expect(configuration.supervision() == Configuration().supervision())
    // Each line that is commented out can be used as it is, but for those that need a value.
    let used = text.split(separator: "\n").map { line in
      let bare = line.hasPrefix("# ") ? line.dropFirst(2) : line
      return bare.hasPrefix("[") || bare.contains(" = ") && !bare.contains("…") ? bare : ""
    }
    let all = Configuration(text: used.joined(separator: "\n"), file: "/c")
    #expect(all.problems.filter { !$0.reason.contains("there is no handler") }.isEmpty)
    #expect(all.limits(of: .init(1)) == ChatLimits())
    #expect(all.model(named: "local")?.handler == "openai")
  }
}
