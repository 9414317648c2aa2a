public import JSONLines

/// The answer to `hello`.
public struct Greeting: Equatable, Sendable {
  /// Of the protocol; a client that needs a newer one says so and stops.
  public var protocolVersion: Int64
  /// Of the program.
  public var version: String
  public var pid: Int32

  public init(
    protocolVersion: Int64 = ControlRequest.protocolVersion, version: String, pid: Int32
  ) {
    self.protocolVersion = protocolVersion
    self.version = version
    self.pid = pid
  }

  /// The members beside `ok`.
  public var payload: JSONObject {
    var object = JSONObject()
    object["protocol"] = .integer(protocolVersion)
    object["version"] = .text(version)
    object["pid"] = .integer(pid)
    return object
  }

  /// Reads what `payload` wrote.
  public init(payload: JSONObject) throws(ControlError) {
    let members = MemberReader(payload, in: "answer to hello", otherwise: .badData)
    protocolVersion = try members.required("protocol", members.int("protocol"))
    version = try members.string("version") ?? ""
    pid = try members.required("pid", members.int32("pid"))
  }
}
