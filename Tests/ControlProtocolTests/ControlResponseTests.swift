import ControlProtocol
import JSONLines
import Testing

struct ControlResponseTests {
  @Test func `an answer that is ok is flattened`() throws {
    let response = ControlResponse.ok(["status": "reconfigured"])
    #expect(response.json.description == #"{"ok":true,"status":"reconfigured"}"#)
    #expect(try ControlResponse(response.json) == response)
  }

  @Test(arguments: ControlError.Code.allCases)
  func `a refusal carries its code and its hint`(_ code: ControlError.Code) throws {
    let plain = ControlResponse.failed(ControlError(code, "no such chat"))
    #expect(
      plain.json.description == #"{"ok":false,"error":"no such chat","code":"\#(code.rawValue)"}"#)
    #expect(try ControlResponse(plain.json) == plain)
    let hinted = ControlResponse.failed(ControlError(code, "no", hint: "wg chat list"))
    #expect(try ControlResponse(hinted.json) == hinted)
  }

  @Test func `an answer of the existing program without a code is a failure`() throws {
    let response = try ControlResponse(["ok": false, "error": "Chat cap reached (16/16)"])
    #expect(response.failure == ControlError(.failed, "Chat cap reached (16/16)"))
  }

  @Test(arguments: ["[]", "null", "{}", #"{"ok":"yes"}"#])
  func `what is no answer is bad data`(_ text: String) throws {
    let json = try JSONValue.parse(Array(text.utf8))
    let error = #expect(throws: ControlError.self) { try ControlResponse(json) }
    #expect(error?.code == .badData)
  }

  @Test func `a payload cannot pretend to be ok`() {
    let response = ControlResponse.failed(ControlError(.failed, "no"), payload: ["ok": true])
    #expect(response.json.description == #"{"ok":false,"error":"no","code":"failed"}"#)
  }
}
