import ErasureDomain
import EvidenceLog
import OfficerAPI
import Testing

@testable import OfficerConsole

@Suite struct `What is said about rows that stay` {
  private func plan() throws -> ErasurePlan {
    let review = try Scene.day("2027-11-24")
    let due = try Scene.day("2031-01-01")
    let said = RegisterStatement(saidBy: "it-operations", on: try Scene.day("2026-11-01"))
    let conditions = Anonymisation(
      keepColumns: ["year", "age_group"], groupSize: 20, noKeySurvives: said, logsIncluded: said,
      methodApproved: RegisterStatement(saidBy: "privacy-officer", on: said.on),
      linkability: RegisterStatement(saidBy: "data-analysis", on: said.on))
    let counts = [
      DatasetCount(dataset: "customer", isRoot: true, erase: 0, reduce: 1),
      DatasetCount(
        dataset: "contract", isRoot: false, erase: 1,
        kept: [
          KeptCount(rule: "nl-wwft-5y", until: review, count: 1, conditional: true),
          KeptCount(rule: "nl-wwft-5y", until: due, count: 2),
        ], minimised: 3),
      DatasetCount(dataset: "visit", isRoot: false, erase: 0, anonymised: 7),
    ]
    let erase = try Scene.job(12, "shop", "Web shop", .own, .erase, counts: counts)
    let jobs = [
      PlannedJob(
        job: erase.job, system: erase.system, title: erase.title, role: .own, connector: "sqlite", verb: .erase,
        counts: counts, identifiers: [], dependsOn: [], deadline: erase.deadline, leftOut: [], followUp: nil,
        concurrency: 1, anonymise: ["visit": conditions]),
      try follow(13, "contract", 1, review, conditional: true),
      try follow(14, "contract", 2, due, movesTo: try Scene.system("archive")),
    ]
    let plan = try Scene.plan()
    return ErasurePlan(
      plan: plan.plan, request: plan.request, log: plan.log, drafter: plan.drafter, at: plan.at, practice: false,
      register: plan.register, findings: plan.findings, ground: plan.ground, dueDates: plan.dueDates,
      margin: plan.margin, coverage: [], jobs: jobs)
  }

  private func follow(
    _ number: UInt8, _ dataset: String, _ count: Int, _ day: CivilDate, conditional: Bool? = nil,
    movesTo: SystemName? = nil
  ) throws -> PlannedJob {
    try Scene.job(
      number, "shop", "Web shop", .own, .eraseKept,
      counts: [DatasetCount(dataset: dataset, isRoot: false, erase: count)], after: [12],
      followUp: FollowUp(
        of: Scene.reference(12), rule: "nl-wwft-5y", citation: "art. 33 Wwft", due: day, dueAt: day.utcMidnight,
        ground: .legalObligation, conditional: conditional, movesTo: movesTo))
  }

  @Test func `a plan shows what is minimised, reviewed, moved and anonymised, and on whose word`() throws {
    let plan = try plan()
    let digest = ContentDigest(hashing: try CanonicalJSON.encode(plan))
    try Golden.expect(PlanText.text(PlanPage(plan, digest: digest)), "retention-plan.txt")
  }

