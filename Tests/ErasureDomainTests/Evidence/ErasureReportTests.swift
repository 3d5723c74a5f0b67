import ErasureDomain
import Testing

@Suite struct ErasureReportTests {
  private func text(_ samples: ReportSamples, format: Int = ErasureReport.format) throws -> String {
    try ErasureReport.text(request: samples.request, plan: samples.plan, entries: samples.entries, format: format)
  }

  private func conditions(linkability: Bool = false) throws -> Anonymisation {
    let day = try #require(CivilDate("2026-02-01"))
    let said = RegisterStatement(saidBy: "it-operations", on: day)
    return Anonymisation(
      keepColumns: ["year", "age_group"], groupSize: 20, noKeySurvives: said, logsIncluded: said,
      methodApproved: RegisterStatement(saidBy: "privacy-officer", on: day),
      linkability: linkability ? RegisterStatement(saidBy: "data-analysis", on: day) : nil)
  }

  /// The file was written by the program that knew form 1 only.
  @Test func `form 1 is made to the byte as it was before form 2`() throws {
    try Golden.compare(text(ReportSamples(), format: 1), with: "report-1.txt")
  }

  @Test func `form 2 names the ground of each follow-up`() throws {
    let samples = try ReportSamples(job: { job in
      guard let follow = job.followUp else { return job }
      return job.with(
        followUp: FollowUp(
          of: follow.of, rule: follow.rule, citation: follow.citation, due: follow.due, dueAt: follow.dueAt,
          ground: .legalObligation, movesTo: SystemName("archive")))
    })
    #expect(
      try text(samples).contains(
        "erase-kept, due 2031-01-01 (art. 52(4) AWR; Art. 17(3)(b) GDPR), rows move to archive: erased"))
  }

  @Test func `the register in force is named, and what changed since the plan was approved`() throws {
    let samples = try ReportSamples()
    func text(_ register: RegisterSince?) throws -> String {
      try ErasureReport.text(
        request: samples.request, plan: samples.plan, entries: samples.entries, register: register)
    }
    #expect(try !text(nil).contains("Register in force"))
    let old = samples.plan.register
    #expect(
      try text(RegisterSince(inForce: old, times: 0, systems: [])).contains(
        "\nRegister in force at this report: that of the plan, unchanged since the plan was approved\n"))
    let new = ContentDigest(bytes: [UInt8](repeating: 9, count: 32))
    let crm = try #require(SystemName("crm"))
    #expect(
      try text(RegisterSince(inForce: new, times: 2, systems: [crm])).contains(
        "\nRegister in force at this report: \(new), changed 2 times since the plan was approved: crm\n"))
    #expect(
      try text(RegisterSince(inForce: new, times: 1, systems: [])).contains(
        "\(new), changed once since the plan was approved\n"))
  }

  @Test(arguments: [false, true])
  func `rows that were anonymised are said to be anonymised, not deleted, with who vouched for what`(
    _ linkability: Bool
  ) throws {
    let conditions = try conditions(linkability: linkability)
    let samples = try ReportSamples(
      job: { job in job.followUp == nil ? job.with(anonymise: ["visit": conditions]) : job },
      effects: { $0 + [EffectCount(dataset: "visit", approved: 4, found: 4, erased: 0, anonymised: 4)] },
      outcome: { .anonymised($0) })
    let report = try text(samples)
    #expect(report.contains("- shop (own) erase: anonymised at"))
    #expect(report.contains("    visit: approved 4, found 4, erased 0, anonymised 4 (not deleted)\n"))
    #expect(
      report.contains(
        """
        Anonymised, not deleted
        - shop: 4 rows; the person is told: anonymised, not deleted
            visit: stays year, age_group, alike in groups of at least 20
            no key survives: it-operations on 2026-02-01; logs included: it-operations on 2026-02-01
            method approved: privacy-officer on 2026-02-01

        """ + (linkability ? "    tested for links: data-analysis on 2026-02-01\n" : "")))
    // Evidence of before the test was asked for gets the report it had.
    #expect(report.contains("tested for links") == linkability)
    #expect(try !text(samples, format: 1).contains("not deleted"))
  }

  @Test(arguments: [
    (StorageProof(.rewritten), "    rewritten on disk\n"),
    (
      StorageProof(.removed, checks: [.logEmptied, .secureDelete]),
      "    removed from the database; checked: secure_delete was on, the write-ahead log was emptied\n"
    ),
    (StorageProof(.goneFromLogs), "    rewritten on disk and gone from the write-ahead log\n"),
    (
      StorageProof(.removed, because: FailureCode("lock-timeout")),
      "    removed from the database, not rewritten on disk: lock-timeout\n"
    ),
    (
      StorageProof(.rewritten, because: FailureCode("log-is-archived")),
      "    rewritten on disk, the write-ahead log may hold it: log-is-archived\n"
    ),
  ])
  func `what was checked of files is said from form 3 on`(_ proof: StorageProof, _ words: String) throws {
    let samples = try ReportSamples(outcome: { receipt in
      let seen = receipt.verification.with(proof)
      return (try? ErasureReceipt(verification: seen, effects: receipt.effects)).map { .erased($0) } ?? .erased(receipt)
    })
    #expect(try text(samples).contains("    seen by second-connection\n" + words))
    #expect(try text(samples, format: 2) == text(ReportSamples(), format: 2))
    // Where nothing was checked nothing is said.
    #expect(try text(ReportSamples()) == text(ReportSamples(), format: 2))
  }

  @Test func `kept rows with an open start event and minimised ones are told apart`() throws {
    let review = try #require(CivilDate("2027-03-02"))
    let samples = try ReportSamples(
      job: { job in
        guard let follow = job.followUp else { return job }
        return job.with(
          followUp: FollowUp(
            of: follow.of, rule: "nl-wwft-5y", citation: nil, due: review, dueAt: review.utcMidnight, conditional: true)
        )
      },
      effects: { effects in
        let open = KeptCount(rule: "nl-wwft-5y", until: review, count: 2, conditional: true)
        return effects + [
          EffectCount(dataset: "contract", approved: 0, found: 0, erased: 0, kept: [open], minimised: 2)
        ]
      })
    let report = try text(samples)
    #expect(
      report.contains(
        "contract: approved 0, found 0, erased 0, kept 2 with an open start event, reviewed 2027-03-02 (nl-wwft-5y), "
          + "of these minimised 2"))
    #expect(report.contains("erase-kept, start event open, reviewed 2027-03-02: erased"))
  }
}

extension PlannedJob {
  /// The same job with another follow-up or other conditions.
  func with(followUp: FollowUp? = nil, anonymise: [String: Anonymisation]? = nil) -> PlannedJob {
    PlannedJob(
      job: job, system: system, title: title, role: role, connector: connector, verb: verb, counts: counts,
      identifiers: identifiers, dependsOn: dependsOn, deadline: deadline, leftOut: leftOut,
      followUp: followUp ?? self.followUp, concurrency: concurrency, record: record, anonymise: anonymise)
  }
}
