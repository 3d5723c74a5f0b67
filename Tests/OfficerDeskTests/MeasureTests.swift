import ConnectorKit
import ErasureDomain
import ErasureEngine
import GRDB
import Journal
import OfficerAPI
@testable import OfficerDesk
import SubjectVault
import TestKit
import Testing

@Suite(.serialized) struct `A restriction and an objection to marketing` {
  private func scene(_ change: (inout DeskScene.Options) -> Void = { _ in }) async throws -> DeskScene {
    var options = DeskScene.Options()
    options.marks = true
    change(&options)
    return try await DeskScene(options)
  }

  /// State and marketing of each contact, by number.
  private func contacts(_ scene: DeskScene) throws -> [String] {
    let queue = try DatabaseQueue(path: "\(scene.systems.folder)/crm.db")
    defer { try? queue.close() }
    return try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT id, state, marketing FROM contact ORDER BY id").map { row in
        "\(row["id"] as Int) \((row["state"] as String?) ?? "-") \(row["marketing"] as Int)"
      }
    }
  }

  private static let before = ["7 active 1", "8 - 2", "9 active 1"]

  private func lift(_ measure: RestrictionMeasure, _ scene: DeskScene, on day: CivilDate?) -> LiftMeasure {
    LiftMeasure(request: "1", measure: measure, informedOn: day, channel: day == nil ? nil : "mail")
  }

  @Test func `takes effect in the call itself, for the person's records and nobody else's, and is put back exactly`()
    async throws
  {
    let scene = try await scene()
    try await scene.add()
    try await scene.confirm()
    let view = try await scene.say(OrderMeasure(request: "1", measure: .restriction), by: .bram)
    #expect(try contacts(scene) == ["7 restricted 1", "8 restricted 2", "9 active 1"])
    #expect(view.lines.contains { $0.hasPrefix("crm: restricted since") && $0.hasSuffix("2 rows") })
    #expect(view.lines.contains("stick: its owner must see to it now") && view.inForceSince == nil)
    let kinds = try await scene.entries().map(\.kind).filter { $0.rawValue.hasPrefix("measure.") }
    #expect(kinds == [MeasureOrdered.kind, MeasureStarted.kind, MeasureApplied.kind])
    let shown = try await scene.say(ShowRequest(request: "1"), by: .anna)
    #expect(shown.notes.contains { $0.title.hasPrefix("Restriction (Art. 18)") })

    // Somebody has changed a row since: his word stays.
    try scene.systems.run("crm", "UPDATE contact SET state = 'blocked' WHERE id = 8")
    try await scene.say(lift(.restriction, scene, on: scene.clock.today), by: .bram)
    #expect(try contacts(scene) == ["7 active 1", "8 blocked 2", "9 active 1"])
    let undone = try #require(try await scene.entries(MeasureUndone.kind).first)
    #expect(try undone.facts(as: MeasureUndone.self).rows == 1)
    try await scene.checkJournal()
  }

  @Test func `is not lifted before the person was told, neither by the desk nor in the journal`() async throws {
    let scene = try await scene()
    try await scene.add()
    try await scene.confirm()
    try await scene.say(OrderMeasure(request: "1", measure: .restriction), by: .bram)
    #expect(
      try await scene.refusal(of: lift(.restriction, scene, on: nil), by: .bram).message.contains("is told before"))
    let early = lift(.restriction, scene, on: scene.clock.today.adding(days: -3))
    #expect(try await scene.refusal(of: early, by: .bram).reason == .invalid)
    let record = try await scene.request()
    let facts = MeasureLifted(
      measure: .restriction, informedOn: scene.clock.today.adding(days: -3), channel: FailureCode("mail"))
    let draft = try EntryDraft(facts, about: EntrySubject(request: record.request), by: Member.bram.id)
    await #expect(throws: (any Error).self) {
      try await scene.journal.append([draft], to: .request(record.request), expecting: record.revision)
    }
    #expect(try contacts(scene)[0] == "7 restricted 1")
  }

  @Test func `needs a confirmed identity for a restriction, and only the channel for marketing`() async throws {
    let scene = try await scene()
    try await scene.add()
    let refused = try await scene.refusal(of: OrderMeasure(request: "1", measure: .restriction), by: .bram)
    #expect(refused.message.contains("is not confirmed"))
    #expect(
      try await scene.refusal(of: OrderMeasure(request: "1", measure: .marketing), by: .anna).reason == .forbidden)
    #expect(try contacts(scene) == Self.before)
    try await scene.say(OrderMeasure(request: "1", measure: .marketing), by: .bram)
    #expect(try contacts(scene) == ["7 active 0", "8 - 0", "9 active 1"])
    let again = try await scene.refusal(of: OrderMeasure(request: "1", measure: .marketing), by: .bram)
    #expect(again.message.contains("already"))
  }

  @Test
  func `changes nothing that its owner has not released or while everything stands still, and comes by itself then`()
    async throws
  {
    let scene = try await scene()
    try await scene.add()
    try await scene.say(StopSystem(system: "crm"), by: .dora)
    let view = try await scene.say(OrderMeasure(request: "1", measure: .marketing), by: .bram)
    #expect(view.lines.contains { $0.hasPrefix("crm: waits") })
    #expect(try contacts(scene) == Self.before)
    let record = try await scene.request()
    let started = try EntryDraft(
      MeasureStarted(measure: .marketing, system: DeskSystems.crm), about: EntrySubject(request: record.request))
    await #expect(throws: (any Error).self) {
      try await scene.journal.append([started], to: .request(record.request), expecting: record.revision)
    }
    try await scene.say(ReleaseSystem(system: "crm"), by: .dora)
    try await scene.say(StopWork(), by: .anna)
    try await scene.desk.workOnMeasures()
    #expect(try contacts(scene) == Self.before)
    try await scene.say(ResumeWork(), by: .bram)
    try await scene.desk.workOnMeasures()
    #expect(try contacts(scene)[0] == "7 active 0")
    try await scene.checkJournal()
  }

  @Test func `is set once more for identifiers that came later, and where nothing can be changed a person says so`()
    async throws
  {
    let scene = try await scene()
    try await scene.add()
    try await scene.say(OrderMeasure(request: "1", measure: .marketing), by: .bram)
    #expect(try contacts(scene) == ["7 active 0", "8 - 0", "9 active 1"])
    let more = [SubjectIdentifier(kind: .email, value: "bo@example.org")]
    try await scene.say(AddIdentifiers(request: "1", identifiers: more), by: .anna)
    #expect(
      try await scene.request().measure(.marketing)?.lines.first { $0.system == DeskSystems.crm }?.appliedAt == nil)
    try await scene.desk.workOnMeasures()
    #expect(try contacts(scene) == ["7 active 0", "8 - 0", "9 active 0"])
    // An officer's word counts only where the daemon cannot do it.
    let done = MeasureDone(request: "1", measure: .marketing, system: "crm")
    #expect(try await scene.refusal(of: done, by: .bram).reason == .notFound)
    let last = [SubjectIdentifier(kind: .email, value: "b.jansen@example.org")]
    try await scene.say(StopSystem(system: "crm"), by: .dora)
    try await scene.say(AddIdentifiers(request: "1", identifiers: last), by: .anna)
    try await scene.desk.workOnMeasures()
    let view = try await scene.say(done, by: .bram)
    #expect(view.lines.contains { $0.hasPrefix("crm: no marketing since") && $0.hasSuffix("by hand") })
    try await scene.checkJournal()
  }

  @Test func `that does not hold after an hour is an alarm, until the last owner has seen to it`() async throws {
    let scene = try await scene { options in
      options.ladder = AlarmLadder(usual: [AlarmLadder.Step(who: [Member.bram.id], afterHours: 0)])
    }
    try await scene.add()
    scene.systems.crm.fail(with: .transient(FailureCode("database-locked"), retryAfterSeconds: nil))
    let view = try await scene.say(OrderMeasure(request: "1", measure: .marketing), by: .bram)
    #expect(view.lines.contains("crm: failed (database-locked), tried again"))
    func late() async throws -> Int {
      try await scene.matters().count { $0.kind == .objectionWaits }
    }
    #expect(try await late() == 0)
    scene.clock.advance(seconds: 3_600)
    #expect(try await late() == 1)
    scene.systems.crm.fail(with: nil)
    try await scene.desk.workOnMeasures()
    #expect(try contacts(scene)[0] == "7 active 0")
    for system in ["office", "sister"] {
      try await scene.say(MeasureDone(request: "1", measure: .marketing, system: system), by: .bram)
    }
    #expect(try await late() == 1)
    let other = try await scene.refusal(of: MeasureDone(request: "1", measure: .marketing, system: "crm"), by: .bram)
    #expect(other.reason == .notFound)
    let done = try await scene.say(MeasureDone(request: "1", measure: .marketing, system: "stick"), by: .bram)
    #expect(done.inForceSince != nil)
    #expect(try await late() == 0)
    try await scene.checkJournal()
  }

  @Test func `holds what it had in the vault alone, once, whatever is repeated, and an erasure works on marked rows`()
    async throws
  {
    let scene = try await scene()
    try await scene.add()
    try await scene.confirm()
    try await scene.say(OrderMeasure(request: "1", measure: .restriction), by: .bram)
    let request = try await scene.request().request
    let item = VaultItem(rawValue: "marked/restriction/crm")
    let marked = try #require(try await scene.vault.get([MarkedRow].self, item, of: request))
    #expect(marked.count == 2 && marked.allSatisfy { $0.wrote == "restricted" })
    for entry in try await scene.entries() {
      #expect(!String(decoding: entry.encoded(), as: UTF8.self).contains("active"))
    }
    // A try after a crash between commit and journal finds nothing to do and forgets nothing.
    let order = MarkOrder(
      system: DeskSystems.crm, measure: .restriction, identifiers: DeskScene.identifiers, leftOut: [],
      deadline: scene.clock.now().adding(seconds: 60))
    #expect(try await scene.systems.crm.mark(order, before: NoMarks()) == 2)
    for system in ["office", "sister", "stick"] {
      try await scene.say(MeasureDone(request: "1", measure: .restriction, system: system), by: .bram)
    }
    try await scene.draft()
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    let late = try await scene.refusal(of: lift(.restriction, scene, on: scene.clock.today), by: .bram)
    #expect(late.message.contains("the erasure of request 1 has begun"))
    try await scene.say(OrderMeasure(request: "1", measure: .marketing), by: .bram)
    let other = try await scene.refusal(of: lift(.marketing, scene, on: scene.clock.today), by: .bram)
    #expect(other.message.contains("the keys of others may be"))
    for system in ["office", "sister", "stick"] {
      try await scene.say(MeasureDone(request: "1", measure: .marketing, system: system), by: .bram)
    }
    try await scene.conclude()
    #expect(try scene.systems.contacts == [9])
    let letter = try await scene.say(ShowLetter(request: "1", letter: .completion, language: "en"), by: .bram)
    #expect(letter.text.contains("has been restricted since"))
    try await scene.checkJournal()
  }

  /// Nothing may be handed over.
  private struct NoMarks: MarkRecorder {
    func record(_ rows: [MarkedRow]) async throws(ConnectorFailure) {
      throw .permanent(FailureCode("unexpected"))
    }
  }

  @Test func `that nobody lifted, or that waits, keeps a refused request from being closed`() async throws {
    let scene = try await scene()
    try await scene.add()
    try await scene.confirm()
    try await scene.say(OrderMeasure(request: "1", measure: .restriction), by: .bram)
    try await scene.say(RefuseRequest(request: "1", ground: "unfounded"), by: .bram)
    let close = CloseRequest(request: "1", informedOn: scene.clock.today, channel: "mail")
    #expect(try await scene.refusal(of: close, by: .bram).message.contains("waits in office, sister, stick"))
    for system in ["office", "sister", "stick"] {
      try await scene.say(MeasureDone(request: "1", measure: .restriction, system: system), by: .bram)
    }
    #expect(try await scene.refusal(of: close, by: .bram).message.contains("--lift first"))
    try await scene.say(lift(.restriction, scene, on: scene.clock.today), by: .bram)
    for system in ["office", "sister", "stick"] {
      try await scene.say(MeasureDone(request: "1", measure: .restriction, system: system), by: .bram)
    }
    #expect(try contacts(scene) == Self.before)
    try await scene.say(close, by: .bram)
  }
}
