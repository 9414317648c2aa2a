/// What counts in chats that name nothing else; what is nil is left to the programs.
public struct ChatDefaults: Equatable, Sendable {
  /// A kind of handler, or a table of `[handlers]`.
  public var handler: String?
  public var model: String?
  /// Where the model is served.
  public var endpoint: String?

  public init(handler: String? = nil, model: String? = nil, endpoint: String? = nil) {
    self.handler = handler
    self.model = model
    self.endpoint = endpoint
  }
}
