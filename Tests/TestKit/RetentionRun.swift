import ConnectorKit
import ErasureDomain

/// One clause on one database.
struct RetentionRun<Harness: RetentionHarness>: Sendable {
  let harness: Harness
  let system: SystemName
  let clock = ManualClock()
  let recorder = ConnectorRecorder()

  func require(_ holds: Bool, _ what: String) throws {
    if !holds { throw RetentionBroken(description: what) }
  }

  func equal<Value: Equatable>(_ left: Value, _ right: Value, _ what: String) throws {
    try require(left == right, "\(what): \(left) instead of \(right)")
  }

  func day(_ text: String) throws -> CivilDate {
    guard let day = CivilDate(text) else { throw RetentionBroken(description: "\(text) is no day") }
    return day
  }

  func kept(_ until: String, conditional: Bool? = nil, count: Int = 1) throws -> KeptCount {
    KeptCount(rule: RetentionContract.rule.id, until: try day(until), count: count, conditional: conditional)
  }

  func connector(_ datasets: [DatasetRecord]) throws -> any Connector {
    try harness.connector(datasets, rules: [RetentionContract.rule], clock: clock)
  }

  func locate(_ connector: any Connector) async throws -> Findings {
    try await connector.locate(ConnectorOrders.search(system, [RetentionContract.ada]))
  }

  func order(_ findings: Findings, prepared: PreparedEffect? = nil) -> ErasureOrder {
    ConnectorOrders.erasure(system, [RetentionContract.ada], approving: findings, prepared: prepared)
  }

  /// A follow-up's order: sealed keys, and nothing else of the person.
  func followUp(_ kept: KeptRows, approved: Int) -> ErasureOrder {
    let counts = [DatasetCount(dataset: "contract", isRoot: false, erase: approved)]
    return ConnectorOrders.erasure(
      system, [], approving: Findings(counts: counts), verb: .eraseKept, kept: kept)
  }

  func effects(_ connector: any Connector, _ order: ErasureOrder) async throws -> [EffectCount] {
    guard case .completed(let effects) = try await connector.erase(order, before: recorder) else {
      throw RetentionBroken(description: "the erasure did not complete")
    }
    return effects
  }

  func question(_ connector: any Connector, _ order: ErasureOrder) async throws -> Question {
    do {
      _ = try await connector.erase(order, before: recorder)
    } catch {
      if case .needsOfficer(let question) = error { return question }
      throw RetentionBroken(description: "\(error) instead of a question")
    }
    throw RetentionBroken(description: "it erased without asking")
  }

  func contracts() async throws -> [[String?]] {
    try await harness.rows("SELECT id, person_id, ended, amount, note, state FROM contract ORDER BY id")
  }

  func visits() async throws -> [[String?]] {
    try await harness.rows("SELECT email, year, age_group, remark FROM visit ORDER BY year, age_group, email")
  }

  /// The erasure of today; gives what was sealed for later.
  @discardableResult
  func erase(_ connector: any Connector) async throws -> [KeptRows] {
    _ = try await effects(connector, order(try await locate(connector)))
    return recorder.effects.last?.kept ?? []
  }

  /// As at Taxa 4x35: the name had gone, and the telephone number stayed as the key.
  func anIdentifierThatSurvivesIsAnObstacle() async throws {
    try await harness.run(
      """
      ALTER TABLE visit ADD COLUMN extra TEXT;
      ALTER TABLE visit ADD COLUMN caller BIGINT;
      """)
    let values: [(String, String, String?)] = [
      ("extra", "'0612345678'", "telephone"), ("extra", "'+31 6-12 34 56 78'", "telephone"),
      ("caller", "31612345678", "telephone"), ("extra", "'ask ADA@Example.org'", "identifier of the person"),
      ("extra", "'bob@example.com'", "e-mail address"), ("extra", "'0b:d3:4f:00:17:9a'", "device"),
      ("extra", "'192.0.2.17'", "device"), ("extra", "'6f9619ff-8b86-d011-b42d-00c04fc964ff'", "device"),
      ("extra", "'d41d8cd98f00b204e9800998ecf8427e'", "device"),
      ("extra", "'Wants to be called back after her holiday'", "free text"), ("extra", "'2024-05-31'", nil),
      ("extra", "'2024-05-31 10:00:00'", nil), ("extra", "'Delft North'", nil), ("caller", "20240531", nil),
      ("extra", "'1234.50'", nil), ("extra", "NULL", nil), ("extra", "'decade of the face'", nil),
    ]
    for (column, value, says) in values {
      try await harness.run("UPDATE visit SET extra = NULL, caller = NULL; UPDATE visit SET \(column) = \(value)")
      let findings = try await locate(try connector(RetentionContract.anonymise(["year", column], group: 3)))
      try equal(
        findings.obstacles.map(\.code.rawValue), says == nil ? [] : ["identifier-survives"], "obstacles for \(value)")
      guard let says else { continue }
      let message = findings.obstacles[0].message
      try require(message.contains(says) && message.contains("\"\(column)\" of 2 row(s)"), "\(value): \(message)")
      try require(!message.contains("12345678") && !message.lowercased().contains("ada@"), "the message holds a value")
    }
  }

