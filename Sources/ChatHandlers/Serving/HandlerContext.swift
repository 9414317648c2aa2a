internal import LinuxSystem

/// What a responder has to work with.
struct HandlerContext {
  let environment: HandlerEnvironment
  /// All variables of the process, `NAME=value`; what a program inherits is made from them.
  let variables: [String]
  /// The one loop of the handler; what a responder waits for is registered there.
  let loop: EventLoop
}
