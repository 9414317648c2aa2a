import Foundation
import TestSupport
import Testing

/// The machine's own dispatcher, as if it had just been installed; so is the system left behind.
final class SystemService {
  let unit = Unit(name: "wg-dispatcher.service")
  let socket = Unit(name: "wg-dispatcher.socket")
  let journal: JournalReader
  let folder = "/var/lib/wg"
  private let isLeftBehind: Bool

  /// Found there, or left behind, are for what happens over a boot.
  init(isFoundThere: Bool = false, isLeftBehind: Bool = false) throws {
    self.isLeftBehind = isLeftBehind
    try World.require()
    if !isFoundThere { try Self.clear() }
    let name = Test.current?.name ?? "a test"
    try shell("systemd-cat --identifier=wg-test echo '\(name.replacing("'", with: ""))'")
    journal = try JournalReader()
  }

  deinit {
    if !isLeftBehind { try? Self.clear() }
  }

  /// Ends everything of wg and forgets what it wrote.
  private static func clear() throws {
    try shell(
      """
      systemctl stop 'wg-test-*' wg-dispatcher.socket wg-dispatcher.service 'wg-dispatcher@*' \
        2>/dev/null || true
      systemctl kill --signal=KILL wg-dispatcher.service 2>/dev/null || true
      systemctl stop wg-dispatcher-end.service wg-dispatcher-failed.service 2>/dev/null || true
      systemctl disable --quiet wg-dispatcher.socket wg-dispatcher.service 2>/dev/null || true
      rm -rf /etc/systemd/system/wg-dispatcher*.d /run/systemd/system/wg-dispatcher*.d
      systemctl daemon-reload
      systemctl reset-failed 'wg-*' 2>/dev/null || true
      rm -rf /var/lib/wg /var/cache/wg /run/wg
      systemd-tmpfiles --create wg.conf
      """)
  }

  /// Starts it, and returns when it is ready.
  func start() throws { try unit.systemctl("start") }

  /// Waits for a condition; throws with what an operator sees when it does not come about.
  func until(
    _ what: String, within seconds: Double = 30, _ condition: () throws -> Bool
  ) throws {
    if try eventually(within: seconds, every: 30, condition) { return }
    throw FaultError("not so after \(seconds) s: \(what)\n\(unit.status)")
  }

  /// Runs `wg` for the service's project, as root.
  @discardableResult
  func wg(_ arguments: String, within seconds: Int = 60) throws -> ShellOutcome {
    try shell("wg --dir \(folder) \(arguments)", within: seconds)
  }

  /// Makes a chat and gives its number.
  func createChat(_ options: String = "--handler echo") throws -> Int {
    let answer = try json("chat create \(options)")
    guard let number = answer["chat_id"] as? Int else {
      throw FaultError("no number of a chat in \(answer)")
    }
    return number
  }

  /// Sends a message and gives the answer.
  func ask(_ chat: Int, _ text: String) throws -> String {
    try wg("chat send --wait --timeout 20 \(chat) '\(text)'").output.trimmingCharacters(
      in: .newlines)
  }

  /// The one JSON document that a command prints.
  func json(_ arguments: String) throws -> [String: Any] {
    let outcome = try attempt("wg --dir \(folder) \(arguments) --json")
    let object = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    guard let object = object as? [String: Any] else { throw FaultError("\(outcome)") }
    return object
  }

  /// What is known of a chat.
  func chat(_ number: Int) throws -> [String: Any] {
    let chats = try json("chat list --all")["chats"] as? [[String: Any]] ?? []
    guard let found = chats.first(where: { $0["chat_id"] as? Int == number }) else {
      throw FaultError("no chat \(number) in \(chats)")
    }
    return found
  }

  /// Waits for a handler of the chat and gives its pid.
  func handler(of chat: Int, otherThan former: Int = 0) throws -> Int {
    try eventually(within: 30, "a handler of chat \(chat)") {
      let facts = try self.chat(chat)
      guard facts["state"] as? String == "running", let pid = facts["pid"] as? Int, pid != former
      else { return nil }
      return pid
    }
  }

  /// Somebody who listens to a chat until the test ends.
  func attach(_ chat: Int) throws {
    try shell(
      """
      systemd-run --quiet --collect --unit=wg-test-consumer-\(chat) \
        bash -c 'sleep 10000 | wg --dir \(folder) chat attach \(chat)'
      """)
    try until("somebody is attached to chat \(chat)") {
      try self.chat(chat)["consumers"] as? Int == 1
    }
  }
}
