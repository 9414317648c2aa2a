/// What a decision may see beside the child itself, and where it leaves its effects.
struct DecisionContext {
  let now: Instant
  let settings: SupervisionSettings
  let isShuttingDown: Bool
  var generator: SeededGenerator
  var daemonBudget: SpawnBudget
  var effects: [Effect] = []

  /// A number from -1 to 1, for jitter.
  mutating func chance() -> Double { generator.unit() }
}
