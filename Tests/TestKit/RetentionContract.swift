public import ErasureDomain

/// The retention clauses, the same for every database.
public enum RetentionContract {
  static let ada = SubjectIdentifier(kind: .email, value: "ada@example.org")
  /// The day on which the clock of every clause stands.
  static let today = "2026-03-02"

  static let rule = RetentionRule(
    id: "nl-test-2y", country: "NL", period: .years(2), start: .eventDay, citation: "art. 1", validFrom: .first,
    reviewer: "a test", ground: .legalObligation)

  static let tables = """
    CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT, name TEXT, town TEXT);
    CREATE TABLE contract (
      id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL, ended DATE, amount INTEGER, note TEXT, state TEXT);
    CREATE TABLE visit (id INTEGER PRIMARY KEY, email TEXT, year INTEGER, age_group TEXT, remark TEXT NOT NULL);
    INSERT INTO person VALUES (1, 'ada@example.org', 'Ada', 'Delft'), (2, 'bob@example.org', 'Bob', 'Ede');
    INSERT INTO contract VALUES (1, 1, '2023-01-01', 10, 'past', 'open'), (2, 1, '2025-06-01', 20, 'kept', 'open'),
      (3, 1, NULL, 30, 'runs', 'open'), (4, 2, '2025-06-01', 40, 'other', 'open');
    INSERT INTO visit VALUES (1, 'ada@example.org', 2024, '30-39', 'left-handed'),
      (2, 'ada@example.org', 2024, '30-39', 'again'), (3, 'bob@example.org', 2024, '30-39', 'b'),
      (4, 'cem@example.org', 2024, '30-39', 'c'), (5, 'dee@example.org', 2025, '80-89', 'd');
    """

  static func retain(keep: [String]?, restrict: Restriction?) -> [DatasetRecord] {
    [
      DatasetRecord(
        name: "person", table: "person", find: [IdentifiedColumn(kind: .email, column: "email")], suffices: [.email],
        yields: [], review: ["name"], belongsTo: [], treatment: .reduce(keepColumns: ["id"], whileKept: "contract")),
      DatasetRecord(
        name: "contract", table: "contract", find: [], suffices: [], yields: [], review: [],
        belongsTo: [Belonging(dataset: "person", columns: [Belonging.Pair(child: "person_id", parent: "id")])],
        treatment: .retain(Retention(rule: rule.id, start: "ended", keepColumns: keep, restrict: restrict))),
    ]
  }

  static let minimising = retain(
    keep: ["id", "person_id", "ended", "amount"], restrict: Restriction(column: "state", value: "restricted"))

  static func anonymise(_ keep: [String], group: Int) -> [DatasetRecord] {
    let said = RegisterStatement(saidBy: "it-operations", on: .first)
    return [
      DatasetRecord(
        name: "visit", table: "visit", find: [IdentifiedColumn(kind: .email, column: "email")], suffices: [.email],
        yields: [], review: [], belongsTo: [],
        treatment: .anonymise(
          Anonymisation(
            keepColumns: keep, groupSize: group, noKeySurvives: said, logsIncluded: said,
            methodApproved: RegisterStatement(saidBy: "privacy-officer", on: .first))))
    ]
  }

  /// Persons, and rows of another table that belong to them by pairs of columns (its own, that of the person).
  static func shared(_ name: String, by pairs: [(String, String)]) -> [DatasetRecord] {
    [
      DatasetRecord(
        name: "person", table: "person", find: [IdentifiedColumn(kind: .email, column: "email")], suffices: [.email],
        yields: [], review: [], belongsTo: [], treatment: .delete),
      DatasetRecord(
        name: name, table: name, find: [], suffices: [], yields: [], review: [],
        belongsTo: pairs.map {
          Belonging(dataset: "person", columns: [Belonging.Pair(child: $0.0, parent: $0.1)])
        }, treatment: .delete),
    ]
  }

  /// Makes a world with `make` and holds the clause against it.
  public static func check(
    _ clause: RetentionClause, on system: SystemName, _ make: () async throws -> some RetentionHarness
  ) async throws {
    let run = RetentionRun(harness: try await make(), system: system)
    try await run.harness.run(tables)
    switch clause {
    case .eachRowHasItsOwnDay: try await run.eachRowHasItsOwnDay()
    case .keptRowsAreMinimised: try await run.keptRowsAreMinimised()
    case .rowsKeptWithOthersAreMinimisedToo: try await run.rowsKeptWithOthersAreMinimisedToo()
    case .aRowThatIsNotMinimisedIsSeen: try await run.aRowThatIsNotMinimisedIsSeen()
    case .moreRowsToMinimiseAsk: try await run.moreRowsToMinimiseAsk()
    case .anOpenStartIsConditional: try await run.anOpenStartIsConditional()
    case .anUnreadableStartIsAnObstacle: try await run.anUnreadableStartIsAnObstacle()
    case .aReviewErasesWhatIsPast: try await run.aReviewErasesWhatIsPast()
    case .aReviewTellsWhatIsLeft: try await run.aReviewTellsWhatIsLeft()
    case .anonymisedRowsStayWithoutThePerson: try await run.anonymisedRowsStayWithoutThePerson()
    case .aSmallGroupIsAnObstacle: try await run.aSmallGroupIsAnObstacle()
    case .anIdentifierThatSurvivesIsAnObstacle: try await run.anIdentifierThatSurvivesIsAnObstacle()
    case .aGroupThatShrankAsks: try await run.aGroupThatShrankAsks()
    case .columnsAreComparedAsTheRegisterSays: try await run.columnsAreComparedAsTheRegisterSays()
    case .aRowOfTwoPeopleStays: try await run.aRowOfTwoPeopleStays()
    case .aRecordOfTwoOwnersStays: try await run.aRecordOfTwoOwnersStays()
    case .aKeyThatStaysIsAnObstacle: try await run.aKeyThatStaysIsAnObstacle()
    }
  }
}
