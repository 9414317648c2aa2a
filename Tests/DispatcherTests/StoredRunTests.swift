import SupervisionCore
import Testing

@testable import Dispatcher

@Suite struct `A run that systemd keeps` {
  @Test func `has a name that says whose it is`() {
    let name = StoredRun.Name(ChildID(3), Incarnation(65), pid: 1234)
    #expect(name.text == "run-3-65-1234")
    #expect(StoredRun.Name(name.text) == name)
    #expect(StoredRun.Name.isPlausible(name.text))
    #expect(!StoredRun.Name.isPlausible("wg-dispatcher.socket"))
  }

  @Test(arguments: [
    "", "run", "run-", "run-1-2", "run-1-2-3-4", "run-1-2-0", "run-1-2--3", "run-01-2-3",
    "run-1-+2-3", "run-4294967296-2-3", "run-1-18446744073709551616-3", "run-1-2-2147483648",
    "run-1-2-3 ", "ran-1-2-3", "run-a-2-3",
  ])
  func `is not known by a name that is written otherwise`(text: String) {
    #expect(StoredRun.Name(text) == nil)
  }
}
