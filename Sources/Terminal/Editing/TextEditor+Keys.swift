extension TextEditor {
  /// What a key does; nil when it does nothing.
  mutating func perform(_ key: Key, _ modifiers: Modifiers) -> Action? {
    switch modifiers {
    case []: performPlain(key)
    case .control: performControl(key)
    case .alt: performAlternate(key)
    case .shift where key == .enter: insertLine()
    case _: nil
    }
  }

  private mutating func performPlain(_ key: Key) -> Action? {
    switch key {
    case .left: go(to: cursor - 1)
    case .right: go(to: cursor + 1)
    case .up: goUp()
    case .down: goDown()
    case .home: go(to: startOfLine)
    case .end: go(to: endOfLine)
    case .backspace: delete(from: cursor - 1, to: cursor)
    case .delete: delete(from: cursor, to: cursor + 1)
    case .character, .enter, .tab, .escape, .pageUp, .pageDown, .insert, .function: nil
    }
  }

  private mutating func performControl(_ key: Key) -> Action? {
    switch key {
    case .left: go(to: startOfWord)
    case .right: go(to: endOfWord)
    case .home: go(to: 0)
    case .end: go(to: characters.count)
    case .backspace: kill(from: startOfWord, to: cursor)
    case .delete: kill(from: cursor, to: endOfWord)
    case .character(let letter): performControl(letter)
    case _: nil
    }
  }

  private mutating func performControl(_ letter: Character) -> Action? {
    switch letter {
    case "a": go(to: startOfLine)
    case "b": go(to: cursor - 1)
    case "d": delete(from: cursor, to: cursor + 1)
    case "e": go(to: endOfLine)
    case "f": go(to: cursor + 1)
    case "h": delete(from: cursor - 1, to: cursor)
    case "j": insertLine()
    // At the end of a line, what ends it.
    case "k": kill(from: cursor, to: endOfLine > cursor ? endOfLine : cursor + 1)
    case "n": goDown()
    case "p": goUp()
    case "r": beginSearch()
    case "u": kill(from: startOfLine < cursor ? startOfLine : cursor - 1, to: cursor)
    case "w": kill(from: startOfBlankWord, to: cursor)
    case "y": yank()
    case "_": undo()
    case _: nil
    }
  }

  private mutating func performAlternate(_ key: Key) -> Action? {
    switch key {
    case .enter: insertLine()
    case .backspace: kill(from: startOfWord, to: cursor)
    case .left, .character("b"): go(to: startOfWord)
    case .right, .character("f"): go(to: endOfWord)
    case .character("d"), .delete: kill(from: cursor, to: endOfWord)
    case _: nil
    }
  }

  private mutating func insertLine() -> Action {
    insert(["\n"])
    return .other
  }

  private mutating func go(to place: Int) -> Action {
    cursor = min(max(0, place), characters.count)
    return .other
  }

  private mutating func delete(from start: Int, to end: Int) -> Action {
    replace(clamped(start, end), with: [])
    return .other
  }

  /// What is killed in a row is yanked together.
  private mutating func kill(from start: Int, to end: Int) -> Action {
    let range = clamped(start, end)
    let isBackward = range.lowerBound < cursor
    let piece = characters[range]
    let before = lastAction == .killing ? killed : []
    if !piece.isEmpty { killed = isBackward ? piece + before : before + piece }
    replace(range, with: [])
    return .killing
  }

  private mutating func yank() -> Action {
    insert(killed)
    return .other
  }

  private func clamped(_ start: Int, _ end: Int) -> Range<Int> {
    let start = min(max(0, start), characters.count)
    return start..<min(max(start, end), characters.count)
  }
}
