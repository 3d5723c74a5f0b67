import ConnectorKit
import ErasureDomain
import GRDB

/// One erasure in one transaction, up to but without its COMMIT.
struct SQLiteErasure: Sendable {
  /// More sealed keys than this are a question (evidence.md 10.6).
  static let maximumKept = 10_000

  enum Step: Sendable {
    /// There is nothing to do; these are the counts to answer with.
    case nothing([EffectCount])
    /// Done in the open transaction, to be recorded and committed.
    case prepared(PreparedEffect)
  }

  let order: ErasureOrder
  let context: ConnectorContext

  private var approvedRoots: [RootRecord] { order.kept?.roots ?? order.roots }

  /// Begins the transaction and runs every statement. The caller rolls back when it throws.
  func prepare(_ db: Database) throws -> Step {
    if let kept = order.kept, kept.until > context.clock.today {
      throw ConnectorFailure.permanent(FailureCode("not-due-yet"))
    }
    try db.execute(sql: "BEGIN IMMEDIATE")
    // References within what goes may point in any direction; foreign_key_check below sees the end of it.
    try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
    let violations = try SQLiteViolations(db)
    let layout = SQLiteLayout(of: context.record, on: try SQLiteCatalogue(reading: db))
    if let obstacle = layout.obstacles.first { throw ConnectorFailure.settle(obstacle.code.rawValue) }
    let selection = try SQLiteSelection(
      db, layout, context, identifiers: order.kept == nil ? order.identifiers : [], keys: approvedRoots,
      leftOut: order.leftOut, order: order)
    let counts = try selection.counts()
    try checkRoots(selection)
    try checkObstacles(selection)
    try checkGrowth(selection, counts)
    try checkDates(counts)
    let effect = PreparedEffect(
      effects: effects(counts), recognition: try selection.recognition(), kept: try keptRows(selection))
    guard counts.contains(where: { $0.going + ($0.minimised ?? 0) > 0 }) else {
      if let prepared = order.prepared { return .nothing(prepared.effects) }
      // What stays must be found again on its day, also when nothing goes now.
      return effect.kept.isEmpty ? .nothing(effect.effects) : .prepared(effect)
    }
    try change(selection)
    guard try !SQLiteViolations(db).isWorse(than: violations) else {
      throw ConnectorFailure.settle("foreign-key-refused")
    }
    return .prepared(effect)
  }

  // MARK: What was approved

  private func ask(_ code: Question.Code, _ detail: String? = nil, approved: Int, found: Int) -> ConnectorFailure {
    .needsOfficer(Question(code: code, detail: detail.map { FailureCode($0) }, approved: approved, found: found))
  }

  private func checkRoots(_ selection: SQLiteSelection) throws {
    let approved = Set(approvedRoots)
    let found = try selection.roots()
    if !approved.isSuperset(of: found) {
      throw ask(.moreThanApproved, approved: approved.count, found: approved.union(found).count)
    }
    // With a prepared effect the records may have gone by it, and their keys to others.
    if selection.changedRoots > 0, order.prepared == nil {
      throw ask(.moreThanApproved, "record-changed", approved: approved.count, found: found.count)
    }
    if order.kept == nil, order.prepared == nil, try selection.unmatchedRoots() > 0 {
      throw ask(.moreThanApproved, "record-changed", approved: approved.count, found: found.count)
    }
    guard order.kept != nil else { return }
    for dataset in selection.layout.datasets where dataset.keepColumns != nil {
      let condition = "NOT (\(SQLiteOverwrite.isReduced(dataset, "t")))"
      // What was reduced and is full again is somebody's record again: a customer who came back.
      let revived = try selection.roots(dataset, where: condition)
      if !revived.isEmpty {
        throw ask(.moreThanApproved, "record-changed", approved: approved.count, found: found.count)
      }
    }
  }

  private func checkObstacles(_ selection: SQLiteSelection) throws {
    let (blocked, unreadable) = try SQLiteBlockers(selection).run()
    if let obstacle = try (unreadable + selection.obstacles()).first {
      throw ConnectorFailure.settle(obstacle.code.rawValue)
    }
    if let name = blocked.first {
      throw ConnectorFailure.needsOfficer(Question(code: .blocked, detail: FailureCode(name)))
    }
  }

