import ConnectorKit
import ErasureDomain
import Journal
import OfficerAPI
import TestKit
import Testing

@Suite(.serialized) struct `What is not said` {
  /// Words that stand for the person, as anybody would search for them.
  private static let words = [
    DeskSystems.email, "ada.devries", DeskSystems.number, "de Vries", "Bakery", "office@bakery", "secret-word",
  ]

  private func expectSilent(_ text: String, _ what: String, _ location: SourceLocation = #_sourceLocation) {
    let lower = text.lowercased()
    for word in Self.words where lower.contains(word.lowercased()) {
      Issue.record("\(what) holds \(word)", sourceLocation: location)
    }
  }

  /// The whole job, with every kind of trouble, while auditor and operator look at all they may.
  private func story(_ scene: DeskScene) async throws {
    try scene.systems.run("crm", "UPDATE contact SET customer_no = '\(DeskSystems.number)' WHERE id = 9")
    try await scene.add(text: "secret-word: I am \(DeskSystems.email)")
    try await scene.confirm()
    try await scene.say(MakePlan(request: "1"), by: .anna)
    try await look(scene)
    try await scene.say(AnswerTask(task: "1", answer: .accept, note: "secret-word"), by: .bram)
    try await scene.draft()
    try await scene.say(LeaveOut(plan: "1", ordinals: [2], reason: "secret-word \(DeskSystems.email)"), by: .bram)
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    scene.systems.crm.fail(with: .permanent(FailureCode("no-such-table")))
    try await look(scene)
    try await scene.running {
      try await scene.until("the CRM failed") { try await scene.job(DeskSystems.crm).state.word == "failed" }
      try await look(scene)
      scene.systems.crm.fail(with: .needsOfficer(Question(code: .other, detail: FailureCode("two-keys"))))
      let job = try await scene.job(DeskSystems.crm).job
      try await scene.say(RetryJob(job: job.text, reason: "secret-word"), by: .bram)
      try await scene.until("the CRM asks") { try await scene.job(DeskSystems.crm).state.word == "awaiting-officer" }
      try await look(scene)
      scene.systems.crm.fail(with: nil)
      try await scene.say(AnswerTask(task: job.text, answer: .retry, note: "secret-word"), by: .bram)
      try await scene.untilOnlyTheStickWaits()
      try await scene.attestStick()
      try await scene.until("concluded") { try await scene.request().state == .concluded }
      try await look(scene)
      try await scene.say(CloseRequest(request: "1", informedOn: scene.clock.today, channel: "letter"), by: .bram)
      try await scene.until("the vault entry is gone") { try await scene.request().vaultDestroyed }
      try await look(scene)
    }
  }

  /// Everything an auditor and an operator may ask, and what they may not.
  private func look(_ scene: DeskScene) async throws {
    let plan = try await scene.request().plan
    var calls: [(String, [UInt8])] = []
    func add<C: OfficerCall>(_ call: C) throws { calls.append((C.name, try CanonicalJSON.encode(call))) }
    try add(ShowStatus())
    try add(Check(deep: true))
    try add(ListRequests(all: true))
    try add(ListJobs())
    try add(WatchLog(request: nil, from: 0, waitSeconds: 0))
    try add(WatchLog(request: "1", from: 0, waitSeconds: 0))
    try add(ExportEvidence(request: "1"))
    try add(ShowRequest(request: "1"))
    try add(ShowTask(task: "1"))
    try add(ListTasks())
    try add(ShowPlan(plan: DeskSystems.email))
    try add(ShowRequest(request: DeskSystems.email))
    try add(ShowJob(job: DeskSystems.email))
    if plan != nil {
      try add(ShowPlan(plan: "1"))
      try add(PrepareApproval(plan: "1"))
      for job in try await scene.jobs() { try add(ShowJob(job: job.job.text)) }
    }
    for (name, body) in calls {
      for member in [Member.erik, .fred] { _ = await scene.reply(to: name, body, from: member) }
    }
  }

  @Test func `no entry, no log line, no notice and nothing an auditor or operator sees holds the person`() async throws
  {
    let scene = try await DeskScene()
    try await story(scene)
    var seen = 0
    for heard in scene.heard where heard.member == .erik || heard.member == .fred {
      expectSilent(String(decoding: heard.reply.body, as: UTF8.self), "\(heard.call) to \(heard.member)")
      if heard.reply.status == 200 { seen += 1 }
    }
    #expect(seen > 40, "the test looks at nothing")
    let (entries, artifacts) = try await scene.journal.read { reader in
      (
        try reader.entryBytes(from: 0, to: try reader.size),
        try reader.artifactDigests.compactMap { try reader.artifact($0) }
      )
    }
    #expect(entries.count > 30 && artifacts.count > 8)
    for (index, bytes) in entries.enumerated() {
      expectSilent(String(decoding: bytes, as: UTF8.self), "entry \(index)")
    }
    for bytes in artifacts where !String(decoding: bytes, as: UTF8.self).contains("@example.nl ") {
      expectSilent(String(decoding: bytes, as: UTF8.self), "an artifact")
    }
    #expect(!scene.notices.isEmpty)
    for line in scene.lines.all + scene.notices { expectSilent(line, "a line of log or notice") }
    // What an officer sees while the request is open does hold it: the search can find something.
    let officers = scene.heard.filter { $0.member == .bram }.map { String(decoding: $0.reply.body, as: UTF8.self) }
    #expect(officers.contains { $0.contains("Bakery") })
  }
}
