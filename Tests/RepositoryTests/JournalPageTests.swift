import SystemPackage
import TestSupport
import Testing

/// What goes to the journal, its catalog and wg-journal-fields(7) say the same.
@Suite struct JournalPageTests {
  private let page = Repository.text("man/wg-journal-fields.7")
  private let catalog = Catalog(Repository.text("units/wg.catalog"))
  /// Id by the event's name.
  private let events: [String: String]

  init() {
    let source = Repository.text("Sources/Dispatcher/Log/LogEvent.swift")
    let ids = Dictionary(
      uniqueKeysWithValues: source.matches(of: /case \.(\w+): "(\w+)"/).map {
        (String($0.1), String($0.2))
      })
    let names = source.matches(of: /case (\w+) = "([^"]+)"/)
    events = Dictionary(
      uniqueKeysWithValues: names.map { (String($0.2), ids[String($0.1)] ?? "") })
  }

  @Test("Each event is in the catalog, and each entry of the catalog is an event")
  func catalogEntries() {
    #expect(events.count > 30)
    #expect(Set(events.values) == Set(catalog.entries.map(\.id)))
    #expect(catalog.entries.count == events.count, "no id comes twice")
  }

  @Test("Each entry of the catalog has a subject, says who defines it and where to read more")
  func headers() {
    for entry in catalog.entries {
      for name in ["Subject", "Defined-By", "Support", "Documentation"] {
        #expect(entry.headers.contains { $0.hasPrefix(name + ": ") }, "\(entry.id): \(name)")
      }
      #expect(entry.text.split(separator: "\n").count >= 2, "\(entry.id) explains nothing")
      #expect(entry.text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(entry.id)")
    }
  }

  @Test("The catalog uses only fields that each entry of the event has")
  func substitutions() {
    for (name, id) in events {
      guard let entry = catalog.entries.first(where: { $0.id == id }) else { continue }
      var known: Set<String> = ["WG_PROJECT"]
      if name.hasPrefix("chat.") || name.hasPrefix("consumer.") {
        known.formUnion(["WG_CHAT", "WG_CHAT_ID"])
      }
      if name == "chat.survived" { known.insert("OBJECT_PID") }
      let used = (entry.headers.joined() + entry.text).matches(of: /@([A-Z_]+)@/)
      #expect(Set(used.map { String($0.1) }).subtracting(known).isEmpty, "\(name)")
    }
  }

  @Test("Each page that the catalog names is one of ours or systemd's")
  func documentation() {
    let ours = Set(ManualPage.all.map { $0.path.dropFirst(4) })
    for entry in catalog.entries {
      for match in entry.headers.joined(separator: "\n").matches(of: /man:([\w-]+)\((\d)\)/) {
        let file = "\(match.1).\(match.2)"
        #expect(ours.contains(Substring(file)) || file.hasPrefix("systemd"), "\(file)")
      }
    }
  }

  @Test("journalctl takes the catalog and knows every id")
  func compiled() throws {
    let root = try TemporaryDirectory()
    let folder = root.path.appending("usr/lib/systemd/catalog").string
    _ = try RunningProgram.system(
      "mkdir", ["-p", folder, root.file("var/lib/systemd/catalog").string])
    _ = try RunningProgram.system("cp", [Repository.root + "/units/wg.catalog", folder])
    let option = "--root=\(root.path)"
    let update = try RunningProgram.system("journalctl", ["--update-catalog", option])
    try #require(update.status == 0, "\(update.errors)")
    #expect(update.output.isEmpty && update.errors.isEmpty)
    let list = try RunningProgram.system("journalctl", ["--list-catalog", option])
    let known = Set(list.output.split(separator: "\n").map { String($0.prefix(32)) })
    #expect(known == Set(events.values))
  }

  @Test("Each event is in wg-journal-fields(7) with its id, and no other")
  func eventsInPage() {
    let rows = page.matches(of: /\n\.It ([a-z._]+) Ta (\w+)/)
    #expect(
      Dictionary(rows.map { (String($0.1), String($0.2)) }, uniquingKeysWith: { $1 }) == events)
  }

  @Test("Each field that the dispatcher sends is in wg-journal-fields(7), and no other")
  func fields() {
    let sources = Repository.files(in: "Sources/Dispatcher", ".swift").map(Repository.text)
    let sent = Set(
      sources.flatMap { $0.matches(of: /name: "([A-Z_]+)"/).map { String($0.1) } })
    let described = Set(page.matches(of: /\n\.It Va ([A-Z_]+)/).map { String($0.1) })
    #expect(sent.count > 12)
    #expect(sent == described)
  }

  @Test("The bounds in wg-journal-fields(7) are those of the code")
  func numbers() throws {
    let source = Repository.text("Sources/Dispatcher/Log/EntryLimiter.swift")
    let text = page.split(separator: "\n").joined(separator: " ")
    func number(_ name: String) throws -> Int {
      let match = try #require(source.firstMatch(of: try Regex("static let \(name).* = ([0-9_]+)")))
      return try #require(Int(String(match.output[1].substring ?? "").filter { $0 != "_" }))
    }
    let burst = try number("burst")
    let period = try number("period") / 1_000_000_000
    #expect(
      text.contains("\(burst) entries are written at once, and 1 more for each \(period) sec"))
    #expect(text.contains("\(try number("summaryDelay") / 1_000_000_000) seconds after the first"))
    #expect(text.contains("No more than \(try number("largestCount")) such pairs"))
    let outlet = Repository.text("Sources/Dispatcher/Log/JournalOutlet.swift")
    #expect(outlet.contains("limit: Int = 1 << 20") && text.contains("up to 1 MiB"))
  }

  @Test("What is never left out is listed in wg-journal-fields(7)")
  func evidence() throws {
    let source = Repository.text("Sources/Dispatcher/Log/LogEvent+Evidence.swift")
    let names = Repository.text("Sources/Dispatcher/Log/LogEvent.swift")
      .matches(of: /case (\w+) = "([^"]+)"/)
    let kept = try #require(source.components(before: "true"))
    let listed = try #require(
      page.components(after: "Never left out are")?.components(before: "Pa"))
    for name in names {
      let isKept = kept.contains(".\(name.1),") || kept.contains(".\(name.1):")
      let family = name.2.prefix { $0 != "." } + ".*"
      #expect(
        isKept == (listed.contains(" \(name.2)") || listed.contains(" \(family)")), "\(name.2)")
    }
  }
}

extension String {
  fileprivate func components(before mark: String) -> String? {
    firstRange(of: mark).map { String(self[..<$0.lowerBound]) }
  }

  fileprivate func components(after mark: String) -> String? {
    firstRange(of: mark).map { String(self[$0.upperBound...]) }
  }
}

/// A message catalog, as systemd's are.
private struct Catalog {
  struct Entry {
    let id: String
    let headers: [String]
    let text: String
  }

  let entries: [Entry]

  init(_ text: String) {
    entries = text.split(separator: "\n-- ").dropFirst().map { part in
      let lines = part.split(separator: "\n", omittingEmptySubsequences: false)
      let headers = lines.dropFirst().prefix { !$0.isEmpty }
      return Entry(
        id: String(lines.first ?? ""), headers: headers.map(String.init),
        text: lines.dropFirst(headers.count + 2).joined(separator: "\n"))
    }
  }
}
