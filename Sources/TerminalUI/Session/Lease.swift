internal import ControlProtocol
internal import LinuxSystem

/// Being a consumer of chats: a connection that is attached to them, and nothing more.
final class Lease {
  private let place: ProjectPlace
  private var stream: ControlStream?
  private var chats: Set<UInt32> = []

  init(_ place: ProjectPlace) { self.place = place }

  var descriptor: Descriptor? { stream?.descriptor }

  /// Listens to these chats and no others.
  ///
  /// The new connection comes before the old one goes: a chat that is in both is never without.
  func hold(_ wanted: Set<UInt32>) {
    guard wanted != chats else { return }
    chats = wanted
    let requests = wanted.sorted().map { ControlRequest.attach($0) }
    stream = wanted.isEmpty ? nil : ControlStream(to: place.sockets, asking: requests)
  }

  /// Answers are not of interest: the chats' states tell.
  func receive() {
    if stream?.receive() == nil { stream = nil }
  }

  /// Lets a lease that has ended be taken again.
  ///
  /// Not at once: a dispatcher that ends connections must not be asked without end.
  func renew() {
    if stream == nil { release() }
  }

  func release() {
    stream = nil
    chats = []
  }
}
