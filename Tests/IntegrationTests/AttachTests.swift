import JSONLines
import TestSupport
import Testing

@Suite(.serialized) struct AttachTests {
  @Test func `lines of a pipe are answered in order, then the command detaches`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let talk = try project.run("chat", "attach", "\(chat)", input: "one\n\ntwo words\nno newline")
    #expect(talk.status == 0)
    #expect(talk.output == "one\ntwo words\nno newline\n")
    #expect(try project.deliveryFault(of: chat) == nil)
    try project.until("the lease has ended") {
      try project.status(of: chat)["consumers"]?.int == 0
    }
  }

  @Test func `attaching needs the dispatcher, and says so when it goes away`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    #expect(try project.run("chat", "attach", "\(chat)", input: "hello\n").status == 69)
    #expect(try project.inbox(of: chat).isEmpty)
    try project.start()
    let mute = try project.createChat(script: "while :; do sleep 1; done")
    let attached = try project.begin(["chat", "attach", "\(mute)"], input: "hello\n")
    try project.until("it is attached") { try project.status(of: mute)["consumers"]?.int == 1 }
    try project.stop()
    #expect(try attached.finish().status == 69)
    #expect(try project.inbox(of: mute).count == 1)
  }

  @Test func `a line that is too long for a message is not sent, and nothing after it`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let long = String(repeating: "x", count: 1 << 20)
    let talk = try project.run("chat", "attach", "\(chat)", input: "one\n\(long)x\ntwo\n")
    #expect(talk.status == 65)
    #expect(talk.errors.contains("longer than 1 MiB"))
    #expect(try project.inbox(of: chat).map { $0["content"]?.string } == ["one"])
  }

  @Test func `a pipe waits for answers no longer than it was told to`() throws {
    let project = try Project()
    try project.start()
    let mute = try project.createChat(script: "while :; do sleep 1; done")
    let talk = try project.run(
      "chat", "attach", "\(mute)", "--timeout", "1", input: "hello\n")
    #expect(talk.status == 75)
    #expect(talk.errors.contains("1 message not answered"))
    #expect(try project.inbox(of: mute).count == 1)
  }
}
