/// Numbers of things for people.
enum Count {
  /// `1 handler`, `3 handlers`.
  static func of(_ number: Int, _ noun: String) -> String {
    of(number, noun, noun + "s")
  }

  /// `1 entry`, `3 entries`.
  static func of(_ number: Int, _ singular: String, _ plural: String) -> String {
    "\(number) " + (number == 1 ? singular : plural)
  }
}
