/// Numbers of things for people.
enum Count {
  /// `1 handler`, `3 handlers`.
  static func of(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)" + (number == 1 ? "" : "s")
  }
}
