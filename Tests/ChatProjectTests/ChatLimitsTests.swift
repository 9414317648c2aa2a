import ChatStorage
import JSONLines
import SystemPackage
import Testing

@testable import ChatProject

@Suite struct ChatLimitsTests {
  private func settings(_ text: String) -> ProjectSettings {
    ProjectSettings(text: text, file: "/p/.wg/config.toml")
  }

  @Test func `what a chat's table says counts before what the table of all chats says`() {
    let settings = settings(
      """
      [chats]
      watchdog = "2min"        # of all
      memory_max = "2G"
      memory_high = '1536M'
      tasks_max = 1_024
      [chats.6]
      memory_max = 4096
      tasks_max = "infinity"
      [chats."7"]
      watchdog = 0
      [somebody.else]
      memory_max = nonsense
      """)
    let other = settings.limits(of: ChatID(1))
    #expect(other.watchdog == 120_000_000_000)
    #expect(other.memoryMax == 2 << 30)
    #expect(other.memoryHigh == 1536 << 20)
    #expect(other.tasksMax == 1024)
    let six = settings.limits(of: ChatID(6))
    #expect(six.memoryMax == 4096)
    #expect(six.tasksMax == nil)
    #expect(six.watchdog == other.watchdog)
    #expect(settings.limits(of: ChatID(7)).watchdog == nil)
    #expect(settings.problems.isEmpty)
  }

  @Test func `without settings nothing is limited`() {
    let limits = settings("").limits(of: ChatID(1))
    #expect(limits == ChatLimits())
    #expect(limits.memoryMax == nil && limits.tasksMax == nil && limits.watchdog == nil)
  }

  @Test(arguments: [
    (#"memory_max = "50%""#, "share"), (#"memory_max = "1.5G""#, "whole number"),
    (#"memory_max = 512M"#, "quotes"), (#"memory_max = "0""#, "nothing could run"),
    (#"memory_max = "-1""#, "whole number"), (#"memory_max = "M""#, "whole number"),
    (#"memory_max = "9007199254740993T""#, "too much"), (#"memory_max = "8388608T""#, "too much"),
    (#"memory_max = "512m""#, "whole number"), (#"memory_high = true"#, "quotes"),
    (#"memory_max = "1G" "2G""#, "unexpected"), (#"memory_max = "1G"#, "does not end"),
    (#"memory_max ="#, "missing"), (#"tasks_max = "many""#, "whole number"),
    (#"tasks_max = 1.5"#, "whole number"), (#"tasks_max = "1K""#, "whole number"),
    (#"tasks_max = 9223372036854775807"#, "too much"), (#"watchdog = "soon""#, "time span"),
    (#"watchdog = -3"#, "quotes"), (#"memory_mx = "1G""#, "memory_max"),
  ])
  func `a value that makes no sense is reported with its line, and the others count`(
    line: String, reason: String
  ) throws {
    let settings = settings("[chats]\ntasks_max = 7\nmemory_max = '3K'\n\(line)\nwatchdog = 9")
    let problem = try #require(settings.problems.first)
    #expect(settings.problems.count == 1)
    #expect(problem.description.hasPrefix("/p/.wg/config.toml:4: "), "\(problem)")
    #expect(problem.reason.contains(reason), "\(problem)")
    let limits = settings.limits(of: ChatID(1))
    #expect(limits.tasksMax == 7 && limits.memoryMax == 3072)
    #expect(limits.watchdog == 9_000_000_000)
  }

  @Test(arguments: ["chats.", "chats.x", "chats.-1", "chats.01", "chats.4294967296", "chats.a.b"])
  func `a table of no chat is reported, and counts for none`(section: String) {
    let settings = settings("[chats]\ntasks_max = 7\n[\(section)]\ntasks_max = 9")
    #expect(settings.problems.map(\.line) == [3])
    #expect(settings.problems.first?.reason.contains("[chats.6]") == true)
    #expect(settings.limits(of: ChatID(1)).tasksMax == 7)
  }

  @Test func `lines that end as on other systems are lines`() {
    let settings = settings("[chats]\r\ntasks_max = 7\r\nmemory_max = 0\r\n")
    #expect(settings.limits(of: ChatID(1)).tasksMax == 7)
    #expect(settings.problems.map(\.line) == [3])
  }
}
