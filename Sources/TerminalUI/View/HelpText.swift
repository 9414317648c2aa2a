internal import Terminal

/// The help: the table of keys in words.
enum HelpText {
  static func lines(_ theme: Theme) -> [StyledLine] {
    KeyContext.allCases.flatMap { context in
      [StyledLine(context.title, theme.style(.heading))]
        + rows(context).map { row in
          let keys = CellText.clipped(row.keys, to: 24)
          let space = String(repeating: " ", count: 24 - CellWidth.columns(of: keys))
          return StyledLine("  \(keys)\(space)  ", theme.style(.accent)) + StyledLine(row.help)
        } + [StyledLine()]
    }
  }

  private static func rows(_ context: KeyContext) -> [(keys: String, help: String)] {
    KeyTable.bindings.filter { $0.context == context }.map { binding in
      (binding.keys.compactMap(\.keyName).joined(separator: ", "), binding.help)
    }
  }
}
