import ChatStorage
import Glibc
import JSONLines
import SystemPackage
import Testing

@Suite struct ConversationErrorTests {
  @Test func `links and folders in place of a file are errors`() throws {
    let chat = try ScratchChat()
    symlink("/etc/passwd", chat.path.appending("outbox.jsonl").string)
    #expect { try chat.conversation().refresh() } throws: {
      ($0 as? StorageError)?.kind == .notPermitted
    }
    unlink(chat.path.appending("outbox.jsonl").string)
    mkdir(chat.path.appending("inbox.jsonl").string, 0o755)
    #expect { try chat.conversation().refresh() } throws: {
      ($0 as? StorageError)?.kind == .badData
    }
  }

  @Test func `a file that may not be read is an error`() throws {
    guard geteuid() != 0 else {
      print("skipped: root may read every file")
      return
    }
    let chat = try ScratchChat()
    try chat.ask("a")
    chmod(chat.path.appending("inbox.jsonl").string, 0)
    #expect { try chat.conversation().refresh() } throws: {
      ($0 as? StorageError)?.kind == .notPermitted
    }
  }
}
