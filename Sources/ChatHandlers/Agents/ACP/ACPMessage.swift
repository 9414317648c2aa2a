internal import JSONLines

/// A message of the Agent Client Protocol: JSON-RPC 2.0, one object a line.
enum ACPMessage: Equatable {
  /// The answer to the request with this number.
  case result(Int64, JSONValue)
  case failure(Int64, ACPError)
  /// The agent wants an answer under its id, which may be a number or a string.
  case request(JSONValue, method: String, JSONValue)
  case notification(method: String, JSONValue)
  /// Nothing that the protocol knows.
  case other

  init(_ object: JSONObject) {
    let parameters = object["params"] ?? .null
    if let method = object["method"]?.string {
      self =
        object["id"].map { .request($0, method: method, parameters) }
        ?? .notification(method: method, parameters)
    } else if let id = object["id"]?.int {
      self =
        object["error"].map { .failure(id, ACPError($0)) }
        ?? .result(id, object["result"] ?? .null)
    } else {
      self = .other
    }
  }

  static func request(_ id: Int64, _ method: String, _ parameters: JSONObject) -> JSONObject {
    [
      "jsonrpc": "2.0", "id": .integer(id), "method": .text(method),
      "params": .object(parameters),
    ]
  }

  static func notification(_ method: String, _ parameters: JSONObject) -> JSONObject {
    ["jsonrpc": "2.0", "method": .text(method), "params": .object(parameters)]
  }

  static func answer(_ id: JSONValue, _ result: JSONValue) -> JSONObject {
    ["jsonrpc": "2.0", "id": id, "result": result]
  }

  /// To a request that was not offered.
  static func unknownMethod(_ id: JSONValue, _ method: String) -> JSONObject {
    let error: JSONValue = ["code": -32601, "message": .text("\(method) is not offered")]
    return ["jsonrpc": "2.0", "id": id, "error": error]
  }
}

/// Why an agent does not do what it was asked to.
struct ACPError: Equatable {
  let code: Int64
  let message: String

  init(_ value: JSONValue) {
    code = value["code"]?.int ?? 0
    let text = value["message"]?.string ?? "it did not say why"
    // Many put what matters into the data.
    let details = value["data"].flatMap {
      $0.string ?? $0["details"]?.string ?? $0["error"]?.string
    }
    message = ForeignWords.line([text, details].compactMap { $0 }.joined(separator: ": "))
  }

  /// The agent wants a login first.
  var isAuthenticationRequired: Bool { code == -32000 }
}
