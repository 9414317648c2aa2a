import ChatStorage
import JSONLines
import TestSupport
import Testing

@Suite struct ConfigCommandTests {
  private func project(_ configuration: String) throws -> TestProject {
    let project = try TestProject()
    try project.folder.write(".wg/config.toml", configuration)
    return project
  }

  @Test func `a fresh project has no mistake`() throws {
    let project = try TestProject()
    let outcome = project.run("config check")
    #expect(outcome.status == 0 && outcome.output.hasPrefix("Good: "), "\(outcome)")
  }

  @Test func `every mistake is named, with the status for bad data`() throws {
    let project = try project(
      "[dispatcher]\nhandler = \"ehco\"\nmax_agents = 8\n[chats]\ntasks_max = \"many\"\n")
    let file = project.layout.config
    let outcome = project.run("config check")
    #expect(outcome.status == 65)
    #expect(
      outcome.output == """
        \(file):3:1: `max_agents` has no meaning here (no mistake)
        \(file):5:13: tasks_max: `many` is no whole number, nor one with K, M, G or T where bytes are meant, nor "infinity"
        \(file):2:1: handler: there is no handler `ehco`; there are acp, claude, codex, command, echo, openai; is `echo` meant?

        """, "\(outcome)")
    #expect(outcome.diagnostics.contains("the settings have 2 mistakes"))
    let problems = try project.json("config check")["problems"]?.array ?? []
    #expect(problems.map { $0["severity"]?.string } == ["foreign", "mistake", "mistake"])
    #expect(problems.last?["line"]?.int == 2)
  }

  @Test func `show tells what counts and where it is said`() throws {
    let project = try project(
      "[chats]\nidle_timeout = 60\n[supervision]\n[chats.1]\nidle_timeout = '2min'\n")
    _ = try project.makeChat("a")
    let outcome = project.run("config show")
    #expect(
      outcome.output.contains("idle_timeout = \"1min\"  # \(project.layout.config):2"),
      "\(outcome)")
    #expect(outcome.output.contains("crash_limit = 8  # default"))
    #expect(outcome.output.contains("# handlers: acp, claude"))
    let own = try project.json("config show --chat 1")["settings"]?.array ?? []
    let setting = try #require(own.first { $0["key"]?.string == "idle_timeout" })
    #expect(setting["table"]?.string == "chats.1")
    #expect(setting["value"]?.string == "\"2min\"" && setting["line"]?.int == 5)
  }

  @Test func `no chat is made or changed while there is a mistake, and the mistake is named`()
    throws
  {
    let project = try TestProject()
    _ = try project.makeChat("a")
    try project.folder.write(".wg/config.toml", "[chats]\nwatchdog = true\n")
    for command in ["chat create --handler echo", "chat set 1 --handler codex"] {
      let outcome = project.run(command)
      #expect(outcome.status == 65, "\(command): \(outcome)")
      #expect(outcome.diagnostics.contains("config.toml:2: watchdog: "), "\(outcome)")
    }
    #expect(project.run("chat list").status == 0)
  }

  @Test func `a handler that there is not is refused with those that there are`() throws {
    let project = try TestProject()
    _ = try project.makeChat("a")
    for command in ["chat create --handler ehco", "chat set 1 --handler ehco"] {
      let outcome = project.run(command)
      #expect(outcome.status == 64, "\(outcome)")
      #expect(outcome.diagnostics.contains("is `echo` meant?"), "\(outcome)")
    }
    #expect(try project.json("chat list")["chats"]?.array?.count == 1)
    #expect(project.run("init --handler ehco").status == 64)
  }

  @Test func `a chat can be given a handler and a model of the configuration`() throws {
    let project = try project(
      """
      [handlers.sum]
      kind = "command"
      command = ["bc"]
      [models.small]
      handler = "sum"
      """)
    let own = try project.json("chat create --handler sum")
    let model = try project.json("chat create -m small")
    for answer in [own, model] {
      let chats = try project.json("chat list")["chats"]?.array ?? []
      let chat = try #require(chats.first { $0["chat_id"]?.int == answer["chat_id"]?.int })
      #expect(chat["handler"]?.string == "sum")
    }
  }
}
