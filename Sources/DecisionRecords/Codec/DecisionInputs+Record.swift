internal import JSONLines
internal import SupervisionCore

extension DecisionInputs {
  /// As the member `inputs` of a row has it.
  var recorded: JSONValue {
    var writer = RecordWriter(at: now)
    writer.put(.now, number: now.nanoseconds)
    writer.put(cause)
    var changed = RecordWriter(at: now)
    changed.put(settings)
    writer.put(.settings, changed)
    writer.put(.isEnding, flag: isShuttingDown)
    writer.put(.generator, number: generator.state)
    writer.put(.daemonBudget, at: daemonBudget.fullAt)
    writer.put(outages)
    return writer.json
  }

  /// Reads what `recorded` wrote about a child.
  convenience init(recorded json: JSONValue, of id: ChildID) throws(RecordError) {
    let outer = try RecordReader(json, at: Instant(nanoseconds: 0))
    let now = Instant(nanoseconds: try outer.required(.now, outer.number(.now)))
    let reader = try RecordReader(json, at: now)
    self.init(
      try reader.cause(id), now: now, settings: try reader.part(.settings).settings(),
      isShuttingDown: try reader.flag(.isEnding),
      generator: SeededGenerator(seed: try reader.number(.generator) ?? 0),
      daemonBudget: SpawnBudget(fullAt: try reader.instant(.daemonBudget)),
      outages: try reader.outages())
  }
}

extension RecordWriter {
  fileprivate mutating func put(_ cause: DecisionInputs.Cause) {
    var happened = RecordWriter(at: now)
    switch cause {
    case .event(let event, let child):
      happened.put(event)
      put(.event, happened)
      var before = RecordWriter(at: now)
      before.put(child)
      put(.before, before)
    case .registered(_, let registration):
      happened.put(registration)
      put(.registered, happened)
    }
  }

  private mutating func put(_ registration: Registration) {
    put(.written, part(registration.durable))
    put(.isTombstoned, flag: registration.isTombstoned)
    put(.isUnsettled, flag: !registration.isSettled)
    put(.isTaskClosed, flag: registration.isTaskClosed)
    put(.hasHolder, flag: registration.hasHolder)
    put(.hasEnded, flag: registration.hasEnded)
    put(.sharedReservation, number: registration.sharedReservation.number, unless: 0)
  }
}

extension RecordReader {
  fileprivate func cause(_ id: ChildID) throws(RecordError) -> DecisionInputs.Cause {
    if has(.registered) { return .registered(id, try part(.registered).registration()) }
    return .event(try part(.event).event(), try part(.before).child(id))
  }

  private func registration() throws(RecordError) -> Registration {
    Registration(
      durable: try part(.written).durable(), isTombstoned: try flag(.isTombstoned),
      isSettled: try !flag(.isUnsettled), isTaskClosed: try flag(.isTaskClosed),
      hasHolder: try flag(.hasHolder), hasEnded: try flag(.hasEnded),
      sharedReservation: Incarnation(try number(.sharedReservation) ?? 0))
  }
}
