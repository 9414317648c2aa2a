/// A page under man/, as its macros tell it.
struct ManualPage {
  /// A command that the page describes, with the options listed under it.
  struct Item: Equatable {
    /// The name, then its aliases.
    let names: [String]
    var options: Set<String>
  }

  let path: String
  /// Every option that the page marks as one, with its dashes.
  let options: Set<String>
  /// The commands of the sections whose heading says so, in the order of the page.
  let commands: [Item]

  static let all = Repository.files.filter { $0.hasPrefix("man/") }.map { ManualPage($0) }

  init(_ path: String) {
    self.path = path
    let lines = Repository.lines(path)
    options = Set(lines.flatMap(Self.options))
    commands = Self.commands(lines)
  }

  private static func commands(_ lines: [Substring]) -> [Item] {
    var items: [Item] = []
    var isInCommands = false
    for line in lines {
      if line.hasPrefix(".Sh ") {
        isInCommands = line.hasSuffix("COMMANDS")
      } else if isInCommands, line.hasPrefix(".It Ic ") {
        items.append(Item(names: names(line.dropFirst(7)), options: []))
      } else if isInCommands, line.hasPrefix(".It Fl "), !items.isEmpty {
        items[items.count - 1].options.formUnion(options(in: line))
      }
    }
    return items
  }

  /// `create , new Op Ar option ...` names two spellings.
  private static func names(_ text: Substring) -> [String] {
    let macros: Set<Substring> = ["Op", "Ar", "Oo", "Fl", "Cm"]
    let words = text.split(separator: " ").prefix { !macros.contains($0) }
    return words.split(separator: ",").map { $0.joined(separator: " ") }
  }

  /// `Fl -all , Fl a` are `--all` and `-a`; a lone `Fl -` is none.
  private static func options(in line: Substring) -> [String] {
    guard line.hasPrefix(".") else { return [] }
    let words = line.dropFirst().split(separator: " ")
    return zip(words, words.dropFirst()).flatMap { macro, word -> [String] in
      guard macro == "Fl" || macro == "|", word.contains(/^-?[A-Za-z]/), word.count < 30 else {
        return []
      }
      return words.contains("Fl") ? ["-" + word] : []
    }
  }
}
