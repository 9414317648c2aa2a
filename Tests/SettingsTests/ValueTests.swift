import ChatStorage
import HandlerKinds
import SupervisionCore
import SystemPackage
import Testing

@testable import Settings

@Suite struct ValueTests {
  private func read(_ text: String) throws -> Configuration {
    let configuration = Configuration(text: text, file: "/p/.wg/config.toml")
    try #require(configuration.problems.isEmpty, "\(configuration.problems)")
    return configuration
  }

  @Test func `without a file every default is the program's own`() {
    let configuration = Configuration()
    #expect(configuration.supervision() == SupervisionSettings())
    #expect(configuration.handler == "claude" && configuration.model == nil)
    #expect(configuration.limits(of: ChatID(1)) == ChatLimits())
    #expect(configuration.times.isEmpty && configuration.startsHandlers)
  }

  @Test func `what a chat's table says counts before what the table of all chats says`() throws {
    let configuration = try read(
      """
      [chats]
      watchdog = "2min"        # of all
      memory_max = "2G"
      memory_high = '1536M'
      tasks_max = 1_024
      idle_timeout = 60
      [chats.6]
      memory_max = 4096
      tasks_max = "infinity"
      stop_timeout = "1500ms"
      [chats."7"]
      watchdog = 0
      idle_timeout = "infinity"
      """)
    let other = configuration.limits(of: ChatID(1))
    #expect(other.watchdog == 120_000_000_000)
    #expect(other.memoryMax == 2 << 30 && other.memoryHigh == 1536 << 20)
    #expect(other.tasksMax == 1024)
    let six = configuration.limits(of: ChatID(6))
    #expect(six.memoryMax == 4096 && six.tasksMax == nil && six.watchdog == other.watchdog)
    #expect(configuration.limits(of: ChatID(7)).watchdog == nil)
    #expect(configuration.supervision().idleTimeout == .seconds(60))
    #expect(configuration.times[ChatID(6)]?.stopTimeout == .milliseconds(1500))
    #expect(configuration.times[ChatID(6)]?.idleTimeout == nil)
    #expect(configuration.times[ChatID(7)]?.idleTimeout == .infinity)
    #expect(configuration.times[ChatID(1)] == nil)
  }

  @Test func `every number of the supervision can be set, and reaches its place`() throws {
    for (table, entries) in [
      ("supervision", SupervisionSetting.all), ("chats", SupervisionSetting.perChat),
    ] {
      for entry in entries {
        let key = entry.setting.key
        let value = if case .factor = entry.setting.type { "0.7" } else { "77" }
        let text = key == "backoff_factor" ? "7.5" : value
        let settings = try read("[\(table)]\n\(key) = \(text)").supervision()
        #expect(settings != SupervisionSettings(), "\(key)")
      }
    }
  }

  @Test func `a handler's table becomes the arguments that its kind reads`() throws {
    let configuration = try read(
      """
      [handlers.sh]
      kind = "command"
      command = ["bc", "-l"]
      prompt = ["> ", "? "]
      quiet = "200ms"
      pty = false
      environment = { LANG = "C.UTF-8" }
      [handlers.shell]
      kind = "command"
      command = "tr a b"
      pty = true
      [handlers.openai]
      endpoint = "http://localhost:1/v1"
      model = "m"
      history_limit = "48K"
      """)
    let command = try #require(configuration.handler(named: "sh"))
    #expect(
      command.arguments() == [
        "command", "--prompt=> ", "--prompt=? ", "--quiet=200000000ns", "--no-pty", "--", "bc",
        "-l",
      ])
    #expect(command.environment == ["LANG=C.UTF-8"])
    let shell = try #require(configuration.handler(named: "shell"))
    #expect(shell.arguments() == ["command", "--", "bash", "-lc", "tr a b"])
    let openai = try #require(configuration.handler(named: "openai"))
    #expect(
      openai.arguments(except: ["model"]) == [
        "openai", "--endpoint=http://localhost:1/v1", "--history-limit=49152",
      ])
    #expect(configuration.handler(named: "claude") == nil)
    #expect(configuration.objection(toHandler: "claude") == nil)
    #expect(configuration.objection(toHandler: "shel")?.contains("is `shell` meant?") == true)
  }

  @Test func `every option of every kind is a key of its table`() throws {
    for kind in BuiltInKind.allCases {
      for option in kind.options {
        let value: String =
          switch option.value {
          case .flag: option.isNegation ? "false" : "true"
          case .text: option.isRepeatable ? "['x']" : "'x'"
          case .url: "'https://h/v1'"
          case .path: "'/x'"
          case .span: "'3s'"
          case .size: "'1K'"
          case .count(let range): "\(range.upperBound)"
          case .choice(let known): "'\(known[0])'"
          }
        let command = kind.program == .required ? "command = ['p']\n" : ""
        let configuration = try read(
          "[handlers.h]\nkind = '\(kind.rawValue)'\n\(command)\(option.key) = \(value)")
        let arguments = try #require(configuration.handler(named: "h")).arguments()
        #expect(arguments.contains { $0.hasPrefix(option.flag) }, "\(option.name): \(arguments)")
      }
    }
  }

  @Test func `a model says its name, where it is, and what answers with it`() throws {
    let configuration = try read(
      "[models.fast]\nname = 'm-1'\nendpoint = 'https://h/v1'\nhandler = 'openai'\n[models.bare]")
    #expect(
      configuration.model(named: "fast")
        == ConfiguredModel(name: "m-1", endpoint: "https://h/v1", handler: "openai"))
    #expect(configuration.model(named: "bare")?.name == "bare")
    #expect(configuration.model(named: "opus") == nil)
    #expect(configuration.modelNames == ["bare", "fast"])
  }
}
