public import Settings
public import TaskGraph

/// Which model a chat uses, and where that is.
public struct ModelUse: Equatable, Sendable {
  /// What the handler is told; nil for its own choice.
  public let model: String?
  public let endpoint: String?
  /// The options of the handler that the chat itself says, by naming a model or an endpoint.
  let said: Set<String>

  /// What the row names, where a table of `[models]` has that name by what it says; a row that names
  /// nothing gets the project's model.
  public init(_ row: ChatRow, _ configuration: Configuration) {
    let table = (row.model ?? configuration.model).flatMap(configuration.model(named:))
    model = table?.name ?? row.model ?? configuration.model
    endpoint = row.endpoint ?? table?.endpoint ?? configuration.endpoint
    let isNamed = row.model != nil
    said = Set(
      (isNamed ? ["model"] : [])
        + (row.endpoint != nil || (isNamed && table?.endpoint != nil) ? ["endpoint"] : []))
  }
}
