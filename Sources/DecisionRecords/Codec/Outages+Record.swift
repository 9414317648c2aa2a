internal import JSONLines
internal import SupervisionCore

extension RecordWriter {
  mutating func put(_ outages: Outages) {
    if outages.all.isEmpty { return }
    put(.outages, .array(outages.all.map { part($0).json }))
  }

  func part(_ kind: FailureKind) -> RecordWriter {
    var part = RecordWriter(at: now)
    part.put(kind)
    return part
  }

  private mutating func put(_ kind: FailureKind) {
    put(.exit, text: kind.exit.recorded)
    put(kind.program)
  }

  mutating func put(_ program: ProgramID) {
    put(.program, number: program.number, unless: ProgramID.unknown.number)
  }

  private func part(_ outage: Outage) -> RecordWriter {
    var part = RecordWriter(at: now)
    part.put(outage.kind)
    switch outage.phase {
    case .suspected(let failures):
      part.put(.children, .array(failures.map { .integer($0.child.number) }))
      part.put(.crashes, all: failures.map(\.at))
    case .waiting(let since, let until, let delay):
      part.put(.since, at: since)
      part.put(.until, at: until)
      part.put(.backoff, span: delay)
    case .trying(let child, let since, let delay):
      part.put(.tries, number: child.number)
      part.put(.since, at: since)
      part.put(.backoff, span: delay)
    }
    return part
  }
}

extension RecordReader {
  func outages() throws(RecordError) -> Outages {
    var all: [Outage] = []
    for member in value(.outages)?.array ?? [] {
      all.append(try RecordReader(member, at: now).outage())
    }
    return Outages(all)
  }

  func lastFailure() throws(RecordError) -> FailureKind? {
    has(.lastFailure) ? try part(.lastFailure).kind() : nil
  }

  private func kind() throws(RecordError) -> FailureKind {
    FailureKind(try required(.exit, exit()), of: try program())
  }

  func program() throws(RecordError) -> ProgramID {
    try number(.program).map { ProgramID($0) } ?? .unknown
  }

  private func outage() throws(RecordError) -> Outage {
    let kind = try kind()
    guard let delay = try span(.backoff) else {
      return Outage(kind, phase: .suspected(try failures()))
    }
    let since = try instant(.since)
    if let child: UInt32 = try number(.tries) {
      let since = try required(.since, since)
      return Outage(kind, phase: .trying(ChildID(child), since: since, delay: delay))
    }
    let until = try required(.until, instant(.until))
    // Older programs did not say since when.
    return Outage(kind, phase: .waiting(since: since ?? until, until: until, delay: delay))
  }

  private func failures() throws(RecordError) -> [Outage.Failure] {
    let children = (value(.children)?.array ?? []).compactMap {
      $0.int.flatMap(UInt32.init(exactly:))
    }
    let instants = try instants(.crashes)
    guard children.count == instants.count else {
      throw RecordError("`children` and `crashes` do not belong together")
    }
    return zip(children, instants).map { Outage.Failure(child: ChildID($0), at: $1) }
  }
}
