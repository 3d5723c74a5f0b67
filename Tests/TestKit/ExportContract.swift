import ConnectorKit
public import ErasureDomain

/// What every connector keeps that reads what a person takes along.
public enum ExportClause: String, Sendable, CaseIterable {
  case exactlyThePersonsRows = "it reads the rows of the approved records and what belongs to them, and no others"
  case valuesKeepTheirTypes = "values keep their types: numbers, NULL, empty text, bytes, what looks like a formula"
  case onlyTheColumnsOfThePackages = "only the columns of the packages that are asked for are read"
  case sharedRowsAreCounted = "rows of other people's records too are counted and not read"
  case anotherRecordAsks = "another record than the approved ones asks, and so does one that is somebody else's now"
  case leftOutStaysOut = "a record that was left out is not read"
  case nothingChanges = "it changes nothing, and reads the same twice"
}

/// The clauses over SQL that every database of ours understands.
public enum ExportContract {
  public static func check(
    _ clause: ExportClause, on system: SystemName, _ make: () async throws -> some RetentionHarness
  ) async throws {
    let run = ExportRun(harness: try await make(), system: system)
    try await run.harness.run(RetentionContract.tables)
    switch clause {
    case .exactlyThePersonsRows: try await run.exactlyThePersonsRows()
    case .valuesKeepTheirTypes: try await run.valuesKeepTheirTypes()
    case .onlyTheColumnsOfThePackages: try await run.onlyTheColumnsOfThePackages()
    case .sharedRowsAreCounted: try await run.sharedRowsAreCounted()
    case .anotherRecordAsks: try await run.anotherRecordAsks()
    case .leftOutStaysOut: try await run.leftOutStaysOut()
    case .nothingChanges: try await run.nothingChanges()
    }
  }
}

struct ExportRun<Harness: RetentionHarness>: Sendable {
  let harness: Harness
  let system: SystemName

  private static var links: Belonging {
    Belonging(dataset: "person", columns: [Belonging.Pair(child: "person_id", parent: "id")])
  }

  /// Persons with their contracts; with `direct` those go as a whole and are never listed.
  private static func datasets(_ treatment: Treatment, _ takeAlong: [String: TakeAlong] = [:]) -> [DatasetRecord] {
    [
      DatasetRecord(
        name: "person", table: "person", find: [IdentifiedColumn(kind: .email, column: "email")], suffices: [.email],
        yields: [], review: [], belongsTo: [],
        treatment: treatment == .delete ? .delete : .reduce(keepColumns: ["id"], whileKept: "contract"),
        takeAlong: takeAlong["person"]),
      DatasetRecord(
        name: "contract", table: "contract", find: [], suffices: [], yields: [], review: [], belongsTo: [links],
        treatment: treatment, takeAlong: takeAlong["contract"]),
    ]
  }

  private func connector(_ datasets: [DatasetRecord]) throws -> any Connector {
    let clock = ManualClock()
    return try harness.connector(datasets, rules: [RetentionContract.rule], clock: clock)
  }

  private func locate(_ connector: any Connector, leftOut: [RootRecord] = []) async throws -> Findings {
    try await connector.locate(ConnectorOrders.search(system, [RetentionContract.ada], leftOut: leftOut))
  }

  private func rows(
    _ connector: any Connector, _ datasets: [DatasetRecord], _ findings: Findings, leftOut: [RootRecord] = [],
    packages: [PackageKind] = [.portability, .access]
  ) async throws -> [CollectedRows] {
    guard let exporting = connector as? any Exporting else { throw RetentionBroken(description: "it is not Exporting") }
    let planned = PlannedExport(
      packages: packages,
      datasets: datasets.map {
        PlannedExport.Dataset(dataset: $0.name, rows: 1, takeAlong: $0.takeAlong ?? TakeAlong())
      })
    return try await exporting.export(
      ConnectorOrders.erasure(
        system, [RetentionContract.ada], approving: findings, verb: .export, leftOut: leftOut, export: planned))
  }

  private func equal<Value: Equatable>(_ found: Value, _ wanted: Value, _ what: String) throws {
    guard found == wanted else { throw RetentionBroken(description: "\(what): \(found), and not \(wanted)") }
  }

  private func ids(_ rows: CollectedRows?) throws -> [Int64] {
    guard let rows, let place = rows.columns.firstIndex(of: "id") else { throw RetentionBroken(description: "no ids") }
    return rows.rows.compactMap { if case .integer(let id) = $0[place] { id } else { nil } }.sorted()
  }

  func exactlyThePersonsRows() async throws {
    // As a whole, and listed one by one since some stay.
    for treatment in [Treatment.delete, .retain(Retention(rule: RetentionContract.rule.id, start: "ended"))] {
      let datasets = Self.datasets(treatment)
      let connector = try connector(datasets)
      let read = try await rows(connector, datasets, try await locate(connector))
      try equal(read.map(\.dataset), ["person", "contract"], "datasets")
      try equal(try ids(read.first), [1], "persons")
      try equal(try ids(read.last), [1, 2, 3], "contracts of \(treatment)")
      try equal(read.map(\.shared), [0, 0], "shared rows")
    }
  }

