/// A JSON value that encodes again as it was written.
///
/// The rows and files of a project belong to several programs. What another program put there has to
/// survive our rewriting it: unknown members, their order, `1.0` against `1`, integers of thirty
/// digits, escapes. Coders that map to native types lose some of these, and of the C libraries at hand
/// none keeps spellings, so the module has its own parser and writer.
public enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(JSONString)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  /// A string with this content.
  public static func text(_ content: String) -> JSONValue { .string(JSONString(content)) }

  /// An integer of any width.
  public static func integer(_ value: some BinaryInteger) -> JSONValue {
    .number(JSONNumber(value))
  }

  /// A number with a fraction; null for what JSON cannot say (infinite, not a number).
  public static func decimal(_ value: Double) -> JSONValue {
    JSONNumber(value).map(JSONValue.number) ?? .null
  }

  /// The content of a string; nil for everything else.
  public var string: String? {
    if case .string(let string) = self { string.content } else { nil }
  }

  /// A number written as an integer that fits; nil for everything else, `1.0` included.
  public var int: Int64? {
    if case .number(let number) = self { number.int } else { nil }
  }

  /// A number written as an integer that is not negative and fits; nil for everything else.
  public var uint: UInt64? {
    if case .number(let number) = self { number.uint } else { nil }
  }

  /// The nearest double of a number; nil for everything else.
  public var double: Double? {
    if case .number(let number) = self { number.double } else { nil }
  }

  /// A truth value; nil for everything else.
  public var bool: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  /// The elements of an array; nil for everything else.
  public var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members of an object; nil for everything else.
  public var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// True for the value `null`.
  public var isNull: Bool { self == .null }

  /// The member of an object, the last one of that key; nil when there is none, or for everything else.
  public subscript(_ key: String) -> JSONValue? { object?[key] }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(stringLiteral content: String) { self = .text(content) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral members: (String, JSONValue)...) {
    self = .object(JSONObject(members))
  }
}

extension JSONValue: CustomStringConvertible {
  /// The compact encoding.
  public var description: String { String(decoding: encoded(), as: UTF8.self) }
}
