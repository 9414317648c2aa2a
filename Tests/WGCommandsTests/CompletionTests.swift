import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

/// What shells offer.
struct CompletionTests {
  private func words(_ prefix: String, archived: Bool = false) -> [String] {
    ChatCompletion(
      candidates: [
        .init(number: 1, name: "sums", isArchived: false),
        .init(number: 12, name: "two words", isArchived: false),
        .init(number: 3, name: "old", isArchived: true),
        .init(number: 4, name: nil, isArchived: false),
      ], prefix: prefix, includesArchived: archived
    ).words
  }

  @Test func `chats are offered in the spelling that was begun`() {
    #expect(words("") == ["sums", "12", "4"])
    #expect(words("s") == ["sums"])
    #expect(words("1") == ["1", "12"])
    #expect(words(".") == [".chat-1", ".chat-12", ".chat-4"])
    #expect(words(".chat-4") == [".chat-4"])
  }

  @Test func `archived chats are offered where they make sense`() {
    #expect(words("o").isEmpty)
    #expect(words("o", archived: true) == ["old"])
  }

  /// Runs a shell with the script loaded, in a project with two chats.
  private func complete(_ shell: String, _ arguments: [String], _ code: String) throws -> String {
    let project = try TestProject()
    _ = try project.makeChat("alpha")
    _ = try project.makeChat("beta")
    let program = try TestPrograms.path("wg").removingLastComponent()
    let script = RunOutcome.of("completions \(shell)").output
    try project.folder.write("script", script)
    let environment = [
      "PATH": "\(program):/usr/bin:/bin", "HOME": project.folder.path.string, "LC_ALL": "C.UTF-8",
    ]
    let found = Tool.find(shell, environment: environment)
    let tool = try #require(found, "\(shell) is not installed")
    let file = try project.folder.write("code", "cd '\(project.folder.path)'\n\(code)\n")
    let run = try tool.run(arguments + [file.string], until: .after(nanoseconds: 30_000_000_000))
    let outcome = try #require(run)
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    return outcome.output
  }

  @Test(arguments: [
    ("wg serv", ["service"]), ("wg service purge-chats --dry", ["--dry-run"]),
    ("wg chat show al", ["alpha"]), ("wg service purge-chats --except ", ["alpha", "beta"]),
  ])
  func `bash completes commands, options and chats`(line: String, offered: [String]) throws {
    let output = try complete(
      "bash", ["--norc"],
      """
      source ./script
      complete -p wg
      COMP_LINE='\(line)' COMP_POINT=\(line.utf8.count) COMP_TYPE=9
      read -ra COMP_WORDS <<< "$COMP_LINE"
      [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _wg wg "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """)
    let lines = output.split(separator: "\n").map { $0.trimmingSpaces }
    #expect(lines.first == "complete -o filenames -F _wg wg")
    #expect(lines.dropFirst().sorted() == offered, "\(output)")
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
