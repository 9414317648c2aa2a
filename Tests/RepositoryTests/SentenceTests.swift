import Testing

/// What the programs write down is explained where people look.
@Suite struct SentenceTests {
  private let dispatcherPage = Repository.text("man/wg-dispatcher.8")

  @Test func `each clause that a decision can name has a sentence in wg-dispatcher(8)`() throws {
    let clauses = try values(of: "Clause", in: "Sources/SupervisionCore/Decision.swift")
    #expect(clauses.count > 30)
    for clause in clauses {
      #expect(dispatcherPage.contains("\n.It Ql \(clause)\n"), "\(clause)")
    }
  }

  @Test func `each event of the log is named in wg-dispatcher(8)`() throws {
    let events = try values(of: "LogEvent", in: "Sources/Dispatcher/Log/LogEvent.swift")
    let named = Set(
      dispatcherPage.split(separator: "\n").filter { $0.hasPrefix(".It Ql ") }
        .flatMap { $0.dropFirst(7).split(separator: " ").map(String.init) })
    #expect(Set(events).subtracting(named).isEmpty)
    #expect(named.filter { $0.contains(".") }.subtracting(events).isEmpty)
  }

  @Test func `each state of a chat is in wg(1)`() throws {
    let states = try values(of: "ChatState", in: "Sources/ControlProtocol/ChatState.swift")
    #expect(states.count == 8)
    let page = Repository.text("man/wg.1")
    for state in states { #expect(page.contains("\n.It \(state) Ta "), "\(state)") }
  }

  @Test func `each check of wg doctor is explained in wg-doctor(1), and no other`() throws {
    let checks = try values(
      of: "Check", in: "Sources/WGCommands/Doctor/Findings/Finding.swift")
    let page = Repository.lines("man/wg-doctor.1").drop { $0 != ".Sh CHECKS" }
      .prefix { $0 != ".Sh OUTPUT" }
    let explained = page.filter { $0.hasPrefix(".It Ql ") }.map { String($0.dropFirst(7)) }
    #expect(Set(checks) == Set(explained))
    #expect(checks.count > 20)
  }

  @Test func `each request of the control socket is in wg-control(7)`() throws {
    let requests = try values(of: "CommandName", in: "Sources/ControlProtocol/CommandName.swift")
    let page = Repository.text("man/wg-control.7")
    for request in requests {
      #expect(page.contains("\n.It Ql \(request)"), "\(request)")
    }
  }

  @Test func `the bounds in wg-dispatcher(8) are those of the settings`() throws {
    let settings = Repository.text("Sources/SupervisionCore/SupervisionSettings.swift")
    let child = try #require(settings.firstMatch(of: Self.budget("child", unit: "seconds")))
    let daemon = try #require(settings.firstMatch(of: Self.budget("daemon", unit: "milliseconds")))
    let text = dispatcherPage.split(separator: "\n").joined(separator: " ")
    #expect(
      text.contains("\(number(child, 1)) at once and one more for each \(number(child, 2)) seconds")
    )
    #expect(
      text.contains(
        "\(number(daemon, 1)) at once and one more for each \(number(daemon, 2)) milliseconds"))
    let crashes = try #require(settings.firstMatch(of: /crashLimit = (\d+)/)).1
    #expect(text.contains("\(crashes) failed runs within 10 minutes"))
    #expect(settings.contains("crashWindow: TimeSpan = .seconds(600)"))
    let poison = try #require(settings.firstMatch(of: /poisonLimit = (\d+)/)).1
    #expect(text.contains("at \(poison) failed runs in a row"))
  }

  private static func budget(_ name: String, unit: String) -> Regex<AnyRegexOutput> {
    let pattern =
      name + #"Budget = BudgetPolicy\(burst: ([\d_]+), period: \."# + unit + #"\((\d+)\)"#
    return (try? Regex(pattern)) ?? Regex(verbatim: pattern)
  }

  private func number(_ match: Regex<AnyRegexOutput>.Match, _ index: Int) -> String {
    String(match.output[index].substring ?? "").filter { $0 != "_" }
  }

  /// The raw values of an enumeration of strings.
  private func values(of name: String, in path: String) throws -> [String] {
    let lines = Repository.lines(path)
    let start = try #require(lines.firstIndex { $0.contains("enum \(name):") })
    let indent = lines[start].prefix { $0 == " " }
    let end = lines[start...].firstIndex { $0 == indent + "}" } ?? lines.endIndex
    return lines[start..<end].filter { $0.hasPrefix(indent + "  case ") }.flatMap { line in
      line.dropFirst(indent.count + 7).split(separator: ",").map { word in
        let quoted = word.firstMatch(of: /"(.+)"/).map { String($0.1) }
        return quoted ?? word.trimmed
      }
    }
  }
}
