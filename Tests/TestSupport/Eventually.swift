internal import Glibc
internal import LinuxSystem

/// Waits until a condition holds; false when it does not within the time.
///
/// The one place where tests wait. The limit is generous since machines are slow at times: it is
/// what a failing test costs, not what a passing one takes. `interval` is in milliseconds; longer
/// ones are for conditions that cost something to look at.
public func eventually(
  within seconds: Double = 60, every interval: UInt32 = 1, _ condition: () throws -> Bool
) rethrows -> Bool {
  let deadline = Clock.monotonic + Int64(seconds * 1e9)
  while true {
    if try condition() { return true }
    if Clock.monotonic > deadline { return false }
    // Between two looks, and not instead of one: what is waited for tells nobody.
    usleep(interval * 1_000)
  }
}

/// Waits until there is a value; throws when there is none within the time.
public func eventually<Value>(
  within seconds: Double = 60, _ what: String, _ value: () throws -> Value?
) throws -> Value {
  var found: Value?
  _ = try eventually(within: seconds) {
    found = try value()
    return found != nil
  }
  guard let found else { throw FaultError("\(what) did not come about in \(seconds) s") }
  return found
}
