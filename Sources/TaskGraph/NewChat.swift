public import JSONLines

/// What a new chat's row is made of.
public struct NewChat: Equatable, Sendable {
  public var number: UInt32
  public var name: String?
  public var model: String?
  public var endpoint: String?
  public var commandArguments: [String]
  public var executorPreset: String?
  public var workingDirectory: String

  public init(
    number: UInt32, name: String? = nil, model: String? = nil, endpoint: String? = nil,
    commandArguments: [String], executorPreset: String?, workingDirectory: String
  ) {
    self.number = number
    self.name = name
    self.model = model
    self.endpoint = endpoint
    self.commandArguments = commandArguments
    self.executorPreset = executorPreset
    self.workingDirectory = workingDirectory
  }

  /// The row, with the members and their order that every wg program writes.
  public func row(by change: GraphChange) -> JSONObject {
    var row: JSONObject = [
      "kind": "task",
      "id": .text(ChatTaskID(number: number).text),
      "title": .text(ChatTitle.of(number, name: name)),
      "description": .text("Chat \(number) — persistent chat agent."),
      "status": "in-progress",
      "priority": 50,
      "tags": [.text(ChatTag.loop)],
      "created_at": change.timestamp,
      "started_at": change.timestamp,
      "last_interaction_at": change.timestamp,
      "log": [change.logEntry("Chat \(number) task created")],
    ]
    row["model"] = model.map { .text($0) }
    row["endpoint"] = endpoint.map { .text($0) }
    row["command_argv"] = .array(commandArguments.map { .text($0) })
    row["working_dir"] = .text(workingDirectory)
    row["executor_preset_name"] = executorPreset.map { .text($0) }
    row["cycle_config"] = ["max_iterations": 0, "no_converge": true]
    return row
  }
}
