import Glibc
import LinuxSystem
import SystemPackage
import TestSupport

/// The examples in a manual page, each after a comment that names it.
struct ManualExamples {
  private let path: FilePath
  private let lines: [String]

  init(_ name: String) throws {
    let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .removingLastComponent()
    path = root.appending("man").appending(name)
    guard let text = text(of: path) else { throw FaultError("there is no \(path)") }
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The names in the order of the page.
  var names: [String] {
    lines.filter { $0.hasPrefix(Self.mark) }.map { String($0.dropFirst(Self.mark.count)) }
  }

  /// The lines of an example as a reader sees them; nil when there is none of that name.
  func example(_ name: String) -> [String]? {
    range(of: name).map { lines[$0].map(Self.plain) }
  }

  /// Writes an example into the page: only where `WG_WRITE_EXAMPLES` is in the environment.
  func replace(_ name: String, with example: [String]) throws {
    guard getenv("WG_WRITE_EXAMPLES") != nil, let range = range(of: name) else { return }
    var lines = lines
    lines.replaceSubrange(range, with: example.map(Self.escaped))
    try AtomicFile.replace(
      path, with: Array(lines.joined(separator: "\n").utf8), mode: 0o644, durability: .atomic)
  }

  private static let mark = ".\\\" example: "

  /// Between the lines that begin and end the display.
  private func range(of name: String) -> Range<Int>? {
    guard let mark = lines.firstIndex(of: Self.mark + name),
      let end = lines[mark...].firstIndex(of: ".Ed")
    else { return nil }
    return mark + 2..<end
  }

  private static func escaped(_ line: String) -> String {
    let text = line.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }

  private static func plain(_ line: String) -> String {
    var text = ""
    var rest = line[...]
    while let character = rest.popFirst() {
      if character != "\\" {
        text.append(character)
      } else if let code = rest.popFirst() {
        text += code == "e" ? "\\" : code == "&" ? "" : String(code)
      }
    }
    return text
  }
}
