/// The address of an OpenAI-compatible endpoint.
struct Endpoint: Equatable, Sendable {
  /// Where completions are asked for.
  let url: String
  /// Without port.
  let host: String

  /// From what precedes `/chat/completions`, or all of it.
  ///
  /// Says what is wrong with an address that cannot be one.
  init(_ text: String) throws(UsageError) {
    guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else {
      throw UsageError("the endpoint must begin with http:// or https://")
    }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains("#") else {
      throw UsageError("the endpoint has a character in it that no address has")
    }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard !authority.contains("@") else {
      throw UsageError("the endpoint has a user or password in it; a key belongs into a file")
    }
    host = Endpoint.host(authority)
    guard !host.isEmpty else { throw UsageError("the endpoint has no host") }
    url = scheme + authority + Endpoint.path(rest.dropFirst(authority.count))
  }

  private static func host(_ authority: Substring) -> String {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      return String(authority[...end]).lowercased()
    }
    return authority.prefix { $0 != ":" }.lowercased()
  }

  /// A query stays at the end.
  private static func path(_ text: Substring) -> String {
    var path = text.prefix { $0 != "?" }
    let query = text.dropFirst(path.count)
    while path.last == "/" { path = path.dropLast() }
    let suffix = "/chat/completions"
    return path + (path.hasSuffix(suffix) ? "" : suffix) + query
  }

  /// Whether it is on this machine, so that no proxy has a part in it.
  var isLoopback: Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]"
      || isLoopbackNumber
  }

  private var isLoopbackNumber: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
