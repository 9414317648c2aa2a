import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TaskGraph
import TestSupport

/// A graph in a folder of its own, which goes away with it.
final class ScratchGraph {
  private let directory: TemporaryDirectory
  let file: GraphFile

  var folder: FilePath { directory.path }

  init(_ text: String? = nil) throws {
    directory = try TemporaryDirectory()
    file = GraphFile(
      path: directory.file("graph.jsonl"), lock: directory.file("graph.lock"))
    if let text { try write(text) }
  }

  func write(_ text: String) throws { try AtomicFile.replace(file.path, with: Array(text.utf8)) }

  func text() throws -> String { String(decoding: try bytes(), as: UTF8.self) }

  func bytes() throws -> [UInt8] {
    try Descriptor.open(file.path, flags: O_RDONLY, followsLinks: true).readToEnd()
  }

  func inode() throws -> UInt64? { try FileStatus.of(file.path, followsLinks: true)?.inode }

  func row(_ id: String) throws -> TaskRow? { try file.task(id) }
}

/// What the tests sign their changes with: a fixed time, so that rows can be compared as text.
let change = GraphChange(time: 1_777_311_172_630_148_860, actor: "daemon", user: "erik")
let changeTime = "2026-04-27T17:32:52.630148860+00:00"

func chatRow(_ number: UInt32, _ more: String = "") -> String {
  #"{"kind":"task","id":".chat-\#(number)","title":"Chat \#(number)","status":"in-progress","#
    + #""priority":50,"tags":["chat-loop"]\#(more)}"#
}

func legacyRow(_ number: UInt32, _ more: String = "") -> String {
  #"{"kind":"task","id":".coordinator-\#(number)","title":"Coordinator \#(number)","#
    + #""status":"in-progress","priority":50,"tags":["coordinator-loop"]\#(more)}"#
}
