/// What follows the name of a behaviour.
struct Arguments {
  private let values: [String]

  init(_ values: [String]) { self.values = values }

  struct Missing: Error {
    let position: Int
  }

  func text(_ position: Int) throws -> String {
    guard values.indices.contains(position) else { throw Missing(position: position) }
    return values[position]
  }

  func number(_ position: Int) throws -> Int {
    guard let number = Int(try text(position)) else { throw Missing(position: position) }
    return number
  }

  func contains(_ text: String) -> Bool { values.contains(text) }

  func has(_ position: Int) -> Bool { values.indices.contains(position) }
}
