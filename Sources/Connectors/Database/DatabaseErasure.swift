import ConnectorKit
import ErasureDomain

extension ErasureOrder {
  /// The day of review by rule: the approved one, so that later counts name the same day.
  func reviewDay(_ context: ConnectorContext) -> @Sendable (String) -> CivilDate {
    let today = context.clock.today
    return { rule in reviewDay(rule: rule, today: today) }
  }
}

/// One erasure in one transaction, up to but without its COMMIT.
struct DatabaseErasure: Sendable {
  /// More sealed keys than this are a question (evidence.md 10.6).
  static let maximumKept = 10_000
  /// Triggers that write more often than this put back what goes.
  private static let mostSweeps = 3

  enum Step: Sendable {
    /// There is nothing to do; these are the counts to answer with.
    case nothing([EffectCount])
    /// Done in the open transaction, to be recorded and committed.
    case prepared(PreparedEffect)
  }

  let order: ErasureOrder
  let context: ConnectorContext
  /// What earlier transactions of the job have committed for certain, per dataset.
  var base: [EffectCount] = []

  private var approvedRoots: [RootRecord] { order.kept?.roots ?? order.roots }

  /// Runs every statement in the open transaction. The caller rolls back when it throws.
  func prepare(_ session: any DatabaseSession, _ layout: DatabaseLayout) throws -> Step {
    if let kept = order.kept, kept.until > context.clock.today {
      throw ConnectorFailure.permanent(FailureCode("not-due-yet"))
    }
    if let obstacle = layout.obstacles.first { throw ConnectorFailure.settle(obstacle.code.rawValue) }
    var selection = try DatabaseSelection(
      session, layout, context, for: .erase, identifiers: order.kept == nil ? order.identifiers : [],
      keys: approvedRoots, leftOut: order.leftOut, reviewDay: order.reviewDay(context),
      minimises: order.kept == nil)
    try check(selection)
    let recognition = selection.recognition()
    let kept = try keptRows(selection)
    let counts = try change(&selection)
    try sweep(session, layout)
    try checkGrowth(selection, counts)
    let effect = PreparedEffect(effects: effects(counts), recognition: recognition, kept: kept)
    guard counts.contains(where: { $0.going + ($0.minimised ?? 0) > 0 }) else {
      if !base.isEmpty { return .nothing(base) }
      if let prepared = order.prepared { return .nothing(prepared.effects) }
      // What stays must be found again on its day, also when nothing goes now.
      return effect.kept.isEmpty ? .nothing(effect.effects) : .prepared(effect)
    }
    return .prepared(effect)
  }

  /// The next part of rows that go, at most `limit`, where one transaction for all would be larger than that; nothing
  /// when what is left fits into one, or must go in one. Children first, so that no reference is left behind.
  func preparePart(_ session: any DatabaseSession, _ layout: DatabaseLayout, limit: Int) throws -> PreparedEffect? {
    if let obstacle = layout.obstacles.first { throw ConnectorFailure.settle(obstacle.code.rawValue) }
    let selection = try DatabaseSelection(
      session, layout, context, for: .erase, identifiers: order.kept == nil ? order.identifiers : [],
      keys: approvedRoots, leftOut: order.leftOut, reviewDay: order.reviewDay(context),
      minimises: order.kept == nil)
    let counts = try selection.counts()
    guard counts.reduce(0, { $0 + $1.going }) > limit else { return nil }
    try check(selection)
    try checkGrowth(selection, counts)
    guard let next = layout.deletionOrder.first(where: { selection.mayGoInParts($0, counts) }) else { return nil }
    let erased = try Self.deletePart(of: next, selection, limit: limit)
    guard erased > 0 else { throw ConnectorFailure.settle("change-ignored") }
    let part = layout.datasets.map {
      DatasetCount(dataset: $0.name, isRoot: $0.record.isRoot, erase: $0.number == next.number ? erased : 0)
    }
    return PreparedEffect(effects: effects(part))
  }

  private func check(_ selection: DatabaseSelection) throws {
    try checkRoots(selection)
    try checkObstacles(selection)
    let listed = selection.layout.datasets.filter { !selection.isDirect($0) }.map(selection.listedCount)
    try checkGrowth(selection, listed)
    try checkDates(listed)
  }

  // MARK: What was approved

