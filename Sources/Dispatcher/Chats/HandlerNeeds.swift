internal import ChatProject

/// What a chat's handler is started with, as the chat's row and the settings say it.
///
/// Never changes: the many chats of a project that need the same have one between them.
final class HandlerNeeds: Equatable, Sendable {
  let handler: HandlerSpecification
  let model: String?
  let endpoint: String?
  /// Where it works; nil for the project's folder.
  let directory: String?

  init(
    _ handler: HandlerSpecification, model: String? = nil, endpoint: String? = nil,
    directory: String? = nil
  ) {
    self.handler = handler
    self.model = model
    self.endpoint = endpoint
    self.directory = directory
  }

  /// Whether a handler would be started in the same way.
  func isLaunched(like other: HandlerNeeds) -> Bool {
    handler == other.handler && model == other.model && endpoint == other.endpoint
  }

  static func == (left: HandlerNeeds, right: HandlerNeeds) -> Bool {
    left === right || left.isLaunched(like: right) && left.directory == right.directory
  }
}

/// Gives equal needs as one object, among those that were met lately.
struct SharedNeeds {
  private var recent: [HandlerNeeds] = []
  /// Few projects have chats of more kinds, and each new row is compared with all of them.
  private static let limit = 8

  mutating func shared(_ needs: HandlerNeeds) -> HandlerNeeds {
    if let known = recent.first(where: { $0 == needs }) { return known }
    recent = [needs] + recent.prefix(Self.limit - 1)
    return needs
  }
}
