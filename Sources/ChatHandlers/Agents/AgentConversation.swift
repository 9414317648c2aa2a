internal import JSONLines
internal import LinuxSystem

/// What is said between this handler and the program of an agent: a value that sees no process, no
/// file and no clock.
///
/// Each kind of agent has one. `AgentResponder` tells it what happens and does what it answers.
protocol AgentConversation {
  /// What people call the agent.
  var name: String { get }
  /// Whether the agent may know nothing of the conversation, so that the next question should come
  /// with what was said before.
  var wantsRecollection: Bool { get }

  /// Takes in what happened; what is to be done comes out, in order.
  mutating func handle(_ event: AgentEvent) -> [AgentEffect]
}

/// What happens to a conversation with an agent.
enum AgentEvent: Equatable {
  /// The handler begins; once, first.
  case begun
  /// The program that was to be launched runs.
  case launched
  /// The program wrote one line with one object.
  case received(JSONObject)
  /// Somebody asks; only after `ready`, one question at a time.
  case asked(AgentQuestion)
  /// Somebody wants the answer to end.
  case interrupted
  /// The turn was given up, since it did not end; the program is not to be trusted any more.
  case abandoned
  /// The program ended without being told to, and all that it wrote was received.
  case ended(AgentEnd)
}

/// A question with what the agent should know beside it.
struct AgentQuestion: Equatable {
  var text: String
  /// An earlier run began with it.
  var isRedelivered = false
  /// What was said before in the chat, where `wantsRecollection` said so; may be empty.
  var recollection = ""

  /// What the agent is told.
  var prompt: String {
    let notes = [
      recollection.isEmpty ? "" : "Earlier in this conversation:\n\n\(recollection)\n\nNow:",
      isRedelivered
        ? "(This message was given to you before, and your run ended before you answered. "
          + "Some of it may be done already.)" : "",
    ]
    return (notes + [text]).filter { !$0.isEmpty }.joined(separator: "\n\n")
  }
}

/// How the program of an agent ended.
struct AgentEnd: Equatable {
  let status: ExitStatus
  /// The last lines of its standard error; may be empty.
  var lastWords = ""
}

/// What a conversation wants done.
enum AgentEffect: Equatable {
  /// Starts the program with these arguments after its own; one that runs is ended first, and
  /// nothing more is heard of it.
  case launch([String])
  /// Writes one line.
  case send(JSONObject)
  /// Writes the text and ends the program's input.
  case sendAll(String)
  /// SIGINT to the program's group.
  case signalInterrupt
  /// Questions are welcome.
  case ready
  /// The id under which the agent keeps the conversation, for the next run.
  case remember(String)
  /// The agent does not know the id any more.
  case forget
  /// Adds to the answer or to the record of how it came about.
  case add(TurnPart)
  /// The program ends by itself now; it gets some time for it.
  case programEnds
  /// The answer is complete.
  case finish
  /// The answer ended where somebody interrupted it.
  case finishInterrupted
  /// There is no answer.
  case fail(TurnFailure)
  /// The run cannot go on.
  case quit(HandlerExit)
}