  private func ask(_ code: Question.Code, _ detail: String? = nil, approved: Int, found: Int) -> ConnectorFailure {
    .needsOfficer(Question(code: code, detail: detail.map { FailureCode($0) }, approved: approved, found: found))
  }

  func checkRoots(_ selection: DatabaseSelection) throws {
    let approved = Set(approvedRoots)
    let found = selection.roots()
    if !approved.isSuperset(of: found) {
      throw ask(.moreThanApproved, approved: approved.count, found: approved.union(found).count)
    }
    // With a prepared effect the records may have gone by it, and their keys to others.
    if selection.changedRoots > 0, order.prepared == nil {
      throw ask(.moreThanApproved, "record-changed", approved: approved.count, found: found.count)
    }
    if order.kept == nil, order.prepared == nil, selection.unmatchedRoots > 0 {
      throw ask(.moreThanApproved, "record-changed", approved: approved.count, found: found.count)
    }
    guard order.kept != nil else { return }
    for dataset in selection.layout.datasets {
      guard case .reduce = dataset.record.treatment else { continue }
      // What was reduced and is full again is somebody's record again: a customer who came back.
      if selection.sets[dataset.number].count(where: { $0.isRoot && !$0.isReduced }) > 0 {
        throw ask(.moreThanApproved, "record-changed", approved: approved.count, found: found.count)
      }
    }
  }

  private func checkObstacles(_ selection: DatabaseSelection) throws {
    let (blocked, unreadable) = try DatabaseBlockers(selection).run()
    if let obstacle = try (unreadable + selection.obstacles()).first {
      throw ConnectorFailure.settle(obstacle.code.rawValue)
    }
    if let name = blocked.first?.0 {
      throw ConnectorFailure.needsOfficer(Question(code: .blocked, detail: FailureCode(name)))
    }
  }

