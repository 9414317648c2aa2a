package import LinuxSystem
package import SupervisionCore
package import SystemPackage

/// The socket of one run, to be passed to another program in this process.
package struct EarState {
  package var child: ChildID
  package var incarnation: Incarnation
  package var socket: DatagramSocket
  package var address: SocketAddress

  package init(
    child: ChildID, incarnation: Incarnation, socket: DatagramSocket, address: SocketAddress
  ) {
    self.child = child
    self.incarnation = incarnation
    self.socket = socket
    self.address = address
  }
}

extension NotifyReceiver {
  /// The sockets of all runs; what was said there and not read stays in them.
  package var earStates: [EarState] {
    ears.sorted { $0.key < $1.key }.map { child, ear in
      EarState(
        child: child, incarnation: ear.incarnation, socket: ear.socket, address: ear.address)
    }
  }

  /// Listens where the program before this one listened.
  package func resume(_ states: [EarState]) throws(Errno) {
    for state in states {
      let ear = Ear(state.incarnation, state.socket, at: state.address)
      try listen(to: ear, state.child)
      ears[state.child] = ear
    }
  }
}
