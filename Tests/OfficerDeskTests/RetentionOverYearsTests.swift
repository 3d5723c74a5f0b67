import ErasureDomain
import Foundation
import Journal
import SubjectVault
import TestKit
import Testing

/// C4: rows that stay go on their day, decades later, from sealed keys alone.
@Suite struct RetentionOverYearsTests {
  private static let tables = """
    CREATE TABLE patient (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
    CREATE TABLE file (id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL, changed DATE, text TEXT, hobby TEXT);
    CREATE TABLE account (id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL, ended DATE, state TEXT);
    INSERT INTO patient VALUES (1, 'ada@example.org', 'Ada'), (2, 'bob@example.org', 'Bob');
    INSERT INTO file VALUES (1, 1, '2026-03-01', 'ada''s file', 'chess'), (2, 2, '2006-01-01', 'bob''s file', 'go'),
      (3, 1, '2005-12-31', 'ada''s old file', 'none');
    INSERT INTO account VALUES (1, 1, NULL, 'open'), (2, 2, '2001-01-01', 'closed');
    """

  private static func child(_ name: String, _ retention: Retention) -> DatasetRecord {
    DatasetRecord(
      name: name, table: name, find: [], suffices: [], yields: [], review: [],
      belongsTo: [Belonging(dataset: "patient", columns: [Belonging.Pair(child: "patient_id", parent: "id")])],
      treatment: .retain(retention))
  }

  private static func record(owner: String = "records") throws -> SystemRecord {
    SystemRecord(
      system: try #require(SystemName("clinic")), title: "Clinic", role: .own, owner: owner, subjects: [.customer],
      connector: "sqlite", settings: .object(["file": .string("shop.db")]), identifiers: [],
      datasets: [
        DatasetRecord(
          name: "patient", table: "patient", find: [IdentifiedColumn(kind: .email, column: "email")],
          suffices: [.email], yields: [], review: [], belongsTo: [],
          treatment: .reduce(keepColumns: ["id", "name"], whileKept: "file")),
        child(
          "file",
          Retention(rule: "nl-medical-20y", start: "changed", keepColumns: ["id", "patient_id", "changed", "text"])),
        child(
          "account",
          Retention(
            rule: "nl-wwft-5y", start: "ended", restrict: Restriction(column: "state", value: "restricted"))),
      ], blockers: [], copies: [], concurrency: 1)
  }

  @Test func `kept rows go on their day in 2046, through restarts, reviews and a closed request`() async throws {
    let scene = try await YearsScene(Self.record(), tables: Self.tables)
    let plan = try await scene.approve()
    let kept = plan.jobs.filter { $0.verb == .eraseKept }
    #expect(
      kept.map { "\($0.followUp?.due?.description ?? "") \($0.followUp?.rule ?? "")" } == [
        "2027-03-02 nl-wwft-5y", "2046-03-01 nl-medical-20y",
      ])
    let (review, last) = (try #require(kept.first), try #require(kept.last))
    try await nowAndClosed(scene)
    // 2027: the account is still open. The officer accepts another year.
    try scene.turn(to: "2027-03-02")
    try await scene.running { stores in
      try await scene.until("asked") { try await scene.question(review, stores) != nil }
      let question = try await scene.question(review, stores)
      #expect(try question == Question(code: .startEventOpen, found: 1, proposed: scene.day("2028-03-02")))
      try await scene.accept(review, stores)
    }
    // 2028: it was closed in the middle of 2027, so the rule names a day.
    try scene.sql("UPDATE account SET ended = '2027-06-30' WHERE id = 1")
    try scene.turn(to: "2028-03-02")
    try await scene.running { stores in
      try await scene.until("asked again") { try await scene.question(review, stores) != nil }
      let question = try await scene.question(review, stores)
      #expect(try question == Question(code: .dateNotApproved, found: 1, proposed: scene.day("2032-06-30")))
      try await scene.accept(review, stores)
    }
    try await erased(scene, review, on: "2032-06-30", rows: 1)
    #expect(try scene.texts("SELECT id FROM account ORDER BY id") == ["2"])
    #expect(try scene.texts("SELECT text FROM file WHERE patient_id = 1") == ["ada's file"])
    try await erased(scene, last, on: "2046-03-01", rows: 2)
    #expect(try scene.texts("SELECT name FROM patient") == ["Bob"])
    #expect(try scene.texts("SELECT text FROM file") == ["bob's file"])
    try await scene.running { stores in
      try await scene.until("ended") { try await scene.state(stores).state == .ended }
      #expect(try await stores.keyring.counts().sealedJobs == 0)
      try await stores.journal.verifyWholeTree()
      #expect(try await stores.journal.compareAnswersWithFold() == [])
    }
  }

