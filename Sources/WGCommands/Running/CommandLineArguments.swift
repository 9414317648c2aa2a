/// The arguments with the global options that stand before the command taken off.
///
/// `wg --json chat list` means the same as `wg chat list --json`, as it always did; the argument
/// parser knows options only behind the command that has them.
struct CommandLineArguments {
  /// From the command on.
  let rest: [String]
  private(set) var leadingDirectory: String?
  private(set) var leadingJSON = false

  init(_ arguments: [String]) {
    var rest = arguments[...]
    while let first = rest.first {
      if first == "--json" {
        leadingJSON = true
        rest = rest.dropFirst()
      } else if first.hasPrefix("--dir=") {
        leadingDirectory = String(first.dropFirst("--dir=".count))
        rest = rest.dropFirst()
      } else if first == "--dir", rest.count > 1 {
        leadingDirectory = rest[rest.startIndex + 1]
        rest = rest.dropFirst(2)
      } else {
        break
      }
    }
    self.rest = Array(rest)
  }

  /// Whether JSON was asked for, found out without parsing: also errors of parsing are answered so.
  var mentionsJSON: Bool {
    leadingJSON || rest.prefix { $0 != "--" }.contains("--json")
  }
}
