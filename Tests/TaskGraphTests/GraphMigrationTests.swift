import JSONLines
import SystemPackage
import TaskGraph
import Testing

@Suite struct GraphMigrationTests {
  @Test func `legacy chats get today's id, title, tag and edges`() throws {
    let other = #"{"id":"t","after":[".coordinator-1","x"],"before":[".coordinator-2"],"n":1.0}"#
    let named =
      #"{"id":".coordinator-2","title":"Coordinator: alice","tags":["a","coordinator-loop"]}"#
    let graph = try ScratchGraph("\(legacyRow(1))\n\(other)\n\(named)\n{bad coordinator\n")
    let migration = try migrate(graph)
    #expect(migration.renamed.map(\.new) == [".chat-1", ".chat-2"])
    #expect(migration.rewrittenEdges == 2)
    #expect(migration.renamedTags == 2)
    #expect(migration.renamedTitles == 2)
    let rows = try graph.file.chatRows().rows
    #expect(rows.map(\.id.text) == [".chat-1", ".chat-2"])
    #expect(rows.map(\.title) == ["Chat 1", "Chat: alice"])
    #expect(rows.map(\.tags) == [["chat-loop"], ["a", "chat-loop"]])
    let lines = try graph.text().split(separator: "\n")
    #expect(lines[1] == #"{"id":"t","after":[".chat-1","x"],"before":[".chat-2"],"n":1.0}"#)
    #expect(lines[3] == "{bad coordinator")
  }

  @Test func `migrating again changes nothing`() throws {
    let graph = try ScratchGraph(
      "\(legacyRow(1))\n\(chatRow(2))\n\(legacyRow(2))\n{\"id\":\".coordinator\"}\n")
    #expect(try !migrate(graph).isEmpty)
    let text = try graph.text()
    let inode = try graph.inode()
    #expect(try migrate(graph).isEmpty)
    #expect(try graph.text() == text)
    #expect(try graph.inode() == inode)
  }

  @Test func `where both spellings exist the new row wins and the legacy one links to it`() throws {
    let graph = try ScratchGraph(
      "\(legacyRow(1))\n\(chatRow(1))\n{\"id\":\"t\",\"after\":[\".coordinator-1\"]}\n")
    let migration = try migrate(graph)
    #expect(migration.renamed.isEmpty)
    #expect(migration.superseded.map(\.old) == [".coordinator-1"])
    let lines = try graph.text().split(separator: "\n")
    #expect(lines[1] == chatRow(1))
    let legacy = try #require(try graph.row(".coordinator-1").flatMap { ChatRow($0) })
    #expect(legacy.isArchived && legacy.status == .done && !legacy.hasLoopTag)
    #expect(legacy.object["superseded_by"] == [".chat-1"])
    #expect(try graph.row("t")?.after == [".chat-1"])
  }

  @Test func `the oldest spelling means chat 0`() throws {
    let graph = try ScratchGraph(
      "{\"id\":\".coordinator\",\"title\":\"Coordinator\"}\n\(legacyRow(0))\n")
    let migration = try migrate(graph)
    #expect(migration.renamed.map(\.old) == [".coordinator-0"])
    #expect(migration.superseded.map(\.old) == [".coordinator"])
    let alone = try ScratchGraph("{\"id\":\".coordinator\"}\n")
    #expect(try migrate(alone).renamed.map(\.new) == [".chat-0"])
  }

  @Test func `edges to a chat that is not in the graph stay`() throws {
    let text = "{\"id\":\"t\",\"after\":[\".coordinator-9\"]}\n"
    let graph = try ScratchGraph(text)
    #expect(try migrate(graph).isEmpty)
    #expect(try graph.text() == text)
  }

  @Test func `a rehearsal reports the same and writes nothing`() throws {
    let text = "\(legacyRow(1))\n{\"id\":\"t\",\"after\":[\".coordinator-1\"]}\n"
    let graph = try ScratchGraph(text)
    let planned = try graph.file.rehearse { editor throws(StorageError) in
      try editor.migrateLegacyChats(by: change)
    }
    #expect(try graph.text() == text)
    #expect(try migrate(graph) == planned)
  }

  private func migrate(_ graph: ScratchGraph) throws -> GraphMigration {
    try graph.file.modify { editor throws(StorageError) in
      try editor.migrateLegacyChats(by: change)
    }
  }
}
