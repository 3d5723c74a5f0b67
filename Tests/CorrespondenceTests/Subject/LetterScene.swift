import ConnectorKit
import Correspondence
import TestKit

@testable import ErasureDomain

/// A request with plans and jobs in any state, from which letters are made.
struct LetterScene {
  struct Missing: Error {}

  static let organisation = LetterParty(
    name: "Voorbeeld & Zonen BV", address: ["Lindegracht 1", "1015 KB Amsterdam"], mail: "privacy@voorbeeld.example")

  let clock: ManualClock
  let request: RequestReference
  var record: RequestRecord
  private(set) var planned: [PlannedJob] = []
  private(set) var records: [JobRecord] = []
  var coverage: [Coverage] = []
  private let plan = PlanReference(bytes: Array(repeating: 2, count: 16))

  /// Received on Friday 6 March 2026: the nominal day is Easter Monday.
  init(_ state: ErasureRequest.State, on day: String = "2026-03-20") throws {
    clock = ManualClock(at: try Self.day(day).utcMidnight.adding(seconds: 36_000))
    request = RequestReference(bytes: Array(repeating: 1, count: 16))
    let received = try Self.day("2026-03-06")
    let facts = RequestReceived(
      number: 1, commitment: String(repeating: "ab", count: 32), channel: "mail", receivedAt: received.utcMidnight,
      receivedOn: received, capacities: [.customer], identifierKinds: [.email],
      dueDates: try DueDates.compute(received: received, calendar: .netherlands(.atw)))
    record = RequestRecord(
      request: request, number: 1, revision: 1, state: state, received: facts, plans: [], findings: [], lawful: [:],
      undecided: 0, vaultDestroyed: false, entries: 1, entriesBeforeConclusion: 0)
    // What only an extension letter speaks of.
    record.extended = DeadlineExtended(
      reason: .complexity, on: received, statutory: facts.dueDates.extended, workTo: facts.dueDates.extended,
      ruleSet: facts.dueDates.ruleSet)
  }

  static func day(_ text: String) throws -> CivilDate {
    guard let day = CivilDate(text) else { throw Missing() }
    return day
  }

  /// Adds a job in a state; returns its reference.
  @discardableResult
  mutating func add(
    _ name: String, _ title: String, _ role: SystemRole, _ verb: JobVerb, _ state: ErasureJob.State,
    settledOn day: String = "2026-03-12", followUp: FollowUp? = nil, leftOut: Int = 0,
    change: (inout JobRecord) -> Void = { _ in }
  ) throws -> JobReference {
    guard let system = SystemName(name) else { throw Missing() }
    let job = JobReference(bytes: Array(repeating: UInt8(planned.count + 10), count: 16))
    let time = try Self.day(day).utcMidnight.adding(seconds: 36_000)
    planned.append(
      PlannedJob(
        job: job, system: system, title: title, role: role, connector: "sqlite", verb: verb, counts: [],
        identifiers: [], dependsOn: [], deadline: time,
        leftOut: leftOut > 0 ? [PlannedJob.LeftOut(dataset: "invoice", count: leftOut)] : [], followUp: followUp,
        concurrency: 1))
    var record = JobRecord(
      job: job, plan: plan, request: request, system: system, verb: verb, revision: 1, state: state, epoch: 1, spent: 1,
      deadline: time, createdAt: time, dependsOn: [], held: false, isDone: true, verifyFirst: false, taken: [],
      attestations: [])
    if state.isSettled { record.settledAt = time }
    change(&record)
    records.append(record)
    return job
  }

  /// `earlier` has the jobs of a plan before.
  func facts(
    _ texts: LetterFacts.Texts = LetterFacts.Texts(), code: Bool = true, earlier: LetterScene? = nil,
    exceptions: [ExceptionGranted] = []
  ) throws -> LetterFacts {
    let text = SubjectCode(
      origin: "erasure.example/evidence", request: request, entry: 7, nonce: (0..<32).map { UInt8($0) }, kinds: [.email]
    )
    let work = [earlier, self].compactMap { $0 }.filter { !$0.planned.isEmpty }.map(\.worked)
    return LetterFacts(
      record, work: work, exceptions: exceptions, from: Self.organisation, clock: clock, texts: texts,
      code: code ? text : nil)
  }

  private var worked: LetterFacts.Worked {
    let digest = ContentDigest(bytes: Array(repeating: 4, count: 32))
    let plan = ErasurePlan(
      plan: plan, request: request, log: "erasure.example/evidence",
      drafter: PersonReference(bytes: Array(repeating: 3, count: 16)), at: clock.now(), practice: false,
      register: digest, findings: digest, ground: .consentWithdrawn, dueDates: record.received.dueDates,
      margin: .standard, coverage: coverage, jobs: planned)
    return LetterFacts.Worked(plan: plan, jobs: records)
  }