  // MARK: Finding

  func columnsAreComparedAsTheRegisterSays() async throws {
    try await harness.run(
      """
      CREATE TABLE account (id INTEGER PRIMARY KEY, login TEXT);
      CREATE TABLE elsewhere (login TEXT);
      INSERT INTO account VALUES (1, 'ren\u{E9}e-17'), (2, ' REN\u{C9}E-17'), (3, 'rene\u{301}e-17'), (4, 'renee-17'),
        (5, 'xren\u{E9}e-17');
      INSERT INTO elsewhere VALUES ('REN\u{C9}E-17'), ('ren\u{E9}e-18');
      """)
    let kind = IdentifierKind(rawValue: "login")
    func seen(_ compare: ColumnComparison?, _ value: String) async throws -> ([String], SweepFindings?) {
      let connector = try connector([
        DatasetRecord(
          name: "account", table: "account",
          find: [IdentifiedColumn(kind: kind, column: "login", compare: compare)], suffices: [kind], yields: [],
          review: [], belongsTo: [], treatment: .delete)
      ])
      let identifiers = [SubjectIdentifier(kind: kind, value: value)]
      let roots = try await connector.locate(ConnectorOrders.search(system, identifiers)).roots
      let sweep = try await (connector as? any Sweeping)?.sweep(
        SweepOrder(
          system: system, identifiers: identifiers, roots: [], deadline: .distantFuture, rowsPerSecond: 20_000)
      ) { _ in }
      return (roots.compactMap { $0.key.first?.value }, sweep)
    }
    for (spelling, exactly) in [("ren\u{E9}e-17", "1"), ("REN\u{C9}E-17", ""), ("rene\u{301}e-17", "3")] {
      let (folded, sweep) = try await seen(.folded, spelling)
      try equal(folded, ["1", "2", "3"], "folded, of \(spelling)")
      try equal(sweep?.hits.first { $0.table.hasSuffix("elsewhere") }?.exact, 1, "what the sweep sees")
      try equal(sweep?.hits.first { $0.table.hasSuffix("account") }?.uncovered, 0, "rows of the dataset")
      for compare in [ColumnComparison.exact, nil] {
        try equal(try await seen(compare, spelling).0, exactly.isEmpty ? [] : [exactly], "exact, of \(spelling)")
      }
    }
  }

  // MARK: Rows of several people

  func aRowOfTwoPeopleStays() async throws {
    try await harness.run(
      """
      CREATE TABLE message (id INTEGER PRIMARY KEY, sender INTEGER, receiver INTEGER);
      INSERT INTO message VALUES (1, 1, 2), (2, 1, NULL), (3, 2, 1), (4, 1, 1), (5, 2, NULL);
      """)
    let connector = try connector(RetentionContract.shared("message", by: [("sender", "id"), ("receiver", "id")]))
    let findings = try await locate(connector)
    try equal(findings.counts.map(\.erase), [1, 2], "what goes")
    try require(
      findings.sideEffects.contains { $0.hasPrefix("2 row(s) of \"message\" stay") },
      "the plan does not say what stays: \(findings.sideEffects)")
    try equal(try await effects(connector, order(findings)).map(\.erased), [1, 2], "rows erased")
    try equal(
      try await harness.rows("SELECT id, sender, receiver FROM message ORDER BY id"),
      [["1", "1", "2"], ["3", "2", "1"], ["5", "2", nil]], "messages with somebody else")
  }

  func aRecordOfTwoOwnersStays() async throws {
    try await harness.run(
      """
      CREATE TABLE address (id INTEGER PRIMARY KEY, street TEXT);
      INSERT INTO address VALUES (1, 'shared'), (2, 'of ada alone'), (3, 'of nobody');
      ALTER TABLE person ADD COLUMN address_id INTEGER REFERENCES address(id);
      INSERT INTO person (id, email, address_id) VALUES (3, 'ada@example.org', 2);
      UPDATE person SET address_id = 1 WHERE id < 3;
      """)
    let connector = try connector(RetentionContract.shared("address", by: [("id", "address_id")]))
    let findings = try await locate(connector)
    try equal(findings.obstacles, [], "obstacles")
    try equal(findings.counts.map(\.erase), [2, 1], "what goes")
    _ = try await effects(connector, order(findings))
    try equal(try await harness.rows("SELECT id FROM address ORDER BY id"), [["1"], ["3"]], "addresses")
    let bob = [SubjectIdentifier(kind: .email, value: "bob@example.org")]
    let left = try await connector.locate(ConnectorOrders.search(system, bob))
    _ = try await effects(connector, ConnectorOrders.erasure(system, bob, approving: left))
    try equal(try await harness.rows("SELECT id FROM address ORDER BY id"), [["3"]], "addresses of nobody")
  }

