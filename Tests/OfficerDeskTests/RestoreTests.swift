import ErasureDomain
import ErasureEngine
import EvidenceLog
import Foundation
import Journal
import OfficerAPI
import OfficerDesk
import SubjectVault
import TestKit
import Testing

@Suite(.serialized) struct `A restored system` {
  @Test func `brings a person back, who is recognised and goes again by an approved plan`() async throws {
    let scene = try await DeskScene()
    let asOf = try await scene.erasedAfterCopy()
    #expect(try await scene.announce(asOf).certain == 0)
    try scene.restore()
    #expect(try scene.systems.contacts == [7, 8, 9])
    let view = try await scene.announce(asOf)
    #expect(view.records == 3 && view.certain == 2 && view.possible.isEmpty)
    #expect(view.proposals == [RestoreView.Proposal(number: 2, earlier: 1, isPlanned: true)])
    // Nothing has gone by itself, and who asks again gets the same proposal.
    #expect(try scene.systems.contacts == [7, 8, 9])
    #expect(try await scene.announce(asOf, by: .bram).proposals == view.proposals)
    let received = try await scene.request(2).received
    #expect(
      received.again == RequestReceived.Again(system: DeskSystems.crm, request: try await scene.request(1).request))
    let plan = try await scene.say(ShowPlan(plan: "2"), by: .bram)
    #expect(plan.lines.filter { $0.job != nil }.map(\.system) == [DeskSystems.crm])
    #expect(plan.lines.filter { $0.job == nil }.allSatisfy { $0.notApplicable == .notRestored })
    try await scene.approve(2, by: .bram)
    try await scene.approve(2, by: .chris)
    let told = scene.systems.sister.orders.count
    try await scene.running {
      try await scene.until("the CRM is done") { try await scene.job(DeskSystems.crm, number: 2).state.isSettled }
      try await scene.until("it is concluded") { try await scene.request(2).concludedAt != nil }
    }
    #expect(try scene.systems.contacts == [9])
    #expect(try scene.systems.activities == [4])
    #expect(scene.systems.sister.orders.count == told)
    #expect(try await scene.announce(asOf).certain == 0)
    let scans = try await scene.entries(RestoreScanned.kind).map { try $0.facts(as: RestoreScanned.self) }
    #expect(scans.map(\.certain) == [0, 2, 2, 0])
    try await scene.checkJournal()
    let bytes = try await scene.journal.read { reader in try reader.entries(from: 0, to: try reader.size) }.flatMap(
      \.bytes)
    let log = String(decoding: bytes, as: UTF8.self)
    #expect(!log.contains(DeskSystems.email))
  }

  @Test func `shows a key that somebody else has by now, and proposes nothing for it`() async throws {
    let scene = try await DeskScene()
    let asOf = try await scene.erasedAfterCopy()
    try scene.systems.run(
      "crm",
      "INSERT INTO contact VALUES (7, 'cor@example.org', NULL, 'KL-7', 'Cor', 'Smit'), (20, '\(DeskSystems.email)', NULL, NULL, 'A', 'V')"
    )
    let view = try await scene.announce(asOf)
    #expect(view.certain == 0 && view.proposals.isEmpty)
    #expect(view.possible == ["contact": 2])
    #expect(try scene.systems.contacts == [7, 9, 20])
  }

  @Test func `proposes the others when the values of one make no request`() async throws {
    let scene = try await DeskScene()
    let asOf = try await scene.erasedAfterCopy()
    // As if a record of ten years ago, with a value that no request takes, had been erased too.
    let long = String(repeating: "x", count: 400) + "@example.org"
    _ = try await scene.keyring.write(
      tags: [[(field: "pk:contact", value: "30"), (field: "email:raw", value: long)]], of: DeskSystems.crm,
      request: RequestReference(bytes: Array(repeating: 0, count: 16)),
      epoch: Keyring.Epoch(containing: scene.clock.today), erasedAt: scene.clock.now(), expires: .last)
    try scene.restore()
    try scene.systems.run("crm", "INSERT INTO contact VALUES (30, '\(long)', NULL, NULL, 'X', 'Y')")
    let view = try await scene.announce(asOf)
    #expect(view.certain == 3 && view.proposals.count == 2)
    #expect(view.proposals.map(\.number) == [nil, 2])
    #expect(view.proposals.first?.problem?.contains("is empty, too long or holds control characters") == true)
    #expect(view.proposals.last?.isPlanned == true)
  }

  @Test func `may hold a customer who came back before that state`() async throws {
    let scene = try await DeskScene()
    _ = try await scene.erasedAfterCopy()
    scene.clock.advance(days: 3)
    try scene.restore()
    // As if she had become a customer again, with the same key, before the backup was made.
    let view = try await scene.announce(scene.clock.now())
    #expect(view.certain == 0 && view.possible.isEmpty && view.proposals.isEmpty)
  }

  @Test func `is remembered until it was looked through to the end`() async throws {
    let scene = try await DeskScene()
    let asOf = try await scene.erasedAfterCopy()
    try scene.systems.run("crm", "ALTER TABLE contact RENAME TO contacts")
    let refusal = try await scene.refusal(of: AnnounceRestore(system: "crm", asOf: asOf), by: .fred)
    #expect(refusal.reason == .unavailable && refusal.message.contains("nothing was proposed: missing-table"))
    let warning = "system crm was restored as of \(asOf) and not looked through"
    #expect(try await scene.say(ShowStatus(), by: .erik).warnings.contains { $0.hasPrefix(warning) })
    try scene.restore()
    // An operator drafts no plan.
    let view = try await scene.announce(asOf, by: .fred)
    #expect(view.proposals == [RestoreView.Proposal(number: 2, earlier: 1, isPlanned: false)])
    #expect(!(try await scene.say(ShowStatus(), by: .erik).warnings.contains { $0.hasPrefix(warning) }))
    #expect(try await scene.say(MakePlan(request: "2"), by: .anna).plan != nil)
  }

  @Test func `that nobody announced is noticed by the weekly look`() async throws {
    let scene = try await DeskScene()
    #expect(try await scene.desk.lookForReturned() == nil)
    _ = try await scene.erasedAfterCopy()
    // The back office has reduced a row of hers: it stays, without the person.
    #expect(try await scene.desk.lookForReturned()?.certain == 0)
    #expect(try await scene.desk.lookForReturned()?.certain == 0)
    #expect(try await scene.desk.lookForReturned() == nil)
    try scene.restore()
    #expect(try await scene.desk.lookForReturned() == nil)
    scene.clock.advance(days: 7)
    let found = try #require(try await scene.desk.lookForReturned())
    #expect(found.system == DeskSystems.crm && found.certain == 2)
    func warns() async throws -> Bool {
      try await scene.say(ShowStatus(), by: .erik).warnings.contains {
        $0.hasPrefix("system crm: 2 records that had been erased were there again")
      }
    }
    #expect(try await warns())
    // Whoever looks into it is not reminded any more.
    #expect(try await scene.announce(scene.clock.now().adding(seconds: -8 * 86_400)).proposals.count == 1)
    #expect(!(try await warns()))
    #expect(try await scene.entries(SystemScanned.kind).count == 3)
    try await scene.checkJournal()
  }

  @Test func `leaves alone whose own erasure is not over yet`() async throws {
    let scene = try await DeskScene()
    let asOf = scene.clock.now()
    try await scene.approved()
    // As an attempt does that was rolled back: tags are there, and so is the row.
    _ = try await scene.keyring.write(
      tags: [[(field: "pk:contact", value: "7"), (field: "email:raw", value: DeskSystems.email)]],
      of: DeskSystems.crm, request: try await scene.request(1).request,
      epoch: Keyring.Epoch(containing: scene.clock.today), erasedAt: scene.clock.now(), expires: .last)
    let view = try await scene.announce(asOf)
    #expect(view.records == 3 && view.certain == 0 && view.proposals.isEmpty)
    // Cancelled before anything went: there is nothing to erase again.
    let job = try await scene.job(DeskSystems.crm).job
    try await scene.say(CancelJob(job: job.text, reason: "a dispute"), by: .bram)
    #expect(try await scene.announce(asOf).certain == 0)
  }

  @Test func `is looked through in a drill without any proposal`() async throws {
    let scene = try await DeskScene()
    let asOf = try await scene.erasedAfterCopy()
    try scene.restore()
    let view = try await scene.say(DrillRestore(system: "crm", asOf: asOf), by: .fred)
    #expect(view.certain == 2 && view.proposals.isEmpty)
    #expect(try await scene.entries(RestoreAnnounced.kind).isEmpty)
    #expect(try await scene.entries(RequestReceived.kind).count == 1)
    let facts = try #require(try await scene.entries(RestoreScanned.kind).first).facts(as: RestoreScanned.self)
    #expect(facts.drill == true)
    // A copy of another system has other tags.
    let other = try await scene.say(DrillRestore(system: "office", copy: "crm", asOf: asOf), by: .fred)
    #expect(other.copy == DeskSystems.crm && other.certain == 0)
  }

  @Test func `is named when it cannot be looked through`() async throws {
    let scene = try await DeskScene()
    let company = try await scene.refusal(of: AnnounceRestore(system: "sister", asOf: scene.clock.now()), by: .anna)
    #expect(company.message.contains("sister cannot be looked through (connector scripted-company)"))
    let future = try await scene.refusal(
      of: AnnounceRestore(system: "crm", asOf: scene.clock.now().adding(seconds: 1)), by: .anna)
    #expect(future.reason == .invalid)
    #expect(try await scene.entries(RestoreAnnounced.kind).isEmpty)
  }
}
