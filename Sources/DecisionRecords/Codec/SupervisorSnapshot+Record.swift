package import JSONLines
package import SupervisionCore

extension SupervisorSnapshot {
  /// The snapshot as one value, in which each child is what a decision record has `before` it.
  ///
  /// `now` is the instant from which instants are counted.
  package func recorded(at now: Instant) -> JSONValue {
    var writer = RecordWriter(at: now)
    writer.put(.now, number: now.nanoseconds)
    var changed = RecordWriter(at: now)
    changed.put(settings)
    writer.put(.settings, changed)
    writer.put(.generator, number: generator.state)
    writer.put(.daemonBudget, at: daemonBudget.fullAt)
    writer.put(outages)
    var object = writer.object
    object["times"] = .object(JSONObject(times.sorted { $0.key < $1.key }.map(Self.recorded)))
    object["children"] = .object(JSONObject(children.map { Self.recorded($0, at: now) }))
    return .object(object)
  }

  private static func recorded(_ child: ChildMachine, at now: Instant) -> (String, JSONValue) {
    var writer = RecordWriter(at: now)
    writer.put(child)
    return ("\(child.id.number)", writer.json)
  }

  /// A child's own times are written as settings in which nothing else is said.
  private static func recorded(_ id: ChildID, _ times: ChildTimes) -> (String, JSONValue) {
    var writer = RecordWriter(at: Instant(nanoseconds: 0))
    writer.put(.idleTimeout, span: times.idleTimeout)
    writer.put(.stopTimeout, span: times.stopTimeout)
    writer.put(.startTimeout, span: times.startTimeout)
    writer.put(.crashLimit, number: times.crashLimit)
    writer.put(.crashWindow, span: times.crashWindow)
    if let backoff = times.backoff {
      var settings = SupervisionSettings()
      settings.backoff = backoff
      var part = RecordWriter(at: Instant(nanoseconds: 0))
      part.put(settings)
      writer.put(.backoff, part.json)
    }
    return ("\(id.number)", writer.json)
  }

  /// Reads what `recorded` wrote; an error for anything else.
  package init(recorded json: JSONValue) throws(RecordError) {
    let outer = try RecordReader(json, at: Instant(nanoseconds: 0))
    let now = Instant(nanoseconds: try outer.required(.now, outer.number(.now)))
    let reader = try RecordReader(json, at: now)
    self.init(
      children: try Self.members(json, "children") { id, json throws(RecordError) in
        try RecordReader(json, at: now).child(id)
      }.map(\.1),
      settings: try reader.part(.settings).settings(),
      times: Dictionary(try Self.members(json, "times", Self.times)) { $1 },
      generator: SeededGenerator(
        seed: try reader.required(.generator, reader.number(.generator))),
      daemonBudget: SpawnBudget(fullAt: try reader.instant(.daemonBudget)),
      outages: try reader.outages())
  }

  private static func members<Value>(
    _ json: JSONValue, _ key: String,
    _ read: (ChildID, JSONValue) throws(RecordError) -> Value
  ) throws(RecordError) -> [(ChildID, Value)] {
    guard let object = json[key]?.object else { throw RecordError("`\(key)` is no object") }
    var values: [(ChildID, Value)] = []
    for member in object.members {
      guard let number = UInt32(member.key) else {
        throw RecordError("`\(key)` has the key `\(member.key.prefix(40))`")
      }
      values.append((ChildID(number), try read(ChildID(number), member.value)))
    }
    return values
  }

  private static func times(
    _ id: ChildID, _ json: JSONValue
  ) throws(RecordError) -> ChildTimes {
    let reader = try RecordReader(json, at: Instant(nanoseconds: 0))
    var times = ChildTimes()
    times.idleTimeout = try reader.span(.idleTimeout)
    times.stopTimeout = try reader.span(.stopTimeout)
    times.startTimeout = try reader.span(.startTimeout)
    times.crashLimit = try reader.number(.crashLimit)
    times.crashWindow = try reader.span(.crashWindow)
    if reader.has(.backoff) { times.backoff = try reader.part(.backoff).settings().backoff }
    return times
  }
}
