/// A value of a TOML document, and where it stands.
public struct TOMLNode: Equatable, Sendable {
  public let value: Value
  public let place: TOMLPlace

  public indirect enum Value: Equatable, Sendable {
    /// In the order of their names.
    case table([TOMLEntry])
    case array([TOMLNode])
    case string(String)
    case integer(Int64)
    /// `inf` and `nan` are among them.
    case decimal(Double)
    case boolean(Bool)
    /// A date, a time or both.
    case date
  }

  public init(_ value: Value, at place: TOMLPlace) {
    self.value = value
    self.place = place
  }

  /// What is in it; nil when it is no table.
  public var table: [TOMLEntry]? {
    if case .table(let entries) = value { return entries }
    return nil
  }
}

/// A key of a table with its value.
public struct TOMLEntry: Equatable, Sendable {
  public let key: String
  public let keyPlace: TOMLPlace
  public let node: TOMLNode
}

/// A line and a column, both counted from 1; columns count characters.
public struct TOMLPlace: Hashable, Comparable, Sendable {
  public let line: Int
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// Why a text is no TOML document, and where.
public struct TOMLError: Error, Equatable, Sendable {
  public let place: TOMLPlace
  /// Without a full stop.
  public let reason: String
}
