import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Programs from the distribution that hold a conversation line by line.
@Suite(.serialized) struct RealProgramTests {
  private func project() throws -> Project {
    let project = try Project()
    try project.start("--stop-timeout", "5s", "--backoff-initial", "10ms")
    return project
  }

  @Test(.enabled(if: SystemProgram.isThere("bc"), "bc is not installed"))
  func `bc calculates and keeps its variables`() throws {
    let project = try project()
    let chat = try project.createChat("--command", "bc -q")
    #expect(try project.ask(chat, "6 * 7") == "42")
    #expect(try project.ask(chat, "x = 2 ^ 70").isEmpty)
    #expect(try project.ask(chat, "x + 1") == "1180591620717411303425")
    #expect(try project.deliveryFault(of: chat) == nil)
  }

  @Test(.enabled(if: SystemProgram.isThere("sqlite3"), "sqlite3 is not installed"))
  func `sqlite3 keeps its tables`() throws {
    let project = try project()
    let chat = try project.createChat("--command", "sqlite3 -batch")
    _ = try project.ask(chat, "create table t(a, b); insert into t values (1, 'one'), (2, 'two');")
    #expect(try project.ask(chat, "select b from t order by a desc;") == "two\none")
    #expect(try project.ask(chat, "selekt;").contains("syntax error"))
    #expect(try project.ask(chat, "select count(*) from t;") == "2")
  }

  @Test(.enabled(if: SystemProgram.isThere("python3"), "python3 is not installed"))
  func `python keeps its names`() throws {
    let project = try project()
    let python = try #require(SystemProgram.find("python3"))
    let chat = try project.createChat("--command", "\(python) -iq")
    #expect(try project.ask(chat, "import math; n = 20").replacing(">>>", with: "").isBlank)
    #expect(try project.ask(chat, "math.factorial(n)").contains("2432902008176640000"))
    #expect(try project.ask(chat, "1/0").contains("ZeroDivisionError"))
  }

  @Test(.enabled(if: SystemProgram.isThere("emacs"), "emacs is not installed"))
  func `the doctor listens`() throws {
    let project = try project()
    let doctor = try project.write(
      project.root.appending("doctor.el"),
      """
      (require 'doctor)
      (with-temp-buffer
        (let ((noninteractive nil)) (make-doctor-variables))
        (while t
          (let ((line (read-from-minibuffer "")) (start (point-max)))
            (goto-char (point-max))
            (insert line "\\n")
            (setq doctor-sent (split-string (downcase line) "[^a-z']+" t))
            (setq doctor-sent (mapcar #'intern doctor-sent))
            (setq start (point-max))
            (doctor-doc)
            (princ (buffer-substring start (point-max)))
            (terpri))))
      """)
    let chat = try project.createChat("--command", "emacs -Q --batch -l \(doctor)")
    let first = try project.ask(chat, "my mother hates my computer")
    #expect(!first.isBlank, "\(project.picture)")
    #expect(!(try project.ask(chat, "i am sad because of my mother")).isBlank)
    #expect(project.handlers(of: chat).contains { $0.status.name.hasPrefix("emacs") })
  }

  @Test(.enabled(if: SystemProgram.isThere("bc"), "bc is not installed"))
  func `a killed program and a killed handler are replaced and answer again`() throws {
    let project = try project()
    let chat = try project.createChat("--command", "exec bc -q")
    #expect(try project.ask(chat, "y = 5; y") == "5")

    let program = try #require(project.handlers(of: chat).first { $0.status.name == "bc" })
    program.kill()
    #expect(try project.ask(chat, "y") == "0", "the new program knows nothing")
    #expect(!program.isStillAlive)

    let handler = try project.waitForHandler(of: chat)
    handler.kill()
    #expect(try project.ask(chat, "1 + 1") == "2")
    #expect(project.handlers(of: chat).allSatisfy { $0.incarnation != handler.incarnation })
    #expect(try project.deliveryFault(of: chat) == nil)
  }

  @Test(.enabled(if: SystemProgram.isThere("bc"), "bc is not installed"))
  func `purge ends programs that have children of their own`() throws {
    let project = try project()
    let chat = try project.createChat(
      "--command", "sleep 1000 & setsid sleep 1000 & setsid sh -c 'sleep 1000 & wait' & exec bc -q")
    #expect(try project.ask(chat, "2 + 3") == "5")
    try project.until("all the children are there") {
      project.handlers(of: chat).count { $0.status.name == "sleep" } == 3
    }
    let everybody = project.handlers(of: chat)
    #expect(everybody.count >= 6, "\(project.picture)")

    let purged = try #require(try project.json("service", "purge-chats")["purged"]?.array?.first)
    #expect(project.handlers().isEmpty, "\(project.picture)")
    #expect(everybody.allSatisfy { !$0.isStillAlive })
    #expect(["terminated", "killed"].contains(purged["handler"]?["outcome"]?.string))
    #expect((purged["handler"]?["pids"]?.array?.count ?? 0) > 0, "\(purged)")
    #expect(try project.outbox(of: chat).count == 1, "the history stays")
  }
}

extension String {
  var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
