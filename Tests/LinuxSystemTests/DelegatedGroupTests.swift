import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Each test that moves has a process of its own.
@Suite(.enabled(if: ScratchGroup.obstacle == nil, "\(ScratchGroup.obstacle ?? "")"))
struct `A delegated group` {
  @Test func `is taken by moving into a leaf, and given back as it was`() async {
    await #expect(processExitsWith: .success) {
      let home = try #require(ControlGroup.own())
      let scratch = try ScratchGroup(delegated: true)
      try scratch.group.admitSelf()
      #expect(DelegatedGroup.find() == scratch.group)
      let taken = try DelegatedGroup.take(for: "/project/a")
      #expect(taken.root == scratch.group)
      #expect(ControlGroup.own() == scratch.group.child("dispatcher"))
      // From inside the leaf the same one is found: so it is after an exec.
      #expect(DelegatedGroup.find() == scratch.group)
      _ = try DelegatedGroup.take(for: "/project/a")
      #expect(throws: DelegatedGroup.Refusal.taken(scratch.group, by: "/project/a")) {
        try DelegatedGroup.take(for: "/project/b")
      }
      let chat = try taken.root.makeChild("chat-1")
      taken.giveBack()
      #expect(ControlGroup.own() == scratch.group.child("dispatcher"), "chat-1 is still there")
      try chat.remove()
      taken.giveBack()
      #expect(ControlGroup.own() == scratch.group)
      #expect(try scratch.group.children().isEmpty)
      let other = try DelegatedGroup.take(for: "/project/b")
      other.giveBack()
      try home.admitSelf()
    }
  }

  @Test func `is not what nobody delegated, though it could be written`() async {
    await #expect(processExitsWith: .success) {
      let home = try #require(ControlGroup.own())
      let scratch = try ScratchGroup()
      try scratch.group.admitSelf()
      #expect(DelegatedGroup.find() == nil)
      #expect(throws: DelegatedGroup.Refusal.notDelegated) { try DelegatedGroup.take(for: "a") }
      #expect(ControlGroup.own() == scratch.group)
      try home.admitSelf()
    }
  }

  @Test(arguments: [("main", true), ("run-1.scope", false), ("x.service", false)])
  func `may be the one above, unless that is above a unit`(name: String, isFound: Bool) async {
    await #expect(processExitsWith: .success) { [name, isFound] in
      let home = try #require(ControlGroup.own())
      let scratch = try ScratchGroup(delegated: true)
      try scratch.group.makeChild(name).admitSelf()
      #expect((DelegatedGroup.find() == scratch.group) == isFound)
      if isFound {
        let taken = try DelegatedGroup.take(for: "a")
        #expect(taken.root == scratch.group)
        #expect(ControlGroup.own() == scratch.group.child(name))
        taken.giveBack()
        #expect(ControlGroup.own() == scratch.group.child(name))
      }
      try home.admitSelf()
    }
  }
}
