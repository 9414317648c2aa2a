import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What a dispatcher counts, by the grammar of those who read it.
@Suite(.serialized) struct MetricsTests {
  private func worldWithTraffic() throws -> (Project, chat: Int) {
    let project = try Project()
    try project.start("--metrics-file", project.root.appending("wg.prom").string)
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    let bad = try project.createChat(script: "exit 3")
    try project.send("hello", to: bad)
    try project.until("chat \(bad) has failed") {
      try project.decisions(of: bad).contains { $0["to"] == "backoff" }
    }
    return (project, chat)
  }

  @Test func `the text is OpenMetrics by its grammar, and the numbers are those of the world`()
    throws
  {
    let (project, chat) = try worldWithTraffic()
    try project.run("chat", "stop", "\(chat)").mustSucceed()
    try project.run("service", "purge-chats").mustSucceed()
    let text = try project.run("metrics").mustSucceed().output
    let metrics = try OpenMetrics(text)
    #expect(metrics.families["wg_chats"] == "gauge" && metrics.families["wg_exits"] == "counter")
    #expect(metrics.samples["wg_chats{state=\"archived\"}"] == 2)
    #expect(metrics.samples["wg_chats{state=\"running\"}"] == 0)
    #expect((metrics.samples["wg_spawns_total"] ?? 0) >= 2)
    #expect((metrics.samples["wg_exits_total{kind=\"crashed\"}"] ?? 0) >= 1)
    #expect((metrics.samples["wg_exits_total{kind=\"asked\"}"] ?? 0) >= 1)
    #expect(metrics.samples["wg_purge_duration_seconds_count"] == 1)
    let decided = try project.decisions().count
    #expect(metrics.samples["wg_decisions_total"] == Double(decided))
    for family in metrics.families.keys {
      let isThere = text.contains("# HELP \(family) ")
      #expect(isThere, "\(family)")
    }
  }

  @Test func `an answer's latency is counted`() throws {
    let (project, chat) = try worldWithTraffic()
    try project.run("chat", "stop", "\(chat)").mustSucceed()
    let metrics = try OpenMetrics(project.run("metrics").mustSucceed().output)
    #expect(metrics.samples["wg_delivery_latency_seconds_count"] == 1)
    #expect(metrics.samples["wg_delivery_latency_seconds_bucket{le=\"+Inf\"}"] == 1)
  }

  @Test func `every metric is described in wg-metrics(7), and no other`() throws {
    let (project, _) = try worldWithTraffic()
    let metrics = try OpenMetrics(project.run("metrics").mustSucceed().output)
    let names = metrics.families.map { $0.value == "counter" ? $0.key + "_total" : $0.key }
    let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .removingLastComponent()
    let page = try #require(text(of: root.appending("man").appending("wg-metrics.7")))
    let described = page.split(separator: "\n").filter { $0.hasPrefix(".It Ql wg_") }
      .map { String($0.dropFirst(7).prefix { $0 != " " }) }
    #expect(Set(names) == Set(described))
  }

  @Test func `the file passes the checks of Prometheus' own tool`() throws {
    let (project, _) = try worldWithTraffic()
    try project.stop()
    let file = project.root.appending("wg.prom")
    let content = try #require(text(of: file))
    #expect(content.contains("\n# TYPE wg_spawns_total counter\n"))
    #expect(!content.contains("# EOF"))
    guard SystemProgram.isThere("promtool") else {
      return print("promtool is not installed (Debian: prometheus): only the text is looked at")
    }
    let outcome = try project.begin(
      system: "bash", ["-c", "promtool check metrics < \(file.string)"]
    ).finish()
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }
}

/// A strict reader of the text format: what it does not know is an error.
///
/// Families are whole and in one piece, samples belong to the family before them, no sample comes
/// twice, histograms grow, and the end is marked.
struct OpenMetrics {
  /// Kinds by name.
  private(set) var families: [String: String] = [:]
  /// By name and labels, as they are spelled.
  private(set) var samples: [String: Double] = [:]

  private var family = ""
  private var lastBucket: Double = 0

  init(_ text: String) throws {
    guard text.hasSuffix("\n# EOF\n") else { throw FaultError("the end is not marked") }
    for line in text.dropLast("# EOF\n".count).split(separator: "\n") {
      if line.hasPrefix("# ") { try takeComment(line) } else { try takeSample(line) }
    }
  }

  private mutating func takeComment(_ line: Substring) throws {
    let words = line.split(separator: " ", maxSplits: 3).map(String.init)
    guard words.count == 4 else { throw FaultError("\(line)") }
    switch words[1] {
    case "TYPE":
      guard ["counter", "gauge", "histogram"].contains(words[3]), families[words[2]] == nil else {
        throw FaultError("\(line)")
      }
      family = words[2]
      families[family] = words[3]
      lastBucket = 0
    case "UNIT":
      let isFitting = words[2] == family && family.hasSuffix("_\(words[3])")
      if !isFitting { throw FaultError("\(line)") }
    case "HELP": if words[2] != family { throw FaultError("\(line)") }
    default: throw FaultError("\(line)")
    }
  }

  private mutating func takeSample(_ line: Substring) throws {
    let pattern = /([a-z_]+)(\{[a-z_]+="[^"\\]*"(?:,[a-z_]+="[^"\\]*")*\})? ([-0-9.e+]+)/
    guard let match = line.wholeMatch(of: pattern), let value = Double(match.3) else {
      throw FaultError("\(line)")
    }
    let name = String(match.1)
    let suffixes: [String] =
      switch families[family] {
      case "counter": ["_total"]
      case "histogram": ["_bucket", "_sum", "_count"]
      default: [""]
      }
    guard suffixes.contains(where: { name == family + $0 }) else { throw FaultError("\(line)") }
    guard samples.updateValue(value, forKey: name + (match.2 ?? "")) == nil, value >= 0 else {
      throw FaultError("\(line) twice, or below 0")
    }
    if name.hasSuffix("_bucket") {
      if value < lastBucket { throw FaultError("\(line): buckets do not grow") }
      lastBucket = value
    } else if name.hasSuffix("_count"), value != lastBucket {
      throw FaultError("\(line): not the last bucket")
    }
  }
}
