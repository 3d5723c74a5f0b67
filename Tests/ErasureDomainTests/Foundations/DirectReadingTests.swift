import TestKit
import Testing

@testable import ErasureDomain

/// What is read the direct way is what `Decodable` reads, of whole values and of damaged ones.
struct DirectReadingTests {
  private let digest = ContentDigest(bytes: Array(0..<32))
  private let job = JobReference(bytes: Array(1...16))
  private let person = PersonReference(bytes: Array(2...17))
  private let request = RequestReference(bytes: Array(3...18))
  private let plan = PlanReference(bytes: Array(4...19))
  private let day = CivilDate.first
  private let time = UTCTime(secondsSince1970: 1_772_442_000)

  /// The value is read directly, and of each damaged text of it exactly what `Decodable` takes, or nothing.
  private func check<Value: CanonicalReadable & Codable & Equatable>(_ value: Value) throws {
    let tree = try CanonicalJSON.tree(of: value)
    #expect(try CanonicalJSONTape(reading: tree.encoded()).read(Value.self) == value)
    for damaged in Self.damaged(tree) {
      let tape = try CanonicalJSONTape(reading: damaged.encoded())
      guard let read = tape.read(Value.self) else { continue }
      #expect(try CanonicalJSON.decode(Value.self, from: tape) == read, "\(damaged.text)")
    }
  }

  /// Each member left out or of another form, elements twice, and members that nobody knows.
  private static func damaged(_ tree: CanonicalJSON) -> [CanonicalJSON] {
    var all: [CanonicalJSON] = [.string("a\"b"), .string(""), .integer(-1), .boolean(true), .array([]), .object([:])]
    switch tree {
    case .object(let members):
      all.append(.object(members.merging(["zz": .integer(1), "a": .array([tree])]) { $1 }))
      for (key, value) in members {
        all.append(.object(members.filter { $0.key != key }))
        all += damaged(value).map { other in .object(members.merging([key: other]) { $1 }) }
      }
    case .array(let elements):
      all.append(.array(elements + elements))
      for (place, element) in elements.enumerated() {
        all += damaged(element).map { other in
          var changed = elements
          changed[place] = other
          return .array(changed)
        }
      }
    case .string, .integer, .boolean: break
    }
    return all
  }

  private var kept: [KeptCount] {
    [KeptCount(rule: "r", until: day, count: 2), KeptCount(rule: "s", until: day, count: 3, conditional: true)]
  }

  private var effects: [EffectCount] {
    [
      EffectCount(dataset: "contact", approved: 1, found: 1, erased: 1),
      EffectCount(
        dataset: "order", approved: 5, found: 6, erased: 1, reduced: 1, kept: kept, anonymised: 1, minimised: 2,
        restricted: 3, isUncertain: true),
    ]
  }