  func valuesKeepTheirTypes() async throws {
    try await harness.run(
      "UPDATE contract SET note = '', state = '=1+1', amount = NULL WHERE id = 1; "
        + "UPDATE contract SET note = 'é \"quoted\", line\nbreak', amount = -7 WHERE id = 2;")
    let datasets = Self.datasets(.delete)
    let connector = try connector(datasets)
    let read = try await rows(connector, datasets, try await locate(connector))
    guard let contracts = read.last, let first = contracts.rows.first(where: { $0.first == .integer(1) }),
      let second = contracts.rows.first(where: { $0.first == .integer(2) })
    else { throw RetentionBroken(description: "the contracts are not there") }
    try equal(contracts.columns, ["id", "person_id", "ended", "amount", "note", "state"], "columns")
    try equal(
      first, [.integer(1), .integer(1), .text("2023-01-01"), .null, .text(""), .text("=1+1")], "the first contract")
    try equal(
      second,
      [.integer(2), .integer(1), .text("2025-06-01"), .integer(-7), .text("é \"quoted\", line\nbreak"), .text("open")],
      "the second")
  }

  func onlyTheColumnsOfThePackages() async throws {
    let takeAlong = [
      "person": TakeAlong(portability: ["email", "NAME"], withheld: ["Town"]),
      "contract": TakeAlong(portability: ["amount"], thirdParty: ["note"]),
    ]
    let datasets = Self.datasets(.delete, takeAlong)
    let connector = try connector(datasets)
    let findings = try await locate(connector)
    try equal(findings.obstacles, [], "obstacles")
    let access = try await rows(connector, datasets, findings)
    try equal(access.first?.columns, ["id", "email", "name"], "columns of access")
    let portability = try await rows(connector, datasets, findings, packages: [.portability])
    try equal(portability.map(\.columns), [["email", "name"], ["amount"]], "columns of portability")
    let wrong = Self.datasets(.delete, ["person": TakeAlong(portability: ["nothing_like_it"])])
    let found = try await locate(try self.connector(wrong))
    try equal(found.obstacles.map(\.code.rawValue), ["missing-column"], "obstacles of a column that is not there")
  }

  func sharedRowsAreCounted() async throws {
    try await harness.run(
      """
      CREATE TABLE message (id INTEGER PRIMARY KEY, sender INTEGER, receiver INTEGER);
      INSERT INTO message VALUES (1, 1, 2), (2, 1, NULL), (3, 2, 1), (4, 1, 1), (5, 2, NULL);
      """)
    let datasets = RetentionContract.shared("message", by: [("sender", "id"), ("receiver", "id")])
    let connector = try connector(datasets)
    let read = try await rows(connector, datasets, try await locate(connector))
    try equal(try ids(read.last), [2, 4], "messages of nobody else")
    try equal(read.last?.shared, 2, "messages with somebody else")
  }

  func anotherRecordAsks() async throws {
    let datasets = Self.datasets(.delete)
    let connector = try connector(datasets)
    let findings = try await locate(connector)
    try await harness.run("INSERT INTO person VALUES (9, 'ada@example.org', 'Other', 'Ede')")
    try await asks(connector, datasets, findings)
    try await harness.run("DELETE FROM person WHERE id = 9")
    _ = try await rows(connector, datasets, findings)
    // The key is somebody else's now.
    try await harness.run("UPDATE person SET email = 'new@example.org', name = 'New' WHERE id = 1")
    try await asks(connector, datasets, findings)
  }

  private func asks(_ connector: any Connector, _ datasets: [DatasetRecord], _ findings: Findings) async throws {
    do {
      let read = try await rows(connector, datasets, findings)
      throw RetentionBroken(description: "it read \(read.map(\.rows.count)) rows and did not ask")
    } catch ConnectorFailure.needsOfficer(let question) {
      try equal(question.code, .moreThanApproved, "the question")
    }
  }

  func leftOutStaysOut() async throws {
    try await harness.run("INSERT INTO person VALUES (9, 'ada@example.org', 'Other', 'Ede')")
    try await harness.run("INSERT INTO contract VALUES (9, 9, '2025-01-01', 1, 'of the other', 'open')")
    let datasets = Self.datasets(.delete)
    let connector = try connector(datasets)
    let all = try await locate(connector)
    let leftOut = all.roots.filter { $0.key.first?.value == "9" }
    try equal(leftOut.count, 1, "the other record")
    let findings = try await locate(connector, leftOut: leftOut)
    let read = try await rows(connector, datasets, findings, leftOut: leftOut)
    try equal(try read.map { try ids($0) }, [[1], [1, 2, 3]], "rows")
  }

  func nothingChanges() async throws {
    let datasets = Self.datasets(.delete)
    let connector = try connector(datasets)
    let findings = try await locate(connector)
    let before = try await harness.rows("SELECT * FROM contract ORDER BY id")
    let once = try await rows(connector, datasets, findings)
    try equal(try await rows(connector, datasets, findings), once, "the second reading")
    try equal(try await harness.rows("SELECT * FROM contract ORDER BY id"), before, "the table")
  }
}
