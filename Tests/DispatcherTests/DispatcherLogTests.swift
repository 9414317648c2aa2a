import ChatStorage
import LinuxSystem
import SystemPackage
import Systemd
import TestSupport
import Testing

@testable import Dispatcher

/// The log before a journal that is played by a socket.
@Suite struct DispatcherLogTests {
  private let folder: TemporaryDirectory
  private let socketPath: FilePath
  private var file: FilePath { folder.file("daemon.log") }

  init() throws {
    folder = try TemporaryDirectory()
    socketPath = folder.file("journal")
  }

  private func log(_ target: LogPlaces.Entries = .both, limit: Int64 = 1 << 30) -> DispatcherLog {
    DispatcherLog(
      path: file, project: "/srv/p/.wg", journal: Journal.connect(to: .path(socketPath)),
      target: target, limit: limit)
  }

  private var lines: [Substring] { text(of: file)?.split(separator: "\n") ?? [] }

  private func listen() throws -> DatagramSocket { try DatagramSocket.bind(.path(socketPath)) }

  private func entries(_ socket: DatagramSocket) throws -> [String] {
    var texts: [String] = []
    while let datagram = try socket.receive(maximum: 1 << 16) {
      texts.append(String(decoding: datagram.bytes, as: UTF8.self))
    }
    return texts
  }

  @Test("An entry goes to the file and to the journal, with its fields")
  func both() throws {
    let journal = try listen()
    log().error(.storageProblem, about: ChatID(3), "no room")
    #expect(lines.count == 1 && lines[0].hasSuffix(" [ERROR] Coordinator-3: no room"))
    let fields = try entries(journal).flatMap { $0.split(separator: "\n") }
    #expect(
      fields == [
        "MESSAGE=Coordinator-3: no room", "PRIORITY=3",
        "MESSAGE_ID=157f06b10a004fddb013f024b4f8c33d", "SYSLOG_IDENTIFIER=wg-dispatcher",
        "WG_EVENT=storage.problem", "WG_PROJECT=/srv/p/.wg", "WG_CHAT=.chat-3", "WG_CHAT_ID=3",
      ])
  }

  @Test("Asked for the journal alone, no file is made; asked for the file alone, nothing is sent")
  func targets() throws {
    let journal = try listen()
    log(.journal).info(.dispatcherReady, "Ready")
    #expect(lines.isEmpty)
    #expect(try entries(journal).count == 1)
    log(.file).info(.dispatcherReady, "Ready")
    #expect(lines.count == 1)
    #expect(try entries(journal).isEmpty)
  }

  @Test("Where there is no journal, everything goes to the file, whatever was asked for")
  func noJournal() {
    let log = log(.journal)
    log.info(.dispatcherReady, "Ready")
    #expect(lines.count == 1)
    #expect(log.target == .file)
  }

  @Test("A journal that reads nothing stops nobody, and gets what was kept when it reads again")
  func stuckJournal() throws {
    let journal = try listen()
    let loop = try EventLoop()
    let log = log()
    log.attach(to: loop)
    for number in 1...500 { log.info(.chatParked, about: ChatID(UInt32(number)), "parked") }
    #expect(lines.count == 500)
    #expect(log.isJournalStuck)
    #expect(try loop.runTurn(block: false) == 0, "no turn is spent on a journal that is full")
    var received: [String] = []
    for _ in 0..<500 where received.count < 500 {
      received += try entries(journal)
      _ = try loop.runTurn(block: false)
    }
    received += try entries(journal)
    #expect(received.count == 500)
    #expect(received.last?.contains("WG_CHAT_ID=500\n") == true, "in their order")
    #expect(!log.isJournalStuck)
    #expect(loop.registrationCount == 0, "a journal that keeps up costs no wake-up")
  }

  @Test("What a stuck journal loses is in the file, and counted in the next entry it reads")
  func lostEntries() throws {
    let journal = try listen()
    let loop = try EventLoop()
    let log = log(.journal)
    log.attach(to: loop)
    let long = String(repeating: "x", count: 10_000)
    for number in 1...300 { log.info(.chatParked, about: ChatID(UInt32(number)), long) }
    let lost = lines.count
    #expect(lost > 100, "1 MiB is kept")
    var received: [String] = []
    for _ in 0..<500 {
      received += try entries(journal)
      _ = try loop.runTurn(block: false)
    }
    received += try entries(journal)
    #expect(received.count == 300 - lost + 1)
    let told = try #require(received.last)
    #expect(told.contains("WG_EVENT=log.lost\n") && told.contains("WG_LOST=\(lost)\n"))
  }

  @Test("A journal that went away loses nothing that the file would not have, and is found again")
  func restartedJournal() throws {
    var journal: DatagramSocket? = try listen()
    let log = log(.journal)
    log.info(.dispatcherReady, "one")
    #expect(try journal.map(entries)?.count == 1)
    journal = nil
    try AtomicFile.remove(socketPath)
    log.info(.dispatcherReady, "two")
    #expect(lines.count == 1 && lines[0].hasSuffix("two"))
    let next = try listen()
    log.info(.dispatcherReady, "three")
    let texts = try entries(next)
    #expect(texts.count == 2)
    #expect(texts.first?.contains("WG_LOST=1\n") == true)
    #expect(texts.last?.contains("MESSAGE=three\n") == true)
  }

  @Test("A crash loop cannot flood the log, and what it has to say of a purge is never left out")
  func flood() throws {
    let log = log(.file)
    for _ in 0..<1000 { log.warn(.chatExited, about: ChatID(1), "crashed") }
    for _ in 0..<50 { log.info(.chatPurged, about: ChatID(1), "archived") }
    #expect(lines.count { $0.hasSuffix("crashed") } == 20)
    #expect(lines.count { $0.hasSuffix("archived") } == 50)
    #expect(log.dueAt != nil)
    log.close()
    #expect(
      lines.last?.hasSuffix("[WARN] 980 similar entries suppressed: chat.exited about .chat-1")
        == true)
  }

  @Test("A file of the largest size becomes the backup, and the log goes on in a new one")
  func rotation() throws {
    let log = log(.file, limit: 200)
    for number in 0..<10 { log.info(.dispatcherReady, "entry \(number)") }
    #expect(lines.last?.hasSuffix("entry 9") == true)
    #expect(text(of: folder.file("daemon.log.1"))?.isEmpty == false)
  }

  @Test("Text with control characters can forge neither a line nor a field")
  func forgery() throws {
    let journal = try listen()
    let text = "a\nWG_EVENT=chat.purged\n\u{1b}[2J\u{202e}b"
    log().info(.storageProblem, text)
    #expect(lines.count == 1)
    #expect(lines.first?.hasSuffix("a\\x0aWG_EVENT=chat.purged\\x0a\\x1b[2J\\u{202e}b") == true)
    let entry = try #require(try entries(journal).first)
    let length = Character(Unicode.Scalar(UInt8(text.utf8.count)))
    #expect(entry.hasPrefix("MESSAGE\n\(length)\0\0\0\0\0\0\0\(text)\nPRIORITY=6\n"))
  }
}
