internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import SystemPackage

/// What a shell offers where a chat is wanted.
struct ChatCompletion {
  /// The chat, and whether nothing may run for it.
  struct Candidate: Equatable {
    let number: UInt32
    let name: String?
    let isArchived: Bool
  }

  let candidates: [Candidate]
  /// What has been typed of the chat.
  let prefix: String
  /// Of a command that is also about archived chats.
  let includesArchived: Bool

  /// In the spelling that was begun: numbers, tasks, else names, and the number of a chat whose name
  /// a shell would have to quote.
  var words: [String] {
    candidates.filter { includesArchived || !$0.isArchived }.map(word)
      .filter { $0.hasPrefix(prefix) }
  }

  private func word(_ chat: Candidate) -> String {
    if prefix.hasPrefix(".") { return ".chat-\(chat.number)" }
    if prefix.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true { return String(chat.number) }
    guard let name = chat.name, name.utf8.allSatisfy(Self.isPlain) else {
      return String(chat.number)
    }
    return name
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}

extension ChatCompletion {
  /// Of the project that the command line is about; nothing where there is none, for a shell cannot show
  /// an error.
  ///
  /// - Parameter line: the words of the command line.
  static func words(_ line: [String], prefix: String) -> [String] {
    let folder = try? ProjectFolder.find(
      dirOption: directory(in: line), environment: ProcessFacts.environment,
      currentDirectory: ProcessFacts.currentDirectory)
    let chats = folder.flatMap { try? ChatCatalog(layout: $0.layout).chats(includeArchived: true) }
    return ChatCompletion(
      candidates: (chats ?? []).map {
        Candidate(number: $0.id.number, name: $0.name, isArchived: $0.isArchived)
      },
      prefix: prefix, includesArchived: !archiveCommands.isDisjoint(with: line)
    ).words
  }

  private static let archiveCommands: Set<String> = ["restore", "history", "show", "delete"]

  private static func directory(in line: [String]) -> FilePath? {
    zip(line, line.dropFirst()).first { $0.0 == "--dir" }.map { FilePath($0.1) }
  }
}

extension CompletionKind {
  /// Chats of the project.
  static var chat: CompletionKind {
    .custom { line, _, prefix in ChatCompletion.words(line, prefix: prefix) }
  }
}
