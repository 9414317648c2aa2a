import Testing

/// Which module may know which: the table of docs/architecture.md.
@Suite struct ArrowTests {
  /// By module; C modules included.
  private let allowed: [String: Set<String>] = {
    var table: [String: Set<String>] = [:]
    let lines = Repository.lines("docs/architecture.md")
    let rows = lines.drop { !$0.hasPrefix("| module |") }.dropFirst(2)
    for line in rows.prefix(while: { $0.hasPrefix("|") }) {
      let cells = line.split(separator: "|").map(\.trimmed)
      guard cells.count >= 2, let module = names(in: cells[0]).first else { continue }
      table[module] = Set(names(in: cells[1]))
    }
    return table
  }()

  private static func names(in cell: String) -> [String] {
    cell.matches(of: /`([^`]+)`/).map { String($0.1) }
  }

  @Test func `every module has a row in the table of arrows, and every row a module`() {
    let modules = Set(
      Repository.files.filter { $0.hasPrefix("Sources/") }
        .compactMap { $0.split(separator: "/").dropFirst().first.map(String.init) })
    #expect(Set(allowed.keys) == modules)
  }

  @Test func `every module imports only what the table of arrows allows`() {
    for source in Repository.sources {
      let extra = Set(source.imports).subtracting(allowed[source.module] ?? [])
      #expect(extra.isEmpty, "\(source.path) imports \(extra.sorted())")
    }
  }

  @Test func `the table allows no import of a module that nobody needs`() {
    for (module, allowed) in allowed {
      let used = Set(Repository.sources.filter { $0.module == module }.flatMap(\.imports))
      let unused = allowed.subtracting(used).subtracting(["Glibc", "SystemPackage"])
      #expect(unused.isEmpty, "\(module) does not import \(unused.sorted())")
    }
  }

  @Test func `no source imports Foundation, Dispatch or the concurrency runtime`() {
    let banned: Set<String> = ["Foundation", "FoundationEssentials", "Dispatch", "_Concurrency"]
    for source in Repository.sources {
      #expect(banned.isDisjoint(with: source.imports), "\(source.path)")
    }
  }

  @Test func `nothing but the argument parser's own main is asynchronous`() {
    let pattern = /\b(async|await)\b|\bactor [A-Z]|(^|[=(])\s*Task(\.detached)?\s*[{(]/
    for source in Repository.sources {
      #expect(source.matches(pattern, near: ["async", "await", "actor", "Task"]).isEmpty)
    }
  }
}
