import Testing

/// The patches of `make mutations`, which takes minutes: here only that they still fit.
@Suite struct MutationTests {
  private static let patches = Repository.files(in: ".ci/mutations", ".patch")

  @Test(arguments: patches)
  func `every mutation fits the file that it breaks`(patch: String) {
    let lines = Repository.text(patch).split(separator: "\n", omittingEmptySubsequences: false)
    let file = lines.first { $0.hasPrefix("--- a/") }.map { String($0.dropFirst(6)) } ?? ""
    let text = Repository.text(file)
    let hunks = lines.split { $0.hasPrefix("@@") }.dropFirst()
    #expect(!hunks.isEmpty, "\(patch) changes nothing")
    for hunk in hunks {
      let before = hunk.filter { $0.first == " " || $0.first == "-" }.map { $0.dropFirst() }
      #expect(text.contains(before.joined(separator: "\n")), "\(patch) no longer fits \(file)")
    }
  }

  @Test func `every rule is broken by one of them`() {
    let names = Self.patches.compactMap { $0.split(separator: "/").last }
    #expect(Set(names.compactMap { Int($0.prefix(2)) }) == Set(1...15))
  }
}