  // MARK: Kept rows

  func eachRowHasItsOwnDay() async throws {
    let connector = try connector(RetentionContract.retain(keep: nil, restrict: nil))
    let findings = try await locate(connector)
    try equal(
      findings.counts,
      [
        DatasetCount(dataset: "person", isRoot: true, erase: 0, reduce: 1),
        DatasetCount(
          dataset: "contract", isRoot: false, erase: 1,
          kept: [try kept("2027-03-02", conditional: true), try kept("2027-06-01")]),
      ], "what was found")
    _ = try await effects(connector, order(findings))
    try equal(
      try await contracts(),
      [
        ["2", "1", "2025-06-01", "20", "kept", "open"], ["3", "1", nil, "30", "runs", "open"],
        ["4", "2", "2025-06-01", "40", "other", "open"],
      ], "past its date is gone, the others are whole")
    try require(try await connector.verify(order(findings)).isClean, "the look is not clean")
  }

  func keptRowsAreMinimised() async throws {
    let connector = try connector(RetentionContract.minimising)
    let findings = try await locate(connector)
    try equal(findings.counts.last?.minimised, 2, "rows to minimise")
    let done = try await effects(connector, order(findings))
    try equal(done.last?.minimised, 2, "rows minimised")
    try equal(done.last?.erased, 1, "rows erased")
    let after: [[String?]] = [
      ["2", "1", "2025-06-01", "20", nil, "restricted"], ["3", "1", nil, "30", nil, "restricted"],
      ["4", "2", "2025-06-01", "40", "other", "open"],
    ]
    try equal(try await contracts(), after, "what the ground needs stays, of one person")
    try require(try await connector.verify(order(findings)).isClean, "the look is not clean")
    // A second erasure, as after a lost answer, is harmless and answers with what was prepared.
    let again = try await effects(connector, order(findings, prepared: recorder.effects.last))
    try equal(again, done, "the second answer")
    try equal(try await contracts(), after, "after the second erasure")
  }

  func rowsKeptWithOthersAreMinimisedToo() async throws {
    try await harness.run(
      """
      CREATE TABLE line (id INTEGER PRIMARY KEY, contract_id INTEGER, what TEXT, remark TEXT, state TEXT);
      INSERT INTO line VALUES (1, 1, 'past', 'a', 'open'), (2, 2, 'kept', 'b', 'open'), (3, 3, 'runs', 'c', 'open'),
        (4, 4, 'other', 'd', 'open');
      """)
    let line = DatasetRecord(
      name: "line", table: "line", find: [], suffices: [], yields: [], review: [],
      belongsTo: [Belonging(dataset: "contract", columns: [Belonging.Pair(child: "contract_id", parent: "id")])],
      treatment: .retainWith(
        dataset: "contract", keepColumns: ["id", "contract_id", "what"],
        restrict: Restriction(column: "state", value: "restricted")))
    let connector = try connector(RetentionContract.minimising + [line])
    let findings = try await locate(connector)
    try equal(findings.counts.last?.minimised, 2, "rows to minimise")
    let done = try await effects(connector, order(findings))
    try equal(done.last.map { [$0.erased, $0.minimised ?? 0] }, [1, 2], "rows erased and minimised")
    try equal(
      try await harness.rows("SELECT id, contract_id, what, remark, state FROM line ORDER BY id"),
      [
        ["2", "2", "kept", nil, "restricted"], ["3", "3", "runs", nil, "restricted"],
        ["4", "4", "other", "d", "open"],
      ], "what stays, of one person")
    try require(try await connector.verify(order(findings)).isClean, "the look is not clean")
    guard let sealed = recorder.effects.last?.kept.first(where: { !$0.isConditional }) else {
      throw RetentionBroken(description: "nothing was sealed for the day")
    }
    clock.set(to: sealed.until.utcMidnight)
    _ = try await effects(connector, followUp(sealed, approved: 3))
    try equal(try await harness.rows("SELECT id FROM line ORDER BY id"), [["3"], ["4"]], "lines after the day")
  }

  func aRowThatIsNotMinimisedIsSeen() async throws {
    let connector = try connector(RetentionContract.minimising)
    let order = order(try await locate(connector))
    let before = try await connector.verify(order)
    try equal(before.remaining.last?.minimised, 2, "seen before the erasure")
    _ = try await effects(connector, order)
    try await harness.run("UPDATE contract SET state = 'open' WHERE id = 2")
    let after = try await connector.verify(order)
    try equal(after.remaining.map(\.minimised), [1], "seen after the mark was taken away")
    try require(!after.isClean, "the look is clean")
  }