  /// Dependent rows may have grown by the margin; rows whose approved day has come meanwhile go as well.
  private func checkGrowth(_ selection: SQLiteSelection, _ counts: [DatasetCount]) throws {
    let ownDate = order.kept?.group
    let dates = order.followUps.map(\.group).filter { $0 != ownDate }
    for dataset in selection.layout.datasets {
      let going = try Row.fetchAll(
        selection.db,
        sql: """
          SELECT rule, until, count(*) FROM \(dataset.selected) WHERE root = 0 AND state IN ('e', 'r', 'a') GROUP BY 1, 2
          """)
      let found = going.reduce(0) { sum, row in
        let date = (row[1] as String?).flatMap { CivilDate($0) }
          .map { KeptCount(rule: row[0], until: $0, count: 0) }
        return date.map(dates.contains) == true ? sum : sum + row[2]
      }
      let roots = approvedRoots.count { $0.dataset == dataset.name }
      let approved = max(0, approvedRows(dataset.name) - roots)
      if found > order.margin.limit(approved: approved) {
        throw ask(.moreThanApproved, approved: approved, found: found)
      }
    }
    for count in counts {
      let approved = order.approved.first { $0.dataset == count.dataset }?.minimised ?? 0
      if let found = count.minimised, found > order.margin.limit(approved: approved) {
        throw ask(.moreThanApproved, "rows-to-minimise", approved: approved, found: found)
      }
    }
  }

  private func approvedRows(_ dataset: String) -> Int {
    order.approved.filter { $0.dataset == dataset }.reduce(0) { $0 + $1.going }
  }

  private func checkDates(_ counts: [DatasetCount]) throws {
    // A follow-up looks at rows whose later days have follow-ups of their own, and is not always told of them.
    if order.kept != nil, order.followUps.isEmpty { return }
    let approved = Set(order.followUps.map(\.group))
    let kept = counts.flatMap(\.kept)
    let found = kept.filter { !approved.contains($0.group) }
    if !found.isEmpty {
      throw ask(.dateNotApproved, approved: approved.count, found: found.reduce(0) { $0 + $1.count })
    }
  }

  private func keptRows(_ selection: SQLiteSelection) throws -> [KeptRows] {
    // The keys of a follow-up's rows have been sealed for every day already.
    guard order.kept == nil else { return [] }
    let kept = try selection.keptRoots()
    guard kept.reduce(0, { $0 + $1.roots.count }) <= Self.maximumKept else {
      throw ConnectorFailure.settle("too-many-kept")
    }
    return kept
  }

  private func effects(_ counts: [DatasetCount]) -> [EffectCount] {
    counts.map {
      EffectCount(
        dataset: $0.dataset, approved: approvedRows($0.dataset), found: $0.going, erased: $0.erase,
        reduced: $0.reduce, kept: $0.kept, anonymised: $0.anonymised, minimised: $0.minimised)
    }
  }

  // MARK: Statements

  private func change(_ selection: SQLiteSelection) throws {
    let db = selection.db
    var touched: [SQLiteDataset] = []
    for dataset in selection.layout.parentsFirst.reversed() {
      let columns = SQLiteOverwrite.written(to: dataset).map { "\(SQLiteName.quoted($0.column)) = \($0.value)" }
      if !columns.isEmpty, try selection.number(dataset, SQLiteSelection.isOverwritten) > 0 {
        try db.execute(
          sql: """
            UPDATE \(dataset.source) SET \(columns.joined(separator: ", ")) \
            WHERE \(dataset.isSelected(nil, where: SQLiteSelection.isOverwritten))
            """)
      }
      try db.execute(sql: "DELETE FROM \(dataset.source) WHERE \(dataset.isSelected(nil, states: "'e'"))")
      if try selection.number(dataset, SQLiteSelection.isTouched) > 0 { touched.append(dataset) }
    }
    for dataset in touched {
      // A trigger may have taken a statement back (RAISE(IGNORE)), or have written what was overwritten.
      let left = try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM \(dataset.source) AS t WHERE \(dataset.isSelected("t", states: "'e'")) \
          OR (\(dataset.isSelected("t", where: SQLiteSelection.isOverwritten)) \
          AND NOT (\(SQLiteOverwrite.isWritten(dataset, "t"))))
          """)
      if left != 0 { throw ConnectorFailure.settle("change-ignored") }
    }
    try SQLiteFullText(selection.layout.catalogue).clean(after: touched, db)
  }
}
