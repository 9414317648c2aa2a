public import SystemPackage

/// What a new chat shall be.
public struct ChatRequest: Equatable, Sendable {
  /// Nil for a chat that is known by its number alone.
  public var name: String?
  /// Nil for what the project's configuration says.
  public var handler: HandlerChoice?
  public var model: String?
  public var endpoint: String?
  /// Where the handler works; nil for the project's folder.
  public var directory: FilePath?

  public init(
    name: String? = nil, handler: HandlerChoice? = nil, model: String? = nil,
    endpoint: String? = nil, directory: FilePath? = nil
  ) {
    self.name = name
    self.handler = handler
    self.model = model
    self.endpoint = endpoint
    self.directory = directory
  }
}
