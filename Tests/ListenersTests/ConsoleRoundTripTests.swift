import ErasureDomain
import Foundation
import Listeners
import OfficerAPI
import OfficerConsole
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct `expunge over the socket` {
  @Test func `gives the daemon the call and the person its answer`() async throws {
    let daemon = FakeDaemon(answer: Done())
    try await SocketScene.with(daemon) { scene in
      _ = try await DaemonClient(socket: scene.path, person: "anna").call(AnswerTask(task: "1", answer: .accept))
    }
    #expect(daemon.heard.map(\.name) == ["task.answer"])
    #expect(daemon.heard.first?.person == "anna")
    let call = try CanonicalJSON.decode(AnswerTask.self, from: try #require(daemon.heard.first?.body))
    #expect(call.answer == .accept)
  }

  @Test(arguments: Refusal.Reason.allCases)
  func `keeps the reason and words of a refusal`(reason: Refusal.Reason) async throws {
    let daemon = FakeDaemon { _ in throw Refusal(reason, "because of \(reason.rawValue)") }
    try await SocketScene.with(daemon) { scene in
      let failure = await #expect(throws: CallFailure.self) { try await scene.client.call(ShowStatus()) }
      guard case .refused(let refusal) = failure else {
        Issue.record("no refusal: \(String(describing: failure))")
        return
      }
      #expect(refusal == Refusal(reason, "because of \(reason.rawValue)"))
    }
  }

  @Test func `says that an answer does not read`() async throws {
    for reply in [CallReply(status: 200, body: Array("[]".utf8)), CallReply(status: 500, body: [])] {
      try await SocketScene.with(FakeDaemon { _ in reply }) { scene in
        let failure = await #expect(throws: CallFailure.self) { try await scene.client.call(ShowStatus()) }
        #expect(failure?.exit == .unreachable)
      }
    }
  }

  @Test func `runs a command from arguments to exit status`() async throws {
    let daemon = FakeDaemon { heard in
      guard heard.name == "task.answer" else { throw Refusal(.forbidden, "bram may not do this") }
      return CallReply(status: 200, body: Array("{}".utf8))
    }
    try await SocketScene.with(daemon) { scene in
      let printed = Printed()
      let done = await printed.run(["task", "answer", "1", "accept", "--identifiers", "1,3", "--socket", scene.path])
      #expect(done == 0)
      #expect(printed.answers == "Answered: accept.\n")
      let before = await printed.run(["--socket", scene.path, "--as", "bram", "--json", "request", "list"])
      #expect(before == 5)
      #expect(printed.notes == "expunge: bram may not do this\n")
    }
    #expect(daemon.heard.map(\.name) == ["task.answer", "request.list"])
    #expect(daemon.heard.map(\.person) == [nil, "bram"])
    let call = try CanonicalJSON.decode(AnswerTask.self, from: try #require(daemon.heard.first?.body))
    #expect(call.ordinals == [1, 3])
  }

  @Test func `identifiers travel from standard input, not from arguments`() async throws {
    let daemon = FakeDaemon { _ in throw Refusal(.refused, "enough seen") }
    let input = "channel: mail\ncapacity: customer\nreceived: 2026-11-20T09:30:00Z\nemail: zoë@example.nl\n"
    try await SocketScene.with(daemon) { scene in
      let terminal = Terminal(isInteractive: { false }, line: { nil }, everything: { Array(input.utf8) })
      let status = await Terminal.$current.withValue(terminal) {
        await Printed().run(["request", "add", "--from", "-", "--socket", scene.path])
      }
      #expect(status == 1)
    }
    let call = try CanonicalJSON.decode(AddRequest.self, from: try #require(daemon.heard.first?.body))
    #expect(call.identifiers == [SubjectIdentifier(kind: .email, value: "zoë@example.nl")])
    #expect(call.receivedAt?.description == "2026-11-20T09:30:00Z")
  }

  @Test func `watch follows from where it was and ends with the last job`() async throws {
    let at = try #require(UTCTime("2026-11-24T09:00:00Z"))
    @Sendable func line(_ index: Int64) -> HistoryLine {
      HistoryLine(index: index, at: at, kind: "job.settled", by: nil, system: nil, words: "entry \(index)")
    }
    let job = JobView(
      job: JobReference(bytes: Array(repeating: 1, count: 16)),
      request: Reference(bytes: Array(repeating: 2, count: 16)),
      plan: Reference(bytes: Array(repeating: 3, count: 16)), system: try #require(SystemName("crm")), title: "CRM",
      role: .own, verb: .erase, state: "running", next: nil, attempts: 1, lastCode: nil, question: nil, outcome: nil,
      held: false, deadline: at, approvedRows: 1)
    let polls = Atomic(0)
    let daemon = FakeDaemon { heard in
      switch heard.name {
      case WatchLog.name:
        let from = try CanonicalJSON.decode(WatchLog.self, from: heard.body).from
        let answer = Watched(lines: [line(from), line(from + 2)], next: from + 3)
        return CallReply(status: 200, body: try CanonicalJSON.encode(answer))
      case ShowStatus.name:
        let status = StatusView(
          version: "test", practice: true, now: at, today: at.utcDay, origin: "test", logSize: 0, checkpointSize: 0,
          requests: [:], jobs: [:], tasks: 0, overdue: 0, keepsPerson: 0, manual: 0, connected: 0, warnings: [])
        return CallReply(status: 200, body: try CanonicalJSON.encode(status))
      default:
        var job = job
        if polls.add(1, ordering: .relaxed).newValue == 2 { job.outcome = .cancelled(reason: FailureCode("officer")) }
        return CallReply(status: 200, body: try CanonicalJSON.encode([job]))
      }
    }
    try await SocketScene.with(daemon) { scene in
      let printed = Printed()
      #expect(await printed.run(["watch", "1", "--until-settled", "--socket", scene.path]) == 0)
      let entries = printed.answers.split(separator: "\n").map { $0.split(separator: " ").first ?? "" }
      #expect(entries == ["0", "2", "3", "5"])
      #expect(printed.notes == "Every job due now is settled.\n")
    }
  }

  @Test func `check ends with 1 when something is wrong`() async throws {
    let line = CheckView.Line(name: "signers", healthy: false, words: "missing")
    try await SocketScene.with(FakeDaemon(answer: CheckView(lines: [line]))) { scene in
      let printed = Printed()
      #expect(await printed.run(["check", "--socket", scene.path]) == 1)
      #expect(printed.answers.contains("WRONG  signers  missing"))
      #expect(await printed.run(["check", "--json", "--socket", scene.path]) == 1)
      #expect(printed.answers.contains(#"{"lines":[{"healthy":false,"name":"signers","words":"missing"}]}"# + "\n"))
    }
  }
}
