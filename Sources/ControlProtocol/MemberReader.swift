internal import JSONLines

/// Reads the members of an object from the other side and names the one that is wrong.
///
/// A member that is absent and one that is null are the same: the existing program writes both.
struct MemberReader {
  let object: JSONObject
  let subject: String
  let code: ControlError.Code

  init(_ object: JSONObject, in subject: String, otherwise code: ControlError.Code) {
    self.object = object
    self.subject = subject
    self.code = code
  }

  init(_ json: JSONValue, in subject: String, otherwise code: ControlError.Code)
    throws(ControlError)
  {
    guard let object = json.object else {
      throw ControlError(code, "\(subject) is not an object")
    }
    self.init(object, in: subject, otherwise: code)
  }

  func string(_ key: String) throws(ControlError) -> String? {
    try read(key, "a string") { $0.string }
  }

  func bool(_ key: String) throws(ControlError) -> Bool? {
    try read(key, "true or false") { $0.bool }
  }

  func int(_ key: String) throws(ControlError) -> Int64? {
    try read(key, "an integer") { $0.int }
  }

  func uint(_ key: String) throws(ControlError) -> UInt64? {
    try read(key, "a non-negative integer") { $0.uint }
  }

  func int32(_ key: String) throws(ControlError) -> Int32? {
    try read(key, "a small integer") { $0.int.flatMap { Int32(exactly: $0) } }
  }

  func chatNumber(_ key: String) throws(ControlError) -> UInt32? {
    try read(key, "a chat number") { Self.chatNumber($0) }
  }

  func array(_ key: String) throws(ControlError) -> [JSONValue] {
    try read(key, "a list") { $0.array } ?? []
  }

  func chatNumbers(_ key: String) throws(ControlError) -> [UInt32] {
    try array(key).map { (value) throws(ControlError) in
      guard let number = Self.chatNumber(value) else {
        throw ControlError(code, "\(subject): `\(key)` must be a list of chat numbers")
      }
      return number
    }
  }

  func strings(_ key: String) throws(ControlError) -> [String] {
    try array(key).map { (value) throws(ControlError) in
      guard let text = value.string else {
        throw ControlError(code, "\(subject): `\(key)` must be a list of strings")
      }
      return text
    }
  }

  /// The value, or an error that names the missing member.
  func required<Value>(_ key: String, _ value: Value?) throws(ControlError) -> Value {
    guard let value else { throw ControlError(code, "\(subject): `\(key)` is missing") }
    return value
  }

  private func read<Value>(
    _ key: String, _ expected: String, _ convert: (JSONValue) -> Value?
  ) throws(ControlError) -> Value? {
    guard let member = object[key], member != .null else { return nil }
    guard let value = convert(member) else {
      throw ControlError(code, "\(subject): `\(key)` must be \(expected)")
    }
    return value
  }

  private static func chatNumber(_ value: JSONValue) -> UInt32? {
    value.uint.flatMap { UInt32(exactly: $0) }
  }
}
