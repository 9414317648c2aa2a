/// The id of a task that is a chat, in one of its spellings.
public struct ChatTaskID: Hashable, Sendable {
  /// How the id is written in the graph.
  public enum Spelling: Hashable, Sendable {
    /// `.chat-N`.
    case current
    /// `.coordinator-N`.
    case numberedLegacy
    /// `.coordinator`, which always meant chat 0.
    case bareLegacy
  }

  public let number: UInt32
  public let spelling: Spelling

  /// The id of a chat in the spelling that new rows get.
  public init(number: UInt32) {
    self.number = number
    spelling = .current
  }

  /// Reads a task's id; nil when the task is no chat.
  ///
  /// Leading zeros, signs and numbers that do not fit 32 bits make it none.
  public init?(_ id: String) {
    if id == Self.barePrefix {
      number = 0
      spelling = .bareLegacy
    } else if let number = Self.number(of: id, after: Self.currentPrefix) {
      self.number = number
      spelling = .current
    } else if let number = Self.number(of: id, after: Self.legacyPrefix) {
      self.number = number
      spelling = .numberedLegacy
    } else {
      return nil
    }
  }

  /// Whether the row has to be migrated.
  public var isLegacy: Bool { spelling != .current }

  /// The id as the graph has it.
  public var text: String {
    switch spelling {
    case .current: "\(Self.currentPrefix)\(number)"
    case .numberedLegacy: "\(Self.legacyPrefix)\(number)"
    case .bareLegacy: Self.barePrefix
    }
  }

  /// Which of two rows of one chat stands for it: the lower wins.
  var precedence: Int {
    switch spelling {
    case .current: 0
    case .numberedLegacy: 1
    case .bareLegacy: 2
    }
  }

  private static let currentPrefix = ".chat-"
  private static let legacyPrefix = ".coordinator-"
  private static let barePrefix = ".coordinator"

  private static func number(of id: String, after prefix: String) -> UInt32? {
    guard id.hasPrefix(prefix) else { return nil }
    let digits = id.dropFirst(prefix.count)
    guard let number = UInt32(digits), String(number) == digits else { return nil }
    return number
  }
}
