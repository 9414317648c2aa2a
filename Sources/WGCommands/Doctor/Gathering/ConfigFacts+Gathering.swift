internal import ChatProject
internal import ChatStorage
internal import JSONLines

extension ConfigFacts {
  static func gather(_ layout: ProjectLayout, chats: [ChatID]) -> ConfigFacts {
    var facts = ConfigFacts()
    do throws(StorageError) {
      let settings = try ProjectSettings.read(layout.config)
      facts.problems = settings.problems
      facts.limited = chats.filter { chat in
        let limits = settings.limits(of: chat)
        return limits.memoryMax ?? limits.memoryHigh ?? limits.tasksMax != nil
      }.map(\.taskID)
    } catch {
      facts.failure = "\(error)"
    }
    return facts
  }
}
