import Foundation
import TestSupport

/// A unit of the system's manager, or of a user's.
struct Unit {
  let name: String
  /// Of systemctl: `--user --machine=ada@.host` and the like.
  var scope = ""

  /// Runs systemctl with a verb on this unit; must succeed.
  @discardableResult
  func systemctl(_ verb: String, within seconds: Int = 60) throws -> ShellOutcome {
    try shell("systemctl \(scope) \(verb) '\(name)'", within: seconds)
  }

  /// As `systemctl show` has it.
  func property(_ property: String) throws -> String {
    try shell("systemctl \(scope) show --value --property=\(property) '\(name)'").output
      .trimmingCharacters(in: .newlines)
  }

  /// The command line of ExecStart=.
  func command() throws -> String {
    let commands = try property("ExecStart")
    guard let match = commands.firstMatch(of: /argv\[\]=(.*?) ;/) else {
      throw FaultError("no command in \(commands)")
    }
    return String(match.1)
  }

  var state: String { get throws { try property("ActiveState") } }
  var mainPID: Int { get throws { Int(try property("MainPID")) ?? 0 } }

  /// What an operator sees.
  var status: String {
    let command = "systemctl \(scope) status --no-pager --full --lines=20 '\(name)'"
    return (try? attempt(command).output) ?? "no status of \(name)"
  }

  /// Waits for a state; throws with what an operator sees when it does not come.
  func wait(for wanted: String, within seconds: Double = 20) throws {
    guard try eventually(within: seconds, every: 20, { try state == wanted }) else {
      throw FaultError("\(name) is not \(wanted) after \(seconds) s\n\(status)")
    }
  }

  /// The pids below the unit's cgroup, its own and those of all cgroups in it.
  func processes() throws -> [Int] {
    let group = try property("ControlGroup")
    guard !group.isEmpty else { return [] }
    return try attempt("find /sys/fs/cgroup'\(group)' -name cgroup.procs -exec cat {} +")
      .lines.compactMap { Int($0) }
  }

  /// A drop-in, read at once.
  func configure(_ text: String, as name: String = "test") throws {
    try shell(
      """
      folder='/etc/systemd/system/\(self.name).d'
      mkdir -p "$folder" && cat > "$folder/\(name).conf" <<'END'
      \(text)
      END
      systemctl daemon-reload
      """)
  }
}
