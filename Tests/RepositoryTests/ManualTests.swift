import Foundation
import Testing

/// Manual pages and `--help` say the same.
@Suite struct ManualTests {
  private static let groups = [
    "chat": "man/wg-chat.1", "service": "man/wg-service.1", "session": "man/wg-session.1",
  ]

  @Test func `every page is free of warnings`() throws {
    for page in ManualPage.all {
      let result = try RunningProgram.system("mandoc", ["-T", "lint", "-W", "warning", page.path])
      #expect(result.status == 0 && result.output.isEmpty, "\(result.output)\(result.errors)")
    }
    #expect(ManualPage.all.count >= 8)
  }

  @Test(arguments: groups.keys.sorted())
  func `each command of a group and each of its options is in the group's page`(
    group: String
  ) throws {
    let page = ManualPage(try #require(Self.groups[group]))
    let commands = try CommandTree.ofProgram().below(group)
    #expect(!commands.isEmpty)
    expect(page, toDescribe: commands)
  }

  @Test func `each other command and each of its options is in wg(1)`() throws {
    let tree = try CommandTree.ofProgram()
    let grouped = Set(Self.groups.keys)
    let others = tree.commands.filter { command in
      command.path.first.map { !grouped.contains($0) } ?? false
    }.filter { !$0.isGroup }
    let page = ManualPage("man/wg.1")
    let described = page.commands.filter { !grouped.contains($0.names[0]) }
    #expect(Set(described.map { $0.names[0] }) == Set(others.map(\.name)).union(["help"]))
    for command in others { expect(page, toDescribe: command) }
    #expect(CommandTree.common.isSubset(of: page.options))
  }

  private func expect(_ page: ManualPage, toDescribe commands: [CommandTree.Command]) {
    #expect(Set(page.commands.map { $0.names[0] }) == Set(commands.map(\.name)))
    for command in commands { expect(page, toDescribe: command) }
  }

  private func expect(_ page: ManualPage, toDescribe command: CommandTree.Command) {
    guard let item = page.commands.first(where: { $0.names[0] == command.name }) else { return }
    #expect(Set(item.names.dropFirst()) == Set(command.aliases), "\(page.path): \(command.name)")
    #expect(item.options == command.options, "\(page.path): \(command.name)")
  }

  @Test func `every key of the screen, and what it does, is in wg-tui(1)`() throws {
    let lines = Repository.lines("man/wg-tui.1").map { $0.replacing("\\&", with: "") }
    let keys = try JSONDecoder().decode(
      KeyList.self, from: Data(RunningProgram.ours("wg", "tui", "--keys", "--json").output.utf8)
    ).keys
    let described = zip(lines, lines.dropFirst()).filter { $0.0.hasPrefix(".It ") }
    for key in keys {
      let item = ".It " + key.keys.joined(separator: " , ")
      let help = key.help.prefix(1).uppercased() + key.help.dropFirst() + "."
      #expect(described.contains { $0.0 == item && $0.1 == help }, "\(item): \(help)")
    }
    #expect(keys.count > 40)
  }

  private struct KeyList: Decodable {
    struct Key: Decodable {
      let keys: [String]
      let help: String
    }

    let keys: [Key]
  }

  @Test(arguments: [("wg-dispatcher", "man/wg-dispatcher.8"), ("wg-handler", "man/wg-handler.7")])
  func `the options of a program are those of its page`(program: String, page: String) throws {
    let help = try RunningProgram.ours(program, "--help")
    try #require(help.status == 0)
    let printed = help.output.matches(of: /(?:^|[\s,\[])(--[a-z][a-z-]*)/).map { String($0.1) }
    let described = ManualPage(page).options.filter { $0.hasPrefix("--") }
    // A summary need not name the options that ask for it.
    let asking: Set<String> = ["--help", "--version"]
    #expect(described.subtracting(asking) == Set(printed).subtracting(asking))
  }

  @Test func `every page that is referred to exists, if it is one of ours`() {
    let names = Set(
      ManualPage.all.map { $0.path.dropFirst(4).split(separator: ".").joined(separator: " ") })
    for page in ManualPage.all {
      for line in Repository.lines(page.path) where line.hasPrefix(".Xr wg") {
        let words = line.split(separator: " ").dropFirst().prefix(2).joined(separator: " ")
        #expect(names.contains(words), "\(page.path): \(words)")
      }
    }
  }
}
