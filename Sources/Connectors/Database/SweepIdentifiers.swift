import ConnectorKit
import ErasureDomain
import Foundation

/// The identifiers of a sweep by kind, in the forms in which they are compared.
struct SweepIdentifiers: Sendable {
  /// Fewer characters than this mean nothing inside a longer text.
  static let fewestCharacters = 4
  /// Fewer digits than this mean nothing inside a longer text when there is nothing but digits.
  static let fewestDigits = 6

  struct Kind: Sendable {
    let kind: IdentifierKind
    /// Values as they were given.
    let plain: [String]
    /// The forms they may have in a column that is compared folded.
    let folded: [String]
    /// How columns are compared that no dataset says more about.
    let comparison: ColumnComparison
    /// Values to look for inside text, ASCII letters in lower case.
    let contained: [String]

    /// Values to compare with.
    func values(_ comparison: ColumnComparison) -> [String] { comparison == .folded ? folded : plain }
  }

  /// In the order of their names.
  let kinds: [Kind]
  /// Kinds with a value that is not looked for inside text.
  let tooShort: [IdentifierKind]

  /// A kind that some dataset compares folded is looked for so everywhere.
  init(_ identifiers: [SubjectIdentifier], datasets: [DatasetRecord]) throws(ConnectorFailure) {
    guard !identifiers.isEmpty else { throw .permanent(FailureCode("identifier-missing")) }
    // An empty identifier would match every empty column.
    guard identifiers.allSatisfy({ !$0.value.allSatisfy(\.isWhitespace) }) else {
      throw .permanent(FailureCode("identifier-empty"))
    }
    let byKind = Dictionary(grouping: identifiers, by: \.kind).sorted { $0.key < $1.key }
    let folded = Set(datasets.flatMap(\.find).filter { $0.comparison == .folded }.map(\.kind) + [.email])
    kinds = byKind.map { kind, values in
      Kind(
        kind: kind, plain: Self.distinct(values.map(\.value)),
        folded: Self.distinct(values.flatMap { DatabaseMatch.foldedForms($0.value) }),
        comparison: folded.contains(kind) ? .folded : .exact,
        contained: Self.distinct(
          values.filter { !Self.isShort($0.value) }.flatMap { DatabaseMatch.foldedForms($0.value) }))
    }
    tooShort = byKind.filter { $0.value.contains { Self.isShort($0.value) } }.map(\.key)
  }

  static func isShort(_ value: String) -> Bool {
    let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
    let isNumber = trimmed.utf8.allSatisfy { (0x30...0x39).contains($0) }
    return trimmed.count < (isNumber ? fewestDigits : fewestCharacters)
  }

  /// Without repetition. Compared by bytes: Swift's own comparison takes both forms of an accent for one.
  private static func distinct(_ values: [String]) -> [String] {
    var seen: Set<[UInt8]> = []
    return values.filter { seen.insert(Array($0.utf8)).inserted }
  }
}