  @Test func `rows go on their day also when the register has changed meanwhile, once an officer accepts it`()
    async throws
  {
    let scene = try await YearsScene(Self.record(), tables: Self.tables)
    try scene.sql("DELETE FROM account WHERE id = 1")
    let plan = try await scene.approve()
    let last = try #require(plan.jobs.last { $0.verb == .eraseKept })
    try await scene.running { stores in
      try await scene.until("concluded", minutes: true) { try await scene.state(stores).state == .concluded }
      try await scene.close(stores)
      try await scene.until("the vault is destroyed") { try await scene.state(stores).vaultDestroyed }
    }
    try await scene.describe(Self.record(owner: "archive"))
    try scene.turn(to: "2046-03-01")
    try await scene.running { stores in
      try await scene.until("asked") { try await scene.question(last, stores) != nil }
      let question = try #require(try await scene.question(last, stores))
      #expect(question == Question(code: .other, detail: .registerChanged))
      #expect(question.answers(of: .eraseKept) == [.accept, .retry, .except])
      #expect(try scene.texts("SELECT name FROM patient").count == 2)
      // Who drafted the plan does not say so himself.
      await #expect(throws: JournalFailure.self) {
        try await scene.acceptRegister(last, stores, by: scene.fixture.drafter)
      }
      try await scene.acceptRegister(last, stores, by: scene.fixture.approver)
      try await scene.until("erased") { try await scene.job(last, stores).state.isSettled }
      #expect(try await scene.job(last, stores).state.word == "erased")
      #expect(try await stores.journal.compareAnswersWithFold() == [])
    }
    #expect(try scene.texts("SELECT name FROM patient") == ["Bob"])
  }

  /// What is past its date goes now, what stays is minimised; then the person is informed and the vault emptied.
  private func nowAndClosed(_ scene: YearsScene) async throws {
    try await scene.running { stores in
      try await scene.until("concluded", minutes: true) { try await scene.state(stores).state == .concluded }
      #expect(try scene.texts("SELECT text FROM file WHERE patient_id = 1") == ["ada's file"])
      #expect(try scene.texts("SELECT hobby FROM file WHERE hobby IS NOT NULL") == ["go"])
      #expect(try scene.texts("SELECT state FROM account ORDER BY id") == ["restricted", "closed"])
      try await scene.close(stores)
      try await scene.until("the vault is destroyed") { try await scene.state(stores).vaultDestroyed }
      #expect(try await !stores.vault.contains(scene.request))
      #expect(try await stores.keyring.counts().sealedJobs == 2)
    }
  }

  /// Nothing happens on the day before; on the day the rows go, from what the keyring has.
  private func erased(_ scene: YearsScene, _ job: PlannedJob, on day: String, rows: Int) async throws {
    try scene.turn(to: day, before: true)
    try await scene.opened { stores in
      let record = try await scene.job(job, stores)
      #expect(record.claimableFrom.map { $0 > scene.clock.now() } == true, "\(record.state)")
    }
    try scene.turn(to: day)
    try await scene.running { stores in
      try await scene.until("\(day) is done") { try await scene.job(job, stores).state.isSettled }
      guard case .settled(.erased(let receipt)) = try await scene.job(job, stores).state else {
        Issue.record("not erased: \(try await scene.job(job, stores).state)")
        return
      }
      #expect(receipt.erased == rows)
      #expect(receipt.verification.seen == .secondLook)
    }
  }
}
