/// What a decision may see beside the child itself, and where it leaves its effects.
struct DecisionContext {
  let now: Instant
  let settings: SupervisionSettings
  let isShuttingDown: Bool
  var generator: SeededGenerator
  var daemonBudget: SpawnBudget
  var outages: Outages
  /// For the record.
  let inputs: DecisionInputs?
  var effects: [Effect] = []

  /// A number from -1 to 1, for jitter.
  mutating func chance() -> Double { generator.unit() }
}

extension DecisionContext {
  init(_ inputs: DecisionInputs) {
    self.init(
      now: inputs.now, settings: inputs.settings, isShuttingDown: inputs.isShuttingDown,
      generator: inputs.generator, daemonBudget: inputs.daemonBudget,
      outages: inputs.outages, inputs: inputs)
  }
}
