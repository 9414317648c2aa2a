internal import HandlerKinds

/// What `wg-handler` says about itself.
enum HandlerHelp {
  static let version = "0.1.0"

  /// The kinds that this version runs.
  private static let available = BuiltInKind.allCases

  static var text: String {
    """
    wg-handler KIND [options] [-- program arguments…]
    Answers the messages of one chat. Started by wg-dispatcher, which says in the environment
    which chat it is (WG_DIR, WG_CHAT_ID, WG_CHAT_DIR and others; see wg-handler(7)).

    Kinds:
    \(kinds)
    Any other kind answers that it is not available in this version.

    \(options)
    Signals:
      SIGINT   ends the turn with what there is of the answer, and the handler stays
      SIGTERM  ends the handler, after the turn in progress where the stop timeout allows that;
               a message without an answer stays in the inbox

    Exit status: 0 stopped, or the program ended well; 64 wrong arguments or environment;
    66 no such chat folder; 69 the program or a library is missing; 70 the program ended or does
    not behave; 71 refused by the system; 74 the chat's files cannot be read or written; 75 the
    endpoint is down or busy; 76 it does not say what was expected; 77 a key or login is missing
    or wrong; 78 what the chat is to use does not exist.

    """
  }

  private static var kinds: String {
    available.map { "  \(padded($0.rawValue, to: 8)) \($0.explanation)" }
      .joined(separator: "\n")
  }

  private static var options: String {
    available.filter { !$0.options.isEmpty }.map { kind in
      let lines = kind.options.map {
        "  \(padded("\($0.flag)\(placeholder($0.value))", to: 27)) \($0.explanation)"
      }
      return "Options of \(kind.rawValue):\n" + lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func placeholder(_ value: HandlerOption.Value) -> String {
    switch value {
    case .flag: ""
    case .text: " TEXT"
    case .url: " URL"
    case .path: " PATH"
    case .span: " SPAN"
    case .size: " BYTES"
    case .count: " N"
    case .choice: " WORD"
    }
  }
}
