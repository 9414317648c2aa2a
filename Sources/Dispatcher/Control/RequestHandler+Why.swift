internal import ChatStorage
internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

extension RequestHandler {
  /// The rows up to the answer's `seq` are in the files; those after it follow on the connection.
  func subscribe(_ connection: ControlConnection) {
    supervisor.decisions.flush()
    events.add(connection)
    connection.answer(
      .ok([
        "seq": .integer(supervisor.decisions.sequence),
        "records": .text(supervisor.layout.decisions.string),
      ]))
  }

  /// How far back records are read: the loop must not be kept.
  private static let recordBudget: Int64 = 1 << 20

  func why(_ number: UInt32?, _ connection: ControlConnection) throws {
    guard let number else {
      throw ControlError(.usage, "Invalid request: `chat_id` is missing")
    }
    let chat = try chat(number)
    supervisor.decisions.flush()
    let records = RecordFiles(supervisor.layout.decisions)
    var situation = situation(of: chat)
    situation.rows =
      (try? records.last(64, of: number, budget: Self.recordBudget)) ?? []
    connection.answer(.ok(situation.payload))
  }

  private func situation(of chat: SupervisedChat) -> Situation {
    let machine = driver.machine
    let clock = WallClock.now
    var situation = Situation(
      chat: chat.id.number, taskID: chat.id.taskID, state: supervisor.state(of: chat),
      now: Clock.wall)
    situation.name = chat.row?.name
    situation.startsHandlers = daemon.options.startsHandlers
    situation.pid = driver.pid(of: chat.child)
    situation.consumers = machine.demand(of: chat.child)?.consumers ?? 0
    situation.pending = machine.demand(of: chat.child)?.inbox.pending ?? 0
    situation.nextTime = machine.deadline(of: chat.child).map(clock.wall)
    situation.crashes = chat.record.crashes.map(\.at)
    if chat.burial != nil {
      // With what was added to the file since.
      let tombstone = try? supervisor.tombstones.tombstone(for: chat.id)
      situation.burial = tombstone?.sentence
      situation.ending = tombstone?.ending
    }
    situation.hasTask = chat.row != nil
    return situation
  }
}
