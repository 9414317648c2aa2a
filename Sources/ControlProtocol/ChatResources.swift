public import JSONLines

/// What a chat's handler and all it started have, and may have.
///
/// Nil members are not known, or not limited.
public struct ChatResources: Equatable, Sendable {
  /// The folder of their control group.
  public var controlGroup: String
  /// Bytes.
  public var memory: Int64?
  /// Bytes, the most since the handler was started.
  public var memoryPeak: Int64?
  /// Bytes.
  public var memoryMax: Int64?
  /// Bytes.
  public var memoryHigh: Int64?
  /// Processes and threads.
  public var tasks: Int64?
  public var tasksMax: Int64?

  public init(
    controlGroup: String, memory: Int64? = nil, memoryPeak: Int64? = nil, memoryMax: Int64? = nil,
    memoryHigh: Int64? = nil, tasks: Int64? = nil, tasksMax: Int64? = nil
  ) {
    self.controlGroup = controlGroup
    self.memory = memory
    self.memoryPeak = memoryPeak
    self.memoryMax = memoryMax
    self.memoryHigh = memoryHigh
    self.tasks = tasks
    self.tasksMax = tasksMax
  }
}

extension ChatResources {
  /// All keys are always there.
  public var json: JSONValue {
    var object = JSONObject()
    object["control_group"] = .text(controlGroup)
    object["memory_current"] = JSONValue(orNull: memory)
    object["memory_peak"] = JSONValue(orNull: memoryPeak)
    object["memory_max"] = JSONValue(orNull: memoryMax)
    object["memory_high"] = JSONValue(orNull: memoryHigh)
    object["tasks_current"] = JSONValue(orNull: tasks)
    object["tasks_max"] = JSONValue(orNull: tasksMax)
    return .object(object)
  }

  /// Nil for a member that is absent or null.
  init?(orNil json: JSONValue?) throws(ControlError) {
    guard let json, json != .null else { return nil }
    try self.init(json: json)
  }

  /// Reads what `json` wrote.
  public init(json: JSONValue) throws(ControlError) {
    let members = try MemberReader(json, in: "resources", otherwise: .badData)
    self.init(
      controlGroup: try members.required("control_group", members.string("control_group")),
      memory: json["memory_current"]?.int, memoryPeak: json["memory_peak"]?.int,
      memoryMax: json["memory_max"]?.int, memoryHigh: json["memory_high"]?.int,
      tasks: json["tasks_current"]?.int, tasksMax: json["tasks_max"]?.int)
  }
}
