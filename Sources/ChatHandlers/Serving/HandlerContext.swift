internal import ChatStorage
internal import LinuxSystem

/// What a responder has to work with.
struct HandlerContext {
  let environment: HandlerEnvironment
  /// The right to write into the chat's folder; nil for a run that nobody supervises.
  let token: SessionToken?
  /// All variables of the process, `NAME=value`; what a program inherits is made from them.
  let variables: [String]
  /// The one loop of the handler; what a responder waits for is registered there.
  let loop: EventLoop
}
