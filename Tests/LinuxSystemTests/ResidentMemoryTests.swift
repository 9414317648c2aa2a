import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct `Giving memory back` {
  @Test func `leaves a program that goes on as before with less of it resident`() throws {
    let before = try #require(residentPages())
    ResidentMemory.giveBack()
    let after = try #require(residentPages())
    #expect(after < before)
    #expect((1...100).reduce(0, +) == 5050)
  }

  private func residentPages() -> Int? {
    text(of: "/proc/self/statm")?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
  }
}
