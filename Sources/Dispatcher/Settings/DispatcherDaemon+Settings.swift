internal import ChatStorage
internal import LinuxSystem
internal import Settings
internal import SupervisionCore
internal import SupervisionDriver

extension DispatcherDaemon {
  /// What came of reading the settings again.
  struct Reload {
    /// Why they stay as they were; empty when they do not.
    var mistakes: [ConfigurationProblem] = []
    /// What counts now and did not before, as `wg config show` has it.
    var changes: [String] = []
    /// Chats whose handler is replaced.
    var restarted: [ChatID] = []
  }

  /// At boot: says what does not count, and lets the rest count.
  func useSettings() {
    let configuration = settings.configuration
    for mistake in configuration.mistakes { log.error(.storageProblem, "\(mistake)") }
    apply(configuration)
  }

  /// Takes the files' changes over when there are any; the graph is read next.
  func noticeSettings() {
    guard settings.haveChanged else { return }
    let reload = readSettings()
    if reload.mistakes.isEmpty && !reload.changes.isEmpty { tell(reload) }
  }

  /// Reads everything again, and says what that changed.
  @discardableResult
  func reload() -> Reload {
    reporter.reloading(at: Clock.monotonic)
    var reload = readSettings()
    // Those of a change that was noticed before were told of by their decisions.
    _ = graph.takeReplaced()
    graph.readGraph()
    graph.readSessions()
    reload.restarted = graph.takeReplaced()
    if reload.mistakes.isEmpty { tell(reload) }
    announceReady()
    return reload
  }

  /// The settings alone: all of them count, or, with a mistake, none of what is new.
  private func readSettings() -> Reload {
    let before = settings.configuration
    var reload = Reload(mistakes: settings.read())
    guard reload.mistakes.isEmpty else {
      for mistake in reload.mistakes { log.error(.storageProblem, "\(mistake)") }
      log.error(
        .storageProblem, "Configuration not reloaded: the settings stay as they were before")
      return reload
    }
    reload.changes = settings.configuration.changes(since: before)
    guard !isEnding, settings.configuration != before else { return reload }
    apply(settings.configuration)
    graph.settingsAreNew = true
    return reload
  }

  private func apply(_ configuration: Configuration) {
    supervisor.configuration = configuration
    let times = configuration.times.map { (ChildID($0.key.number), $0.value) }
    driver.apply(
      options.supervision(configuration), times: Dictionary(times) { first, _ in first })
  }

  private func tell(_ reload: Reload) {
    var text = "Configuration reloaded"
    if !reload.changes.isEmpty { text += ": " + reload.changes.joined(separator: "; ") }
    if !reload.restarted.isEmpty {
      let chats = reload.restarted.map { "\($0.number)" }.joined(separator: ", ")
      text += "; handlers replaced of chats \(chats)"
    }
    log.info(.dispatcherReloaded, text)
  }
}
