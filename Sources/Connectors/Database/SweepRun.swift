import ConnectorKit
import ErasureDomain

/// A sweep over all tables of one open database.
struct SweepRun<Source: SweepSource>: Sendable {
  private let source: Source
  private let order: SweepOrder
  private let identifiers: SweepIdentifiers
  private let coverage: SweepCoverage
  private let progress: @Sendable (SweepProgress) -> Void
  private var pace: SweepPace
  private var findings = SweepFindings()

  init(
    _ source: Source, _ order: SweepOrder, datasets: [DatasetRecord], clock: any CivilClock,
    progress: @escaping @Sendable (SweepProgress) -> Void
  ) throws(ConnectorFailure) {
    self.source = source
    self.order = order
    self.progress = progress
    identifiers = try SweepIdentifiers(order.identifiers, datasets: datasets)
    coverage = SweepCoverage(
      dialect: source.dialect, datasets: datasets, identifiers: identifiers, roots: order.roots,
      outline: source.outline)
    pace = SweepPace(clock: clock, deadline: order.deadline, rowsPerSecond: order.rowsPerSecond)
  }

  /// Reads every table, or names it among what was not read.
  mutating func run() async throws -> SweepFindings {
    findings.notInsideText = identifiers.tooShort
    findings.unread = source.unread
    findings.columnsInAll = source.tables.reduce(0) { $0 + $1.columns.count }
    tell()
    for table in source.tables {
      try Task.checkCancellation()
      guard !pace.isOver else {
        findings.unread.append(.init(table: table.name, code: SweepFindings.Unread.notReached))
        continue
      }
      try await sweep(table)
      findings.rows = pace.rows
      tell()
    }
    findings.rows = pace.rows
    findings.unread.sort { ($0.table, $0.column ?? "") < ($1.table, $1.column ?? "") }
    let hit = Set(findings.hits.map(\.table))
    findings.references = source.outline.references.filter { hit.contains($0.table) }
    return findings
  }

  private func tell() {
    progress(SweepProgress(columns: findings.columns, columnsInAll: findings.columnsInAll, rows: pace.rows))
  }

  private mutating func sweep(_ table: SweepTable) async throws {
    do {
      try await read(table)
    } catch let unreadable as SweepUnreadable {
      guard unreadable.mayBeOneColumn, table.columns.count > 1 else {
        return findings.unread.append(.init(table: table.name, code: unreadable.code))
      }
      // One column at a time tells which it is.
      for column in table.columns {
        guard !pace.isOver else {
          findings.unread.append(
            .init(table: table.name, column: column.name, code: SweepFindings.Unread.notReached))
          continue
        }
        do {
          try await read(SweepTable(name: table.name, columns: [column]))
        } catch let unreadable as SweepUnreadable {
          findings.unread.append(.init(table: table.name, column: column.name, code: unreadable.code))
        }
      }
    }
  }

  /// Reads the table to its end or until the time is over. Nothing is kept of a table that cannot be read.
  private mutating func read(_ table: SweepTable) async throws {
    let tests = SweepTests.all(for: table, identifiers, coverage)
    var totals = tests.map { [Int](repeating: 0, count: $0.sums.count) }
    var bytes: Set<String> = []
    var place: Source.Place?
    var isAtEnd = tests.isEmpty
    while !isAtEnd {
      try await pace.pause()
      try Task.checkCancellation()
      guard !pace.isOver else { break }
      let batch = try await source.count(tests, in: table, from: place, rows: pace.batch)
      for (index, sums) in batch.sums.enumerated() {
        for (number, sum) in sums.enumerated() { totals[index][number] += sum }
      }
      bytes.formUnion(batch.bytes)
      place = batch.next
      isAtEnd = batch.next == nil
      pace.read(batch.rows)
      tell()
    }
    for (test, totals) in zip(tests, totals) { add(test, totals, of: table.name) }
    findings.unread += bytes.sorted().map { .init(table: table.name, column: $0, code: SweepFindings.Unread.bytes) }
    if isAtEnd {
      findings.columns += table.columns.count
    } else {
      findings.unread.append(.init(table: table.name, code: SweepFindings.Unread.notFinished))
    }
  }

  private mutating func add(_ test: SweepTests, _ totals: [Int], of table: String) {
    findings.uncoveredRows += totals.first ?? 0
    let datasets = coverage.datasets(on: table).map(\.name)
    for item in test.items {
      let (exact, uncovered, contained) = (totals[item.place], totals[item.place + 1], totals[item.place + 2])
      guard exact + contained > 0 else { continue }
      findings.hits.append(
        SweepFindings.Hit(
          table: table, column: item.column, kind: item.kind, exact: exact, contained: contained,
          uncovered: uncovered, datasets: datasets))
    }
  }
}
