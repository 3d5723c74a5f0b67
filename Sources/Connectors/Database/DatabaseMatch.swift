import ErasureDomain
import Foundation

/// SQL that finds the rows an identifier stands in.
struct DatabaseMatch {
  private let identifiers: [SubjectIdentifier]
  private let dataset: DatabaseDataset
  private let dialect: any DatabaseDialect
  private let alias: String

  init(
    _ identifiers: [SubjectIdentifier], in dataset: DatabaseDataset, alias: String, _ dialect: any DatabaseDialect
  ) {
    self.identifiers = identifiers
    self.dataset = dataset
    self.dialect = dialect
    self.alias = alias
  }

  private var record: DatasetRecord { dataset.record }

  /// Rows that identify the person: by one kind that suffices, or by all other given kinds together, at least two.
  var roots: SQL? {
    let given = kinds
    var parts = given.filter(record.suffices.contains).map(any)
    let others = given.filter { !record.suffices.contains($0) }.map(any)
    if others.count > 1 { parts.append("(\(SQL.joined(others, by: " AND ")))") }
    return parts.isEmpty ? nil : "(\(SQL.joined(parts, by: " OR ")))"
  }

  /// The kinds that were given and that the dataset is found by, each once.
  var kinds: [IdentifierKind] {
    let given = Set(identifiers.map(\.kind))
    return Set(record.find.map(\.kind)).filter(given.contains).sorted()
  }

  private func any(_ kind: IdentifierKind) -> SQL {
    let values = identifiers.filter { $0.kind == kind }.map(\.value)
    let parts = record.find.filter { $0.kind == kind }.flatMap { find in
      values.map { Self.holds($0, find, dataset, alias, dialect) }
    }
    return "(\(SQL.joined(parts, by: " OR ")))"
  }

  /// A column of a row under an alias holds the value, compared as the register says.
  static func holds(
    _ value: String, _ find: IdentifiedColumn, _ dataset: DatabaseDataset, _ alias: String,
    _ dialect: any DatabaseDialect
  ) -> SQL {
    guard let column = dataset.table.column(find.column) else { return "1 = 0" }
    return dialect.holds(value, find.comparison, dataset.column(alias, find.column), column)
  }

  /// The texts that a value whose column is compared folded may be stored as, once ASCII letters are in lower case.
  ///
  /// Databases may know no other letters, so those stand in both cases.
  static func foldedForms(_ value: String) -> [String] {
    let text = normalised(value)
    var seen: Set<[UInt8]> = []
    // By bytes: Swift's own comparison takes both forms of an accent for one.
    return [text, normalised(text.lowercased()), normalised(text.uppercased())]
      .flatMap { [$0, $0.decomposedStringWithCanonicalMapping] }.filter { seen.insert(Array($0.utf8)).inserted }
  }

  /// Form `n1` of recognition tags: NFC, trimmed, ASCII letters in lower case.
  static func normalised(_ value: String) -> String {
    DatabaseName.folded(value.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping)
  }
}
