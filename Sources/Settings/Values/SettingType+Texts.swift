internal import TOMLDocuments

extension SettingType {
  /// A text that can be passed to a program: not empty, without zeros.
  static func text(_ value: TOMLNode.Value, _ meant: String) throws(Refusal) -> String {
    guard case .string(let text) = value else { throw Refusal(meant) }
    if text.isEmpty { throw Refusal("it is empty; leave the line out where nothing is meant") }
    try refuseZeros(text)
    return text
  }

  private static func refuseZeros(_ text: String) throws(Refusal) {
    if text.utf8.contains(0) { throw Refusal("it has a zero in it, which no program can be given") }
  }

  static func url(_ value: TOMLNode.Value) throws(Refusal) -> String {
    let meant = "an address is meant that begins with http:// or https://"
    let text = try text(value, meant)
    let rest = ["https://", "http://"].lazy.filter(text.hasPrefix).map { text.dropFirst($0.count) }
    guard let host = rest.first, !host.isEmpty, !host.hasPrefix("/"),
      !text.unicodeScalars.contains(where: { $0.value <= 32 || $0.value == 127 })
    else { throw Refusal(meant) }
    if host.prefix(while: { $0 != "/" }).contains("@") {
      throw Refusal("a name or a key in an address is seen by everybody; use key_file")
    }
    return text
  }

  static func path(_ value: TOMLNode.Value) throws(Refusal) -> String {
    let path = try text(value, "a path is meant, in quotes")
    guard path.hasPrefix("/") else {
      throw Refusal("`\(path)` is not absolute; write the whole path, from / on")
    }
    return path
  }

  static func choice(_ value: TOMLNode.Value, _ known: [String]) throws(Refusal) -> String {
    let list = known.map { "\"\($0)\"" }.joined(separator: ", ")
    guard case .string(let text) = value else { throw Refusal("one of \(list) is meant") }
    guard known.contains(text) else {
      throw Refusal("`\(text)` is none of \(list)" + NearMiss.hint(text, among: known))
    }
    return text
  }

  static func texts(_ node: TOMLNode, _ meant: String) throws(Refusal) -> [String] {
    guard case .array(let items) = node.value else { throw Refusal(meant) }
    var texts: [String] = []
    for item in items {
      guard case .string(let text) = item.value else { throw Refusal(meant, at: item.place) }
      try refuseZeros(text)
      texts.append(text)
    }
    return texts
  }

  /// One text is a line for a shell, as with `wg chat create --command`.
  static func command(_ node: TOMLNode) throws(Refusal) -> [String] {
    let meant = "a program and its arguments are meant: [\"program\", \"argument\"]"
    if case .string = node.value { return ["bash", "-lc", try text(node.value, meant)] }
    let command = try texts(node, meant)
    guard command.first?.isEmpty == false else { throw Refusal(meant) }
    return command
  }

  static func variables(_ node: TOMLNode) throws(Refusal) -> [SettingValue.Variable] {
    let meant = "a table of texts is meant: { NAME = \"value\" }"
    guard let entries = node.table else { throw Refusal(meant) }
    var variables: [SettingValue.Variable] = []
    for entry in entries {
      guard case .string(let value) = entry.node.value else {
        throw Refusal(meant, at: entry.node.place)
      }
      try refuseZeros(value)
      if let objection = VariableNames.objection(to: entry.key) {
        throw Refusal(objection, at: entry.keyPlace)
      }
      variables.append(SettingValue.Variable(name: entry.key, value: value))
    }
    return variables
  }
}
