import ConnectorKit
import ErasureDomain

// Anonymised rows are no erased rows.
extension RetentionRun {
  func anonymisedRowsStayWithoutThePerson() async throws {
    let connector = try connector(RetentionContract.anonymise(["year", "age_group"], group: 3))
    let findings = try await locate(connector)
    try equal(findings.obstacles, [], "obstacles")
    try equal(findings.counts, [DatasetCount(dataset: "visit", isRoot: true, erase: 0, anonymised: 2)], "found")
    let done = try await effects(connector, order(findings))
    try equal(done.map(\.anonymised), [2], "rows anonymised")
    try equal(done.map(\.erased), [0], "rows erased")
    let rows = try await harness.rows("SELECT year, age_group FROM visit ORDER BY year")
    try equal(rows, Array(repeating: ["2024", "30-39"], count: 4) + [["2025", "80-89"]], "what stays")
    let others = try await harness.rows("SELECT id, email, remark FROM visit WHERE email IS NOT NULL ORDER BY id")
    try equal(
      others, [["3", "bob@example.org", "b"], ["4", "cem@example.org", "c"], ["5", "dee@example.org", "d"]], "others")
    let left = try await harness.rows(
      "SELECT id FROM visit WHERE id IN (1, 2) OR remark IN ('left-handed', 'again')")
    try equal(left, [], "keys and words of the person")
    try require(try await connector.verify(order(findings)).isClean, "the look is not clean")
    try equal(try await locate(connector).total, 0, "found afterwards")
    let again = try await effects(connector, order(findings, prepared: recorder.effects.last))
    try equal(again, done, "the second answer")
  }

  func aSmallGroupIsAnObstacle() async throws {
    // Four rows look alike, and two of them are the person's own: three people at most.
    let findings = try await locate(try connector(RetentionContract.anonymise(["year", "age_group"], group: 4)))
    try equal(findings.obstacles.map(\.code.rawValue), ["group-too-small"], "obstacles")
    try require(
      findings.obstacles[0].message.contains("4 people"), "the obstacle does not name the size of a group")
  }

  func aGroupThatShrankAsks() async throws {
    let connector = try connector(RetentionContract.anonymise(["year", "age_group"], group: 3))
    let order = order(try await locate(connector))
    try await harness.run("DELETE FROM visit WHERE id = 4")
    let before = try await visits()
    let question = try await question(connector, order)
    try equal(question.detail, FailureCode("group-too-small"), "what is asked")
    try equal(try await visits(), before, "nothing is touched")
  }

  func aKeyThatStaysIsAnObstacle() async throws {
    let findings = try await locate(try connector(RetentionContract.anonymise(["id", "year"], group: 2)))
    try equal(findings.obstacles.map(\.code.rawValue), ["key-survives"], "obstacles")
  }
}
