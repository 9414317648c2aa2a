/// How the output of a chat's handlers is told from all else in the journal.
///
/// The identifier names the chat, and many projects may have a chat of that number. So the dispatcher
/// writes the first line of each stream, which names the project; journald gives every line of a stream
/// the same `_STREAM_ID`, which nobody else can set.
public enum HandlerStream {
  /// The SYSLOG_IDENTIFIER: `wg-chat-3`.
  public static func identifier(_ chat: UInt32) -> String { "wg-chat-\(chat)" }

  /// The first line of each run's stream, without a line break.
  ///
  /// Without the run's number, so that one look finds the streams of all runs.
  public static func opening(_ chat: UInt32, of project: String) -> String {
    let name = project.split(separator: "\n", omittingEmptySubsequences: false).joined(
      separator: "\\n")
    return "-- a handler of .chat-\(chat) in \(name) --"
  }
}