  /// Dependent rows may have grown by the margin; rows whose approved day has come meanwhile go as well.
  private func checkGrowth(_ selection: DatabaseSelection, _ counts: [DatasetCount]) throws {
    let ownDate = order.kept?.group
    let dates = order.followUps.map(\.group).filter { $0 != ownDate }
    for (dataset, count) in selection.layout.datasets.compactMap({ dataset in
      counts.first { $0.dataset == dataset.name }.map { (dataset, $0) }
    }) {
      let found =
        selection.isDirect(dataset)
        ? count.erase
        : selection.sets[dataset.number].count { row in
          guard !row.isRoot, row.isGoing else { return false }
          guard let rule = row.rule, let until = row.until else { return true }
          return !dates.contains(KeptCount(rule: rule, until: until, count: 0))
        }
      let roots = approvedRoots.count { $0.dataset == dataset.name }
      let approved = max(0, approvedRows(dataset.name) - roots)
      if found + (taken(dataset.name)?.erased ?? 0) > order.margin.limit(approved: approved) {
        throw ask(.moreThanApproved, approved: approved, found: found)
      }
      let toMinimise = order.approved.first { $0.dataset == dataset.name }?.minimised ?? 0
      if let minimised = count.minimised, minimised > order.margin.limit(approved: toMinimise) {
        throw ask(.moreThanApproved, "rows-to-minimise", approved: toMinimise, found: minimised)
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
    let found = counts.flatMap(\.kept).filter { !approved.contains($0.group) }
    if !found.isEmpty {
      throw ask(.dateNotApproved, approved: approved.count, found: found.reduce(0) { $0 + $1.count })
    }
  }

  private func keptRows(_ selection: DatabaseSelection) throws -> [KeptRows] {
    // The keys of a follow-up's rows have been sealed for every day already.
    guard order.kept == nil else { return [] }
    let kept = selection.keptRoots()
    guard kept.reduce(0, { $0 + $1.roots.count }) <= Self.maximumKept else {
      throw ConnectorFailure.settle("too-many-kept")
    }
    return kept
  }

  private func taken(_ dataset: String) -> EffectCount? { base.first { $0.dataset == dataset } }

  /// What this transaction does, with what earlier ones have done.
  private func effects(_ counts: [DatasetCount]) -> [EffectCount] {
    counts.map { count in
      let before = taken(count.dataset)
      return EffectCount(
        dataset: count.dataset, approved: approvedRows(count.dataset),
        found: count.going + (before?.found ?? 0), erased: count.erase + (before?.erased ?? 0),
        reduced: count.reduce + (before?.reduced ?? 0), kept: count.kept,
        anonymised: (count.anonymised ?? 0) + (before?.anonymised ?? 0),
        minimised: (count.minimised ?? 0) + (before?.minimised ?? 0), isUncertain: before?.isUncertain)
    }
  }

  // MARK: Statements

  /// Overwrites and deletes, children first; what really changed, per dataset in the order of the register.
  private func change(_ selection: inout DatabaseSelection) throws -> [DatasetCount] {
    var erased: [String: Int] = [:]
    try Self.loosenCircles(&selection)
    for dataset in selection.layout.deletionOrder {
      if selection.isDirect(dataset) {
        erased[dataset.name] = try Self.deleteDirect(dataset, selection)
      } else {
        try findAgain(dataset, &selection)
        try Self.reduce(dataset, selection)
        try Self.delete(dataset, selection)
      }
    }
    return selection.layout.datasets.map { dataset in
      guard selection.isDirect(dataset) else { return selection.listedCount(dataset) }
      return DatasetCount(dataset: dataset.name, isRoot: false, erase: erased[dataset.name] ?? 0)
    }
  }

  static func deleteDirect(_ dataset: DatabaseDataset, _ selection: DatabaseSelection) throws -> Int {
    let condition = selection.directCondition(dataset, "t")
    let number: SQL = "SELECT count(*) FROM \(dataset.table.source) AS t WHERE \(condition)"
    // Where a database does not count what a reference took along, the rows are counted before.
    let before = selection.dialect.countsCascades ? nil : try selection.session.number(number)
    let count = try selection.session.execute("DELETE FROM \(dataset.table.source) AS t WHERE \(condition)")
    guard dataset.table.hasTriggers || before.map({ $0 != count }) == true else { return count }
    // A trigger may have taken the statement back.
    if try selection.session.number(number) > 0 { throw ConnectorFailure.settle("change-ignored") }
    return before ?? count
  }

  static func reduce(_ dataset: DatabaseDataset, _ selection: DatabaseSelection) throws {
    let places = selection.places(dataset, where: \.isOverwritten)
    let columns = DatabaseOverwrite.all(of: dataset, selection.dialect)
      .map { "\(DatabaseName.quoted($0.column.name)) = \($0.value)" }
    guard !places.isEmpty, !columns.isEmpty else { return }
    let changed = try selection.session.execute(
      """
      UPDATE \(dataset.table.source) AS t SET \(columns.joined(separator: ", ")) \
      WHERE \(selection.listed(dataset, "t", places))
      """)
    if changed != places.count { throw ConnectorFailure.settle("change-ignored") }
    guard dataset.table.hasTriggers else { return }
    // A trigger may have written what was overwritten. The rows have new places: their keys find them.
    let isReduced = DatabaseOverwrite.isReduced(dataset, "t", selection.dialect)
    let key = dataset.table.key
    let keys = selection.sets[dataset.number].indices
      .filter { selection.sets[dataset.number].rows[$0].isOverwritten }
      .compactMap { selection.sets[dataset.number].values($0, key) }
    let rows =
      selection.dialect.placesLast
      ? selection.at(places, of: dataset, as: "t")
      : selection.holding(keys, in: key, of: dataset, types: selection.types(dataset, key), as: "t")
    let full = try selection.session.number("SELECT count(*) FROM \(rows) WHERE NOT (\(isReduced))")
    if full > 0 { throw ConnectorFailure.settle("change-ignored") }
  }

  static func delete(_ dataset: DatabaseDataset, _ selection: DatabaseSelection) throws {
    let places = selection.places(dataset) { $0.state == .erase }
    guard !places.isEmpty else { return }
    if case .call(let function) = dataset.record.treatment { return try call(function, dataset, selection) }
    // One statement: rows of the table may reference each other.
    let listed = selection.listed(dataset, "t", places)
    let changed = try selection.session.execute("DELETE FROM \(dataset.table.source) AS t WHERE \(listed)")
    guard changed != places.count else { return }
    let left =
      selection.dialect.countsCascades
      ? 1 : try selection.session.number("SELECT count(*) FROM \(dataset.table.source) AS t WHERE \(listed)")
    if left > 0 { throw ConnectorFailure.settle("change-ignored") }
  }

  /// Lets the database's own function delete the rows: it says how many, and none of them may be left.
  private static func call(_ function: String, _ dataset: DatabaseDataset, _ selection: DatabaseSelection) throws {
    let set = selection.sets[dataset.number]
    let indices = set.indices.filter { set.rows[$0].state == .erase }
    let keys = indices.map { index -> CanonicalJSON in
      let parts = dataset.table.key.map { ($0, CanonicalJSON.string(set.value(index, $0) ?? "")) }
      return .object(Dictionary(parts, uniquingKeysWith: { first, _ in first }))
    }
    let json = String(decoding: CanonicalJSON.array(keys).encoded(), as: UTF8.self)
    // What it says is compared with what the database itself has counted, in all tables: it must not take or change
    // anybody else's rows.
    guard let call = selection.dialect.call(function, json) else {
      throw ConnectorFailure.permanent(FailureCode("call-not-supported"))
    }
    let changed = selection.dialect.changedSoFar
    let before = try selection.session.number(changed)
    let count = try selection.session.number("SELECT \(call)")
    let really = try selection.session.number(changed) - before
    let places = indices.map { set.rows[$0].place }
    let left = try selection.session.number(
      "SELECT count(*) FROM \(dataset.table.source) AS t WHERE \(selection.listed(dataset, "t", places))")
    let isRehearsal = selection.session is RehearsalSession
    if left > 0 || (!isRehearsal && (count != indices.count || really != indices.count)) {
      throw ConnectorFailure.settle("call-differs")
    }
  }

  /// Takes what triggers have written about the person into registered tables meanwhile; it was not there before, so it
  /// is not counted.
  private func sweep(_ session: any DatabaseSession, _ layout: DatabaseLayout) throws {
    let writes = Set(layout.catalogue.triggers.filter(\.firesOnErasure).flatMap(\.writes))
    guard layout.datasets.contains(where: { writes.contains($0.table.name) }) else { return }
    for _ in 0..<Self.mostSweeps {
      var selection = try DatabaseSelection(
        session, layout, context, for: .erase, identifiers: order.kept == nil ? order.identifiers : [],
        keys: approvedRoots, leftOut: order.leftOut, reviewDay: order.reviewDay(context))
      guard try selection.counts().contains(where: { $0.going + ($0.minimised ?? 0) > 0 }) else { return }
      _ = try change(&selection)
    }
    // What comes back each time is not erased.
    throw ConnectorFailure.settle("change-ignored")
  }

  /// Rows that earlier statements of this transaction have moved to another place (a trigger that counts, a reference
  /// set to NULL) or have taken along (ON DELETE CASCADE).
  private func findAgain(_ dataset: DatabaseDataset, _ selection: inout DatabaseSelection) throws {
    let catalogue = selection.layout.catalogue
    let key = dataset.table.key
    let dialect = selection.dialect
    guard !key.isEmpty || dialect.placesLast,
      catalogue.triggers.contains(where: \.firesOnErasure)
        || catalogue.foreignKeys.contains(where: { $0.onDelete != .refuse })
    else { return }
    let set = selection.sets[dataset.number]
    let rows = set.indices.filter { set.rows[$0].state == .erase || set.rows[$0].isOverwritten }
      .filter { dialect.placesLast || set.values($0, key) != nil }
    for start in stride(from: 0, to: rows.count, by: dialect.listLimit) {
      let part = Array(rows[start..<min(start + dialect.listLimit, rows.count)])
      let from =
        dialect.placesLast
        ? selection.at(part.map { set.rows[$0].place }, of: dataset, as: "t")
        : selection.holding(
          part.map { row in key.map { set.value(row, $0) } }, in: key, of: dataset,
          types: selection.types(dataset, key), as: "t")
      let identity = dialect.identityTexts(dataset.table, "t").joined(separator: ", ")
      let found = try selection.session.rows("SELECT s.n, \(identity) FROM \(from)")
      let places = Dictionary(
        found.map { (Int($0[0] ?? "") ?? 0, $0.dropFirst().compactMap { $0 }) },
        uniquingKeysWith: { first, _ in first })
      for (number, row) in part.enumerated() {
        selection.sets[dataset.number].change(row) {
          $0.place = places[number + 1] ?? $0.place
          $0.hasGone = places[number + 1] == nil
        }
      }
    }
    if selection.sets[dataset.number].count(where: { $0.hasGone && $0.isOverwritten }) > 0 {
      throw ConnectorFailure.settle("change-ignored")
    }
  }
}
