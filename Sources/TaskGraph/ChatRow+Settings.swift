internal import JSONLines

/// What of a chat's settings to replace; what is nil stays.
public struct ChatSettings: Equatable, Sendable {
  /// The arguments and the preset go together.
  public struct Handler: Equatable, Sendable {
    public var commandArguments: [String]
    public var executorPreset: String?

    public init(commandArguments: [String], executorPreset: String?) {
      self.commandArguments = commandArguments
      self.executorPreset = executorPreset
    }
  }

  public var handler: Handler?
  /// An empty text takes the setting out of the row.
  public var model: String?
  /// An empty text takes the setting out of the row.
  public var endpoint: String?

  public init(handler: Handler? = nil, model: String? = nil, endpoint: String? = nil) {
    self.handler = handler
    self.model = model
    self.endpoint = endpoint
  }
}

extension ChatRow {
  /// The row with other settings; nil when it has them already.
  public func configured(_ settings: ChatSettings, by change: GraphChange) -> ChatRow? {
    var row = self
    if let handler = settings.handler {
      row.task.setStrings("command_argv", handler.commandArguments)
      row.task.setText("executor_preset_name", handler.executorPreset ?? "")
    }
    if let model = settings.model { row.task.setText("model", model) }
    if let endpoint = settings.endpoint { row.task.setText("endpoint", endpoint) }
    guard row != self else { return nil }
    row.task.record("Chat \(number) reconfigured", by: change)
    return row
  }
}
