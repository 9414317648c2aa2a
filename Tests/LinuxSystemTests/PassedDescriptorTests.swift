import Testing

@testable import LinuxSystem

/// What sd_listen_fds_with_names(3) says in the environment.
@Suite struct `Passed descriptors` {
  private func read(_ variables: [String: String]) -> PassedDescriptors.Announcement? {
    PassedDescriptors.Announcement({ variables[$0] }, pid: 7)
  }

  @Test func `are counted and named`() {
    let one = read(["LISTEN_PID": "7", "LISTEN_FDS": "1"])
    #expect(one?.count == 1)
    #expect(one?.names == ["unknown"])
    let three = read(["LISTEN_PID": "7", "LISTEN_FDS": "3", "LISTEN_FDNAMES": "a::c"])
    #expect(three?.names == ["a", "unknown", "c"])
    let more = read(["LISTEN_PID": "7", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "a:b"])
    #expect(more?.names == ["a"])
  }

  @Test(
    arguments: [
      [:], ["LISTEN_FDS": "1"], ["LISTEN_PID": "7"], ["LISTEN_PID": "8", "LISTEN_FDS": "1"],
      ["LISTEN_PID": "7", "LISTEN_FDS": "0"], ["LISTEN_PID": "7", "LISTEN_FDS": "-1"],
      ["LISTEN_PID": "7", "LISTEN_FDS": "x"], ["LISTEN_PID": "x", "LISTEN_FDS": "1"],
      ["LISTEN_PID": "7", "LISTEN_FDS": "2147483647"],
    ] as [[String: String]])
  func `are none where nothing sensible is said to this process`(variables: [String: String]) {
    #expect(read(variables) == nil)
  }
}
