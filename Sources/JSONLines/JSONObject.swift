/// The members of a JSON object, in the order in which they were written.
///
/// A key may occur more than once, as it may in a file; looking it up gives the last one. Two objects
/// are equal when they have equal members in the same order.
public struct JSONObject: Equatable, Sendable {
  /// One key with its value.
  public struct Member: Equatable, Sendable {
    let spelledKey: JSONString
    public var value: JSONValue

    public init(_ key: String, _ value: JSONValue) {
      self.init(JSONString(key), value)
    }

    init(_ key: JSONString, _ value: JSONValue) {
      spelledKey = key
      self.value = value
    }

    /// What the key says.
    public var key: String { spelledKey.content }
  }

  /// In file order, repeated keys included.
  public var members: [Member]

  /// An object without members.
  public init() { members = [] }

  /// Takes the members as they are.
  public init(_ members: [Member]) { self.members = members }

  /// Makes an object of keys and values, in their order.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    self.members = members.map { Member($0.0, $0.1) }
  }

  /// The keys in file order, repeated ones included.
  public var keys: [String] { members.map(\.key) }

  /// The number of members, repeated keys included.
  public var count: Int { members.count }

  public var isEmpty: Bool { members.isEmpty }

  /// The value of the last member with this key.
  ///
  /// Setting a value keeps the place of a key that is there and appends one that is not; earlier
  /// members of a repeated key stay. Setting nil removes every member with the key.
  public subscript(_ key: String) -> JSONValue? {
    get { lastIndex(of: key).map { members[$0].value } }
    set {
      if let newValue { set(key, newValue) } else { members.removeAll { $0.spelledKey.says(key) } }
    }
  }

  private mutating func set(_ key: String, _ value: JSONValue) {
    if let index = lastIndex(of: key) {
      members[index].value = value
    } else {
      members.append(Member(key, value))
    }
  }

  private func lastIndex(of key: String) -> Int? {
    members.lastIndex { $0.spelledKey.says(key) }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}

extension JSONObject: CustomStringConvertible {
  /// The compact encoding.
  public var description: String { JSONValue.object(self).description }

  /// The bytes of the object without any white space.
  public func encoded() -> [UInt8] { JSONValue.object(self).encoded() }

  /// The bytes of the object with a line for each member, indented by two spaces.
  public func encodedPretty() -> [UInt8] { JSONValue.object(self).encodedPretty() }

  /// Reads one object; any other value is an error.
  ///
  /// See `JSONValue.parse(_:)`.
  public static func parse(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSONObject {
    guard let object = try JSONValue.parse(bytes).object else {
      throw JSONError(offset: 0, reason: "an object is expected here")
    }
    return object
  }
}
