/// Writes metrics as text: OpenMetrics for who asks, and the older Prometheus format for the file,
/// which is what node_exporter's textfile collector reads.
///
/// https://prometheus.io/docs/specs/om/open_metrics_spec/
struct MetricsText {
  enum Format {
    case openMetrics, prometheus
  }

  enum Kind: String {
    case counter, gauge, histogram
  }

  private let format: Format
  private(set) var text = ""

  init(_ format: Format) { self.format = format }

  /// Begins a family; `name` is without the `_total` of counters.
  mutating func family(_ name: String, _ kind: Kind, unit: String? = nil, _ help: String) {
    let name = kind == .counter && format == .prometheus ? name + "_total" : name
    text += "# TYPE \(name) \(kind.rawValue)\n"
    if let unit, format == .openMetrics { text += "# UNIT \(name) \(unit)\n" }
    text += "# HELP \(name) \(help)\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}"
    }
    text += " \(Self.number(value))\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: UInt64) {
    sample(name, labels, Double(value))
  }

  mutating func histogram(_ name: String, _ histogram: Histogram, _ help: String) {
    family(name, .histogram, unit: "seconds", help)
    var sum: UInt64 = 0
    for (bound, count) in zip(histogram.bounds, histogram.counts) {
      sum += count
      sample("\(name)_bucket", [("le", Self.bound(bound))], sum)
    }
    sample("\(name)_bucket", [("le", "+Inf")], histogram.count)
    sample("\(name)_sum", [], histogram.sum)
    sample("\(name)_count", [], histogram.count)
  }

  /// The whole text.
  var finished: String { format == .openMetrics ? text + "# EOF\n" : text }

  /// Canonical for bounds: `1.0`, `0.05`.
  private static func bound(_ value: Double) -> String { "\(value)" }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\\\"
      case "\"": "\\\""
      case "\n": "\\n"
      default: String(character)
      }
    }.joined()
  }
}
