import ErasureDomain
import GRDB

extension SQLiteSelection {
  /// Rows that would stand out after anonymising: what stays of them is shared by too few others.
  ///
  /// The person's own rows count as one, so that many visits of one person are no group.
  func smallGroups(_ dataset: SQLiteDataset, _ add: (_ code: String, _ message: String) -> Void) throws {
    guard let anonymisation = dataset.anonymisation, try number(dataset, "state = 'a'") > 0 else { return }
    let keys = Set(dataset.table.primaryKey.map(SQLiteName.folded))
    let columns = anonymisation.keepColumns.filter { !keys.contains(SQLiteName.folded($0)) }
    // Without columns all rows look the same: one group.
    let kept = columns.isEmpty ? ["1 AS c0"] : columns.enumerated().map { "\(dataset.column("t", $1)) AS c\($0)" }
    let places = kept.indices.map { "c\($0)" }.joined(separator: ", ")
    let same = kept.indices.map { "o.c\($0) IS m.c\($0)" }.joined(separator: " AND ")
    let sql = """
      WITH others AS (SELECT \(places), count(*) AS n FROM (SELECT \(kept.joined(separator: ", ")) \
      FROM \(dataset.source) AS t WHERE NOT (\(dataset.isSelected("t", where: "1")))) GROUP BY \(places)), \
      mine AS (SELECT DISTINCT \(kept.joined(separator: ", ")) FROM \(dataset.source) AS t \
      WHERE \(dataset.isSelected("t", states: "'a'"))) \
      SELECT count(*) FROM mine AS m LEFT JOIN others AS o ON \(same) WHERE ifnull(o.n, 0) + 1 < ?
      """
    let small = try Int.fetchOne(db, sql: sql, arguments: [anonymisation.groupSize]) ?? 0
    guard small > 0 else { return }
    add(
      "group-too-small",
      "dataset \"\(dataset.name)\": \(small) combination(s) of what would stay occur in fewer than "
        + "\(anonymisation.groupSize) rows, so the person would stand out; keep fewer or coarser columns, or write "
        + "erase: delete")
  }
}