  @Test func `facts of a job`() throws {
    try check(AttemptStarted(attempt: AttemptReference(bytes: Array(5...20)), epoch: 3, digest: digest))
    try check(AttemptPrepared(epoch: 1, effects: effects, transaction: "77", tags: 4, earlier: effects))
    try check(AttemptPrepared(epoch: 1, effects: [], transaction: nil, tags: 0))
    let question = Question(code: .other, detail: .lost, approved: 1, found: 2, proposed: day)
    for end: AttemptEnd in [
      .done, .accepted(checkAt: time), .transientFailure(.lost, retryAt: time), .permanentFailure(.stillThere),
      .needsOfficer(question), .needsOfficer(Question(code: .denied)), .interrupted, .lost,
    ] {
      try check(AttemptEnded(end, epoch: 2, retryAt: end == .lost ? time : nil))
    }
    try check(ReceiptKept(epoch: 2, receipt: digest, key: #"{"crv":"Ed25519"}"#))
    try check(TagsWritten(system: try #require(SystemName("crm")), count: 2, epoch: "2026-Q1", expires: day))
    try check(CopyExpired(system: try #require(SystemName("backups")), sets: 1))
  }

  @Test func `outcomes`() throws {
    let storage = StorageProof(.removed, because: .lost, checks: [.logEmptied])
    let clean = DatasetCount(dataset: "contact", isRoot: true, erase: 0, kept: kept)
    let look = Verification(
      voucher: .us, seen: .secondLook, path: .lost, remaining: [clean], kept: kept, storage: storage)
    let receipt = try ErasureReceipt(verification: look, effects: effects)
    let bare = try ErasureReceipt(
      verification: Verification(voucher: .person, seen: .attestation, path: .lost), effects: [])
    for outcome: JobOutcome in [
      .erased(receipt), .nothingFound(bare), .anonymised(receipt), .restricted(receipt),
      .expiryTagged(until: day, untilAt: time, seen: .listing),
      .expiryTagged(until: day, untilAt: time, seen: .setting),
    ] {
      try check(JobSettled(outcome: outcome))
    }
    // The others are rare, and left to `Decodable`.
    let bytes = try CanonicalJSON.encode(JobOutcome.notified(.us))
    #expect(try CanonicalJSONTape(reading: bytes).read(JobOutcome.self) == nil)
    #expect(try CanonicalJSON.decode(JobOutcome.self, from: bytes) == .notified(.us))
  }

  @Test func `facts of a request`() throws {
    let dates = try DueDates.compute(
      received: try #require(CivilDate("2026-03-02")), calendar: .netherlands(.atw))
    try check(
      RequestReceived(
        number: 1, commitment: "c", channel: "email", receivedAt: time, receivedOn: day, capacities: [.customer],
        identifierKinds: [.email, .phone], dueDates: dates, rights: [.erasure, .access], language: .dutch))
    let others = RequestReceived(
      number: 1, commitment: "c", channel: "email", receivedAt: time, receivedOn: day, capacities: [],
      identifierKinds: [], dueDates: dates,
      again: RequestReceived.Again(system: try #require(SystemName("crm")), request: request))
    #expect(try CanonicalJSON.decode(RequestReceived.self, from: CanonicalJSON.encode(others)) == others)
    try check(RequestConfirmed(method: .lost, ground: .consentWithdrawn))
    try check(RequestRefused(ground: "not-identified"))
    try check(RequestWithdrawn())
    try check(RequestClosed())
    try check(LookupMade(systems: 2, purpose: "plan"))
    try check(LookupMade(systems: 2, purpose: "discover", columns: 3, unread: 4, uncovered: 5))
    let look = LastLook(at: time, systems: 2, remaining: 0)
    let since = RegisterSince(inForce: digest, times: 1, systems: [try #require(SystemName("crm"))])
    try check(RequestConcluded(looks: [look, look], entries: "1-2", entriesRoot: "r", report: digest, register: since))
    try check(RequestConcluded(looks: [], entries: "", entriesRoot: "", report: digest))
    try check(RequestEnded(entries: "1-2", entriesRoot: "r", report: digest, register: since))
    try check(RequestEnded(entries: "1-2", entriesRoot: "r", report: digest))
    try check(SubjectInformed(on: day, channel: "email"))
    try check(VaultDestroyed(items: 7))
    try check(
      LetterSent(
        letter: .completion, language: "nl", channel: .mail, on: day, mac: "m", proof: .lost, queue: "4Zq1"))
    try check(LetterSent(letter: .refusal, language: "en", channel: .letter, on: day, mac: "m", proof: .lost))
    try check(DaemonStarted(version: "1", lost: 0, practice: false))
    try check(DaemonStopped())
  }

  @Test func `facts of a plan, and a plan`() throws {
    let crm = try #require(SystemName("crm"))
    try check(
      PlanProposed(digest: digest, findings: digest, nonce: "n", jobs: 2, searched: [crm], startBefore: time))
    let approval = Approval(by: person, keyFingerprint: "SHA256:x", text: digest, signature: digest)
    try check(PlanApproved(approval: approval, digest: digest, enough: true, waitUntil: time, standing: true))
    try check(PlanApproved(approval: approval, digest: digest, enough: false, waitUntil: nil))
    try check(PlanConcluded(look: LastLook(at: time, systems: 2, remaining: 0)))
    let dates = try DueDates.compute(
      received: try #require(CivilDate("2026-03-02")), calendar: .netherlands(.atw))
    let counts = [
      DatasetCount(dataset: "contact", isRoot: true, erase: 1),
      DatasetCount(
        dataset: "order", isRoot: false, erase: 1, reduce: 2, kept: kept, anonymised: 1, minimised: 2, restricted: 3),
    ]
    let follow = FollowUp(
      of: job, rule: "r", citation: "c", due: day, dueAt: time, ground: .legalObligation, conditional: true,
      movesTo: crm)
    let full = PlannedJob(
      job: job, system: crm, title: "CRM", role: .own, connector: "sqlite", verb: .eraseKept, counts: counts,
      identifiers: [.email], dependsOn: [Dependency(job: job, kind: .handedOver)], deadline: time,
      leftOut: [PlannedJob.LeftOut(dataset: "contact", count: 1)], followUp: follow, concurrency: 1, record: digest,
      contract: "erasure-notice/1", sideEffects: ["mail"])
    let bare = PlannedJob(
      job: job, system: crm, title: "é", role: .backup, connector: "x", verb: .confirmExpiry, counts: [],
      identifiers: [], dependsOn: [], deadline: time, leftOut: [],
      followUp: FollowUp(of: job, rule: nil, citation: nil, due: nil, dueAt: nil), concurrency: 1)
    let decisions = [
      CategoryDecision(system: crm, category: "contact", ground: .consentWithdrawn, by: person),
      CategoryDecision(
        system: crm, category: "orders", datasets: ["order"], ground: .consentWithdrawn, rejected: .otherLegalBasis,
        by: person),
    ]
    for (jobs, decisions) in [([full, bare], decisions), ([bare], nil)] as [([PlannedJob], [CategoryDecision]?)] {
      try check(
        ErasurePlan(
          plan: plan, request: request, log: "l", drafter: person, at: time, practice: false, register: digest,
          findings: digest, ground: .consentWithdrawn, dueDates: dates, margin: .standard,
          coverage: [
            Coverage(system: crm, title: "CRM", role: .own, jobs: jobs.map(\.job), notApplicable: nil),
            Coverage(system: crm, title: "CRM", role: .joint, jobs: [], notApplicable: .noDataYet),
          ], jobs: jobs, decisions: decisions))
    }
  }
}
