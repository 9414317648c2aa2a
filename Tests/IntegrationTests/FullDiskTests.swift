import JSONLines
import LinuxSystem
import TestSupport
import Testing

/// A disk that is full for a while, and people who go on writing.
@Suite(.serialized) struct FullDiskTests {
  /// How many messages of each chat are refused before there is room again; 500 take a minute.
  private static let refusals = Int(CurrentProcess.variable("WG_TEST_REFUSALS") ?? "") ?? 4
  private static let chats = 3

  /// Who writes to one chat, and what they were told.
  private struct Writer {
    let chat: Int
    var count = 0
    var sent: [String] = []
    var refused = 0

    var nextText: String { "message \(count) to \(chat)" }

    mutating func note(_ outcome: CommandOutcome) {
      if outcome.exit.isSuccess { sent.append(nextText) } else { refused += 1 }
      count += 1
    }
  }

  @Test(.enabled(if: SmallDisk.canBeMade, "needs unshare and nsenter to mount a small file system"))
  func `messages that were sent are answered once, whatever the disk could take meanwhile`() throws
  {
    let project = try Project(initialized: false)
    let disk = try SmallDisk(project, size: "1m")
    try disk.run(["init"]).mustSucceed()
    try disk.run(["service", "start"]).mustSucceed()
    for _ in 0..<Self.chats { try disk.run(["chat", "create", "--handler", "echo"]).mustSucceed() }
    var writers = (1...Self.chats).map { Writer(chat: $0) }

    for _ in 0..<3 { try write(&writers, disk) }
    while writers.contains(where: { $0.refused < Self.refusals }) {
      // Again each time: what was taken back has left room.
      try disk.fill()
      try write(&writers, disk)
    }
    try disk.free()
    let before = writers.map(\.sent.count)
    for _ in 0..<3 { try write(&writers, disk) }
    #expect(zip(writers, before).allSatisfy { $0.sent.count == $1 + 3 }, "\(project.picture)")

    // A chat that has failed several times waits up to a minute before it tries again.
    try project.until("all is answered", within: 180, every: 200) {
      try disk.run(["chat", "list", "--json"]).json()["chats"]?.array?
        .allSatisfy { $0["pending"] == 0 } == true
    }
    for writer in writers { #expect(try answers(writer.chat, disk) == writer.sent) }
    try disk.run(["service", "stop"]).mustSucceed()
  }

  /// A message to each chat, all at the same time.
  private func write(_ writers: inout [Writer], _ disk: SmallDisk) throws {
    let commands = try writers.map {
      try disk.begin(["chat", "send", "\($0.chat)", $0.nextText])
    }
    for (index, command) in commands.enumerated() { writers[index].note(try command.finish()) }
  }

  private func answers(_ chat: Int, _ disk: SmallDisk) throws -> [String] {
    let history = try disk.run(["chat", "history", "\(chat)", "--lines", "0", "--json"])
    let rows = try history.mustSucceed().json()["messages"]?.array ?? []
    return rows.filter { $0["role"] == "coordinator" }.compactMap { $0["content"]?.string }
  }
}
