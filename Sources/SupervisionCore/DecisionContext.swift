/// What a decision may see beside the child itself, and where it leaves its effects.
struct DecisionContext {
  let now: Instant
  let settings: SupervisionSettings
  let isShuttingDown: Bool
  var generator: SeededGenerator
  var daemonBudget: SpawnBudget
  var outages: Outages
  var effects: [Effect] = []

  /// A number from -1 to 1, for jitter.
  mutating func chance() -> Double { generator.unit() }

  /// Whether there is a record among the effects.
  var hasDecided: Bool {
    effects.contains { if case .record = $0 { true } else { false } }
  }

  /// Gives each record what it was decided from.
  mutating func explain(by inputs: DecisionInputs) {
    for index in effects.indices {
      guard case .record(var decision) = effects[index] else { continue }
      decision.inputs = inputs
      effects[index] = .record(decision)
    }
  }
}

extension DecisionContext {
  init(_ inputs: DecisionInputs) {
    self.init(
      now: inputs.now, settings: inputs.settings, isShuttingDown: inputs.isShuttingDown,
      generator: inputs.generator, daemonBudget: inputs.daemonBudget,
      outages: inputs.outages)
  }
}
