import ArgumentParser
import ErasureDomain
import OfficerAPI
import Testing

@testable import OfficerConsole

@Suite struct `The command line` {
  static func commands(
    _ command: any ParsableCommand.Type = ExpungeCommand.self
  ) -> [any ParsableCommand.Type] {
    [command] + command.configuration.subcommands.flatMap { commands($0) }
  }

  @Test func `every command has an abstract and an example`() {
    let all = Self.commands()
    #expect(all.count == 95)
    for command in all {
      let configuration = command.configuration
      #expect(!configuration.abstract.isEmpty, "\(command)")
      #expect(configuration.discussion.contains("Example"), "\(command)")
      #expect(configuration.discussion.contains("expunge "), "\(command)")
    }
  }

  @Test func `every example parses`() throws {
    var count = 0
    for command in Self.commands() {
      for line in command.configuration.discussion.split(separator: "\n") {
        guard let start = line.firstRange(of: "expunge "), line[..<start.lowerBound].allSatisfy({ $0 != "`" }),
          line.contains("Example: ") || line.hasPrefix("  expunge ")
        else { continue }
        let arguments = Self.words(line[start.upperBound...])
        do {
          _ = try ExpungeCommand.parseAsRoot(arguments)
          count += 1
        } catch {
          Issue.record("\(line): \(ExpungeCommand.message(for: error))")
        }
      }
    }
    #expect(count > 30)
  }

  /// Words as a shell would split them, without redirections.
  static func words(_ line: Substring) -> [String] {
    var words: [String] = []
    var quoted = false
    var word = ""
    for character in line + " " {
      if character == "\"" {
        quoted.toggle()
      } else if character == " ", !quoted {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return Array(words.prefix { $0 != "<" && $0 != ">" })
  }

  @Test func `the help of expunge names every exit status`() {
    let help = ExpungeCommand.configuration.discussion
    for exit in ConsoleExit.allCases { #expect(help.contains("\(exit.rawValue) \(exit.words)")) }
  }

  @Test(
    arguments: [
      (Refusal.Reason.invalid, 2), (.notFound, 4), (.forbidden, 5), (.refused, 1), (.conflict, 6), (.unavailable, 3),
    ] as [(Refusal.Reason, Int32)])
  func `a refusal has its exit status`(reason: Refusal.Reason, status: Int32) {
    let said = Said()
    let exit = Output.$current.withValue(said.output) {
      ExpungeCommand.report(CallFailure.refused(Refusal(reason, "because")))
    }
    #expect(exit.rawValue == status)
    #expect(said.notes == "expunge: because\n")
    #expect(said.answers.isEmpty)
  }

  @Test func `wrong use is status 2 on standard error, help is status 0 on standard output`() async {
    let wrong = [
      ["nonsense"], ["approve"], ["approve", "1", "--key", "k"], ["calendar"], ["watch", "--until-settled"],
    ]
    for arguments in wrong {
      let said = Said()
      let status = await Output.$current.withValue(said.output) { await ExpungeCommand.execute(arguments) }
      #expect(status == 2, "\(arguments)")
      #expect(said.notes.hasPrefix("expunge: "))
      #expect(said.answers.isEmpty)
    }
    let said = Said()
    let status = await Output.$current.withValue(said.output) { await ExpungeCommand.execute(["plan", "--help"]) }
    #expect(status == 0)
    #expect(said.answers.contains("expunge plan 1"))
  }

  @Test func `nobody at the socket is status 3`() async {
    let said = Said()
    let status = await Output.$current.withValue(said.output) {
      await ExpungeCommand.execute(["status", "--socket", "/nonexistent/command.sock"])
    }
    #expect(status == 3)
    #expect(said.notes.contains("/nonexistent/command.sock"))
  }

  @Test func `no argument of any command can hold an identifier or a reason`() throws {
    for command in Self.commands() {
      let help = command.helpMessage(columns: 200)
      for forbidden in ["--email", "--identifier ", "--reason ", "--note ", "--name ", "--value "] {
        #expect(!help.contains(forbidden), "\(command) has \(forbidden)")
      }
    }
  }

  @Test func `ordinals are numbers from 1`() {
    #expect(OrdinalList(argument: "2,5")?.numbers == [2, 5])
    for wrong in ["", "0", "-1", "a", "2,", "2, 5"] { #expect(OrdinalList(argument: wrong) == nil, "\(wrong)") }
  }

  @Test func `a plan without a request is for the only one that can be planned`() throws {
    let verified = try Scene.requestView(state: "verified")
    let received = try Scene.requestView(state: "received")
    #expect(try PlanMake.only(in: [received, verified]) == "1")
    #expect(throws: ConsoleFailure.self) { try PlanMake.only(in: [received]) }
    #expect(throws: ConsoleFailure.self) { try PlanMake.only(in: [verified, verified]) }
  }
}

@Suite struct `Watching until settled` {
  private let now = UTCTime(secondsSince1970: 1_800_000_000)

  @Test func `ends when every job due now is settled`() throws {
    let erased = try Scene.jobView(1, "crm", .erase, state: "erased", outcome: try Scene.erased())
    let later = try Scene.jobView(2, "crm", .eraseKept, state: "follow-up", next: "2031-01-01T00:00:00Z")
    #expect(WatchCommand.end(of: [erased, later], at: now)?.contains("settled") == true)
    #expect(WatchCommand.end(of: [], at: now)?.contains("signatures") == true)
  }

  @Test func `ends when only people can go on`() throws {
    let asking = try Scene.jobView(
      1, "usb-stick", .manual, state: "awaiting-officer", question: Question(code: .manualTask))
    let blocked = try Scene.jobView(2, "backups", .tagExpiry, state: "blocked")
    let running = try Scene.jobView(3, "crm", .erase, state: "running")
    let held = try Scene.jobView(4, "crm", .erase, state: "ready", held: true)
    #expect(WatchCommand.end(of: [asking, blocked], at: now) == "1 job waits for a person: see expunge task list.")
    #expect(WatchCommand.end(of: [asking, blocked, running], at: now) == nil)
    #expect(WatchCommand.end(of: [blocked], at: now) == nil)
    #expect(WatchCommand.end(of: [held], at: now) != nil)
  }

  @Test func `ends when only a system's owner can go on`() throws {
    var waiting = try Scene.jobView(1, "crm", .erase, state: "ready")
    let blocked = try Scene.jobView(2, "backups", .tagExpiry, state: "blocked")
    #expect(WatchCommand.end(of: [waiting, blocked], at: now) == nil)
    waiting.waitsFor = .owner
    let end = "1 job waits for a system's owner: see expunge system list."
    #expect(WatchCommand.end(of: [waiting, blocked], at: now) == end)
    #expect(JobText.note(waiting) == "waits for the system's owner: expunge system list")
    waiting.waitsFor = .hours
    waiting.next = now.adding(seconds: 60)
    #expect(WatchCommand.end(of: [waiting, blocked], at: now) == nil)
    waiting.next = now.adding(seconds: 7_200)
    #expect(WatchCommand.end(of: [waiting, blocked], at: now) == "1 job waits for the hours of a system.")
  }

  @Test func `ends when only a company can go on, unless it is asked again soon`() throws {
    let late = try Scene.jobView(1, "sister", .notify, state: "awaiting-recipient", next: "2027-01-20T00:00:00Z")
    let soon = try Scene.jobView(1, "sister", .notify, state: "awaiting-recipient", next: "2027-01-15T08:05:00Z")
    #expect(WatchCommand.end(of: [late], at: now) == "1 job waits for a company to answer.")
    #expect(WatchCommand.end(of: [soon], at: now) == nil)
  }
}