  func moreRowsToMinimiseAsk() async throws {
    let connector = try connector(RetentionContract.minimising)
    let order = order(try await locate(connector))
    let more = (100..<106).map { "(\($0), 1, '2025-06-01', 1, 'new', 'open')" }.joined(separator: ", ")
    try await harness.run("INSERT INTO contract VALUES \(more)")
    let before = try await contracts()
    let question = try await question(connector, order)
    try equal(question.code, .moreThanApproved, "what is asked")
    try equal(try await contracts(), before, "nothing is touched")
  }

  func anOpenStartIsConditional() async throws {
    let connector = try connector(RetentionContract.minimising)
    let findings = try await locate(connector)
    // The approval takes some days: the review stays on the day that was approved.
    clock.advance(days: 5)
    _ = try await effects(connector, order(findings))
    let sealed = recorder.effects.last?.kept ?? []
    try equal(
      sealed.map(\.group), [try kept("2027-03-02", conditional: true, count: 0), try kept("2027-06-01", count: 0)],
      "days of what is sealed")
    try require(sealed.allSatisfy { $0.roots.map(\.dataset) == ["person"] }, "the keys are those of the record")
    try equal(
      try await connector.verify(order(findings)).kept,
      [try kept("2027-03-02", conditional: true), try kept("2027-06-01")], "what the look sees kept")
  }

  func anUnreadableStartIsAnObstacle() async throws {
    try await harness.run(
      "CREATE TABLE deal (id INTEGER PRIMARY KEY, person_id INTEGER, ended TEXT); INSERT INTO deal VALUES (1, 1, 'soon')"
    )
    var datasets = RetentionContract.retain(keep: nil, restrict: nil)
    datasets.append(
      DatasetRecord(
        name: "deal", table: "deal", find: [], suffices: [], yields: [], review: [],
        belongsTo: [Belonging(dataset: "person", columns: [Belonging.Pair(child: "person_id", parent: "id")])],
        treatment: .retain(Retention(rule: RetentionContract.rule.id, start: "ended"))))
    let findings = try await locate(try connector(datasets))
    try equal(findings.obstacles.map(\.code.rawValue), ["start-unreadable"], "obstacles")
  }

  // MARK: Reviews

  func aReviewErasesWhatIsPast() async throws {
    let connector = try connector(RetentionContract.minimising)
    guard let open = try await erase(connector).first(where: \.isConditional) else {
      throw RetentionBroken(description: "nothing was sealed for the review")
    }
    // The contract has ended meanwhile, and two years are over.
    try await harness.run("UPDATE contract SET ended = '2025-03-02' WHERE id = 3")
    clock.set(to: clock.start(of: open.until))
    let order = followUp(open, approved: 1)
    try equal(try await effects(connector, order).last?.erased, 1, "rows erased by the review")
    try equal(try await contracts().map(\.first), ["2", "4"], "contracts that are left")
    let look = try await connector.verify(order)
    try require(look.isClean, "the look is not clean")
    try equal(look.kept, [try kept("2027-06-01")], "what stays for its own day")
    try equal(try await harness.rows("SELECT email FROM person ORDER BY id"), [[nil], ["bob@example.org"]], "people")
    // On the last day the rest goes, and the record with it.
    guard let dated = recorder.effects.first?.kept.first(where: { !$0.isConditional }) else {
      throw RetentionBroken(description: "nothing was sealed for the day")
    }
    clock.set(to: clock.start(of: dated.until))
    _ = try await effects(connector, followUp(dated, approved: 1))
    try equal(try await contracts().map(\.first), ["4"], "contracts at the end")
    try equal(try await harness.rows("SELECT id FROM person"), [["2"]], "people at the end")
  }

  func aReviewTellsWhatIsLeft() async throws {
    let connector = try connector(RetentionContract.minimising)
    guard let open = try await erase(connector).first(where: \.isConditional) else {
      throw RetentionBroken(description: "nothing was sealed for the review")
    }
    clock.set(to: clock.start(of: open.until))
    let order = followUp(open, approved: 1)
    let before = try await contracts()
    try equal(try await effects(connector, order).last?.erased, 0, "rows erased while the contract runs")
    try equal(
      try await connector.verify(order).kept, [try kept("2027-06-01"), try kept("2028-03-02", conditional: true)],
      "kept while the contract runs")
    try await harness.run("UPDATE contract SET ended = '2026-12-31' WHERE id = 3")
    _ = try await effects(connector, order)
    try equal(
      try await connector.verify(order).kept, [try kept("2027-06-01"), try kept("2028-12-31")],
      "kept once the end is known")
    try equal(try await contracts().count, before.count, "contracts")
  }
}
