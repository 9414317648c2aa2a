import JSONLines
import Testing

@testable import TaskGraph

/// Tasks that are no chats: made, ended, opened again, waited for.
struct TaskLifecycleTests {
  private let row = TaskRow([
    "kind": "task", "id": "tidy", "title": "Tidy up", "status": "open", "priority": 10,
    "mystery": ["kept": "so"],
  ])

  @Test func `a new row has the members in the order that every wg program writes`() throws {
    var task = NewTask(id: try #require(TaskID("tidy")), title: "Tidy up")
    task.after = ["first"]
    task.tags = ["house"]
    task.description = "All of it."
    let text = String(decoding: task.row(by: change).encoded(), as: UTF8.self)
    #expect(
      text == #"{"kind":"task","id":"tidy","title":"Tidy up","description":"All of it.","#
        + #""status":"open","priority":10,"after":["first"],"tags":["house"],"#
        + #""created_at":"\#(changeTime)","last_interaction_at":"\#(changeTime)"}"#)
  }

  @Test func `a task that is done says when, and keeps what is not understood here`() throws {
    let done = try #require(row.completed(by: change))
    #expect(done.status == .done)
    #expect(done.object["completed_at"]?.string == changeTime)
    #expect(done.object["mystery"] == row.object["mystery"])
    #expect(done.completed(by: change) == nil, "doing it again writes nothing")
  }

  @Test func `a failure counts and keeps its reason until the task is retried`() throws {
    let failed = try #require(row.failed("no paint", by: change))
    #expect(failed.object["failure_reason"] == "no paint")
    #expect(failed.retries == 1)
    let again = try #require(failed.reopened(by: change))
    #expect(again.status == .open)
    #expect(again.object["failure_reason"] == nil && again.object["completed_at"] == nil)
    #expect(again.retries == 1)
    #expect(again.reopened(by: change) == nil)
  }

  @Test func `a chat that is opened again is in progress and keeps its loop tag`() throws {
    let object = try JSONObject.parse(Array(chatRow(3).utf8)[...])
    let done = try #require(TaskRow(object).completed(by: change))
    #expect(done.tags == ["chat-loop"])
    #expect(done.reopened(by: change)?.status == .inProgress)
  }

  @Test(arguments: [
    ("open", true), ("in-progress", false), ("waiting", false), ("done", false),
    ("blocked", false), ("future", false),
  ])
  func `only an open task is ready`(_ status: String, _ isReady: Bool) {
    var task = row
    task.object["status"] = .text(status)
    #expect(task.isReady(at: 0) { _ in nil } == isReady)
  }

  @Test func `a task is ready when all that comes before it is done or given up`() {
    var task = row
    task.object["after"] = ["a", "b"]
    let statuses: [String: TaskStatus] = ["a": .done, "b": .failed]
    #expect(!task.isReady(at: 0) { statuses[$0] })
    #expect(task.isReady(at: 0) { $0 == "a" ? .done : .abandoned })
    #expect(task.isReady(at: 0) { _ in nil }, "what is not in the graph was archived")
  }

  @Test func `a paused task, and one whose time has not come, is not ready`() {
    var task = row
    task.object["not_before"] = .text(changeTime)
    #expect(!task.isReady(at: change.time - 1) { _ in nil })
    #expect(task.isReady(at: change.time) { _ in nil })
    task.object["paused"] = true
    #expect(!task.isReady(at: change.time) { _ in nil })
  }

  @Test(arguments: ["", " ", "a b", "-a", ".chat-3", ".x", "a/b", "a\nb", "a\u{7f}"])
  func `what cannot be typed or belongs to chats is no id`(_ text: String) {
    #expect(TaskID(text) == nil)
  }

  @Test func `an id is made from the words of the title, and is free`() {
    let taken: Set = ["paint-the-shed", "paint-the-shed-2"]
    #expect(
      TaskID.make(fromTitle: "Paint: the shed!") { taken.contains($0) }.text == "paint-the-shed-3")
    #expect(TaskID.make(fromTitle: "🎨") { _ in false }.text == "task")
    #expect(TaskID.make(fromTitle: "Où est Ærø?") { _ in false }.text == "où-est-ærø")
  }
}