  @Test func `a review is asked in words, with the day that accepting sets`() throws {
    let day = try Scene.day("2028-11-24")
    #expect(
      TaskText.words(for: Question(code: .startEventOpen, found: 1, proposed: day))
        == "the event that starts the period has not happened yet (found 1, accept keeps until 2028-11-24)")
    #expect(
      TaskText.words(for: Question(code: .dateNotApproved, found: 1, proposed: day))
        == "rows with a day that is in no approved follow-up (found 1, accept keeps until 2028-11-24)")
  }

  @Test func `anonymised rows are never called erased`() throws {
    let look = Verification(voucher: .us, seen: .secondLook, path: FailureCode("second-connection"))
    let receipt = try ErasureReceipt(
      verification: look,
      effects: [
        EffectCount(dataset: "contact", approved: 1, found: 1, erased: 1),
        EffectCount(dataset: "visit", approved: 7, found: 7, erased: 0, anonymised: 7),
      ])
    #expect(
      JobText.words(for: .anonymised(receipt))
        == "7 rows anonymised, not deleted; 1 erased; seen by a second look")
  }

  @Test func `files are spoken of only where they were checked`() throws {
    let look = Verification(voucher: .us, seen: .secondLook, path: FailureCode("second-connection"))
    let effects = [EffectCount(dataset: "contact", approved: 1, found: 1, erased: 1)]
    func words(_ proof: StorageProof?) throws -> String {
      JobText.words(for: .erased(try ErasureReceipt(verification: look.with(proof), effects: effects)))
    }
    #expect(try words(nil) == "1 row; seen by a second look; removed from the database")
    #expect(try words(StorageProof(.rewritten)) == "1 row; seen by a second look; rewritten on disk")
    #expect(
      try words(StorageProof(.removed, because: FailureCode("old-snapshot")))
        == "1 row; seen by a second look; removed from the database, not rewritten on disk: old-snapshot")
  }

  @Test func `rows only taken out of use are never called erased`() throws {
    let look = Verification(voucher: .us, seen: .secondLook, path: FailureCode("by-key-and-control-read"))
    let receipt = try ErasureReceipt(
      verification: look,
      effects: [
        EffectCount(dataset: "user", approved: 1, found: 1, erased: 1),
        EffectCount(dataset: "ticket", approved: 2, found: 2, erased: 0, restricted: 2),
      ])
    #expect(
      JobText.words(for: .restricted(receipt))
        == "2 rows taken out of use, not deleted; 1 erased; seen by a second look")
    let counts = [DatasetCount(dataset: "ticket", isRoot: true, erase: 0, restricted: 2)]
    let job = try Scene.job(12, "desk", "Help desk", .own, .erase, counts: counts)
    let plan = try Scene.plan()
    let soft = ErasurePlan(
      plan: plan.plan, request: plan.request, log: plan.log, drafter: plan.drafter, at: plan.at, practice: false,
      register: plan.register, findings: plan.findings, ground: plan.ground, dueDates: plan.dueDates,
      margin: plan.margin, coverage: [], jobs: [job])
    let text = PlanText.text(PlanPage(soft, digest: ContentDigest(hashing: try CanonicalJSON.encode(soft))))
    #expect(text.contains("2 taken out of use, not deleted"))
  }

  private func look(_ path: String, _ storage: StorageProof? = nil) -> Verification {
    Verification(voucher: .us, seen: .secondLook, path: FailureCode(path), storage: storage)
  }

  @Test func `rows erased in a database are said to be removed from it, and no more`() throws {
    let effects = [EffectCount(dataset: "contact", approved: 2, found: 2, erased: 2)]
    func words(_ look: Verification) throws -> String {
      JobText.words(for: .erased(try ErasureReceipt(verification: look, effects: effects)))
    }
    let rows = "2 rows; seen by a second look"
    #expect(try words(look("second-connection")) == rows + "; removed from the database")
    #expect(try words(look("replica")) == rows + "; removed from the database")
    // A service is no database of ours.
    #expect(try words(look("service")) == rows)
    #expect(
      try words(look("second-connection", StorageProof(.removed, checks: [.fullTextOptimised, .secureDelete])))
        == rows + "; removed from the database; checked: secure_delete was on, full-text tables were optimised")
    #expect(try words(look("second-connection", StorageProof(.rewritten))) == rows + "; rewritten on disk")
  }

  @Test func `counts that nobody can be certain of are said to be so`() throws {
    let counts = [
      EffectCount(dataset: "contact", approved: 1, found: 1, erased: 1),
      EffectCount(dataset: "visit", approved: 2, found: 2, erased: 2, isUncertain: true),
    ]
    let erased = try ErasureReceipt(verification: look("second-connection"), effects: counts)
    #expect(
      JobText.words(for: .erased(erased))
        == "3 rows, counts not certain; seen by a second look; removed from the database")
    let nothing = try ErasureReceipt(
      verification: look("second-connection"),
      effects: [EffectCount(dataset: "visit", approved: 2, found: 0, erased: 0, isUncertain: true)])
    #expect(JobText.words(for: .nothingFound(nothing)) == "nothing there, counts not certain; seen by a second look")
  }
}
