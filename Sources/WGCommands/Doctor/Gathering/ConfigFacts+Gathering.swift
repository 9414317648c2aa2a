internal import ChatStorage
internal import Settings

extension ConfigFacts {
  static func gather(_ layout: ProjectLayout, chats: [ChatID]) -> ConfigFacts {
    var facts = ConfigFacts()
    let configuration = Configuration.read(.ofThisProcess(project: layout.config))
    facts.problems = configuration.problems
    facts.limited = chats.filter { chat in
      let limits = configuration.limits(of: chat)
      return limits.memoryMax ?? limits.memoryHigh ?? limits.tasksMax != nil
    }.map(\.taskID)
    return facts
  }
}
