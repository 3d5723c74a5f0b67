import ErasureDomain
import Foundation

/// SQL that finds the rows an identifier stands in.
struct SQLiteMatch {
  struct Condition {
    var sql: String
    var values: [String]
  }

  private let identifiers: [SubjectIdentifier]
  private let record: DatasetRecord
  private let alias: String

  init(_ identifiers: [SubjectIdentifier], in record: DatasetRecord, alias: String) {
    self.identifiers = identifiers
    self.record = record
    self.alias = alias
  }

  /// Rows that identify the person: by one kind that suffices, or by all other given kinds together, at least two.
  var roots: Condition? {
    let given = kinds
    var parts = given.filter(record.suffices.contains).map(any)
    let others = given.filter { !record.suffices.contains($0) }.map(any)
    if others.count > 1 { parts.append(Self.joined(others, by: " AND ")) }
    return parts.isEmpty ? nil : Self.joined(parts, by: " OR ")
  }

  /// Some column of a kind that was searched with holds something.
  var holdsOthers: String? {
    let columns = record.find.filter { kinds.contains($0.kind) }.map { "\(alias).\(SQLiteName.quoted($0.column))" }
    return columns.isEmpty
      ? nil : columns.map { "trim(CAST(ifnull(\($0), '') AS TEXT)) <> ''" }.joined(separator: " OR ")
  }

  /// The kinds that were given and that the dataset is found by, each once.
  private var kinds: [IdentifierKind] {
    let given = Set(identifiers.map(\.kind))
    return Set(record.find.map(\.kind)).filter(given.contains).sorted()
  }

  private func any(_ kind: IdentifierKind) -> Condition {
    let columns = record.find.filter { $0.kind == kind }.map { "\(alias).\(SQLiteName.quoted($0.column))" }
    let values = identifiers.filter { $0.kind == kind }.map(\.value)
    return Self.joined(
      columns.flatMap { column in values.map { Self.holds(kind, $0, column: column) } }, by: " OR ")
  }

  /// A column holds the value: addresses as addresses are compared, everything else exactly.
  static func holds(_ kind: IdentifierKind, _ value: String, column: String) -> Condition {
    guard kind == .email else {
      return Condition(sql: "\(SQLiteName.findText(column)) = ? COLLATE BINARY", values: [value])
    }
    let address = normalised(value)
    return Condition(
      sql: "\(SQLiteName.mailText(column)) IN (?, ?)",
      values: [address, address.decomposedStringWithCanonicalMapping])
  }

  private static func joined(_ parts: [Condition], by word: String) -> Condition {
    Condition(sql: "(" + parts.map(\.sql).joined(separator: word) + ")", values: parts.flatMap(\.values))
  }

  /// Form `n1` of recognition tags: NFC, trimmed, ASCII letters in lower case.
  static func normalised(_ value: String) -> String {
    SQLiteName.folded(
      value.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping)
  }
}