  func letter(
    _ kind: SubjectLetter.Kind, _ language: LetterLanguage = .english,
    _ texts: LetterFacts.Texts = LetterFacts.Texts(), code: Bool = true
  ) throws -> SubjectLetter {
    try SubjectLetter(try LetterTemplates().template(kind, language), try facts(texts, code: code))
  }

  // MARK: Outcomes

  static func receipt(
    erased: Int = 0, kept: [KeptCount] = [], anonymised: Int = 0, restricted: Int = 0, reduced: Int = 0,
    dataset: String = "invoice"
  ) throws -> ErasureReceipt {
    try ErasureReceipt(
      verification: Verification(voucher: .us, seen: .secondLook, path: FailureCode("second-connection")),
      effects: [
        EffectCount(
          dataset: dataset, approved: erased, found: erased, erased: erased, reduced: reduced, kept: kept,
          anonymised: anonymised, restricted: restricted)
      ])
  }

  /// Every sentence a completion letter can have.
  static func rich(_ state: ErasureRequest.State = .concluded, on day: String = "2026-03-20") throws -> LetterScene {
    var scene = try LetterScene(state, on: day)
    let until = try Self.day("2034-01-01")
    let review = try Self.day("2027-03-12")
    let kept = [
      KeptCount(rule: "nl-fiscal-7y", until: until, count: 3),
      KeptCount(rule: "nl-contract", until: review, count: 1, conditional: true),
    ]
    let office = try scene.add(
      "backoffice", "Back office", .own, .erase, .settled(.erased(try receipt(erased: 4, kept: kept))))
    try scene.add(
      "backoffice", "Back office", .own, .eraseKept, .followUp(due: until, from: until.utcMidnight),
      followUp: FollowUp(
        of: office, rule: "nl-fiscal-7y", citation: "art. 52(4) AWR", due: until, dueAt: until.utcMidnight,
        ground: .legalObligation))
    try scene.add(
      "backoffice", "Back office", .own, .eraseKept, .followUp(due: review, from: review.utcMidnight),
      followUp: FollowUp(
        of: office, rule: "nl-contract", citation: "art. 3:307 BW", due: review, dueAt: review.utcMidnight,
        ground: .legalClaims, conditional: true))
    try scene.add("crm", "CRM", .own, .erase, .settled(.erased(try receipt(erased: 2, dataset: "contact"))), leftOut: 2)
    try scene.add("wiki", "Wiki", .own, .erase, .settled(.anonymised(try receipt(anonymised: 2))))
    try scene.add("helpdesk", "Help desk", .own, .erase, .settled(.restricted(try receipt(erased: 1, restricted: 2))))
    try scene.add("archive", "Archive", .own, .erase, .settled(.nothingFound(try receipt())))
    try scene.add("legal", "Legal files", .own, .erase, .settled(.excepted(ground: "legal-claims")))
    try scene.add("usb-stick", "USB stick FAIR", .carrier, .manual, .settled(.erased(try receipt(erased: 1))))
    try scene.addCompanies()
    try scene.addBackups()
    guard let shop = SystemName("shop"), let printer = SystemName("printer") else { throw Missing() }
    scene.coverage = [
      Coverage(system: shop, title: "Web shop", role: .own, jobs: [], notApplicable: .nothingFound),
      Coverage(
        system: printer, title: "Printer", role: .processor, jobs: [], notApplicable: .nobodyToTell,
        ceased: Cessation(on: try Self.day("2025-01-01"), remains: .nobody(why: "bankrupt"))),
    ]
    return scene
  }

  private mutating func addCompanies() throws {
    let told = try Self.day("2026-03-10").utcMidnight
    let asked = try Self.day("2026-03-18").utcMidnight
    let outcomes: [(String, String, JobVerb, JobOutcome)] = [
      ("sister", "Sister BV", .notify, .erased(try Self.receipt(erased: 3))),
      ("cleansing", "Cleansing firm", .instruct, .unconfirmed(lastAsked: asked)),
      ("mailing", "Mailing house", .instruct, .nothingFound(try Self.receipt())),
      ("broker", "Intermediary", .stopSending, .notified(.us)),
      ("union", "Union", .notify, .cancelled(reason: FailureCode("stopped"))),
    ]
    for (name, title, verb, outcome) in outcomes {
      try add(name, title, .recipient, verb, .settled(outcome)) { if name != "union" { $0.handedOverAt = told } }
    }
  }

  private mutating func addBackups() throws {
    let day = try Self.day("2026-04-17")
    for (name, title, gone) in [("backups", "Nightly backups", false), ("tapes", "Tapes", true)] {
      let tag = try add(
        name, title, .backup, .tagExpiry, .settled(.expiryTagged(until: day, untilAt: day.utcMidnight, seen: .listing)))
      let follow = FollowUp(of: tag, rule: nil, citation: nil, due: nil, dueAt: nil)
      let state: ErasureJob.State =
        gone ? .settled(.erased(try Self.receipt(erased: 1))) : .followUp(due: day, from: day.utcMidnight)
      try add(name, title, .backup, .confirmExpiry, state, settledOn: "2026-03-19", followUp: follow)
    }
  }
}
