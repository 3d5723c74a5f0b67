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
    /// Values to compare with, normalised where the kind is.
    let exact: [String]
    /// Values to look for inside text, ASCII letters in lower case.
    let contained: [String]
  }

  /// In the order of their names.
  let kinds: [Kind]
  /// Kinds with a value that is not looked for inside text.
  let tooShort: [IdentifierKind]

  init(_ identifiers: [SubjectIdentifier]) throws(ConnectorFailure) {
    guard !identifiers.isEmpty else { throw .permanent(FailureCode("identifier-missing")) }
    // An empty identifier would match every empty column.
    guard identifiers.allSatisfy({ !$0.value.allSatisfy(\.isWhitespace) }) else {
      throw .permanent(FailureCode("identifier-empty"))
    }
    let byKind = Dictionary(grouping: identifiers, by: \.kind).sorted { $0.key < $1.key }
    kinds = byKind.map { kind, values in
      Kind(
        kind: kind, exact: Self.distinct(values.flatMap { Self.exact(kind, $0.value) }),
        contained: Self.distinct(values.filter { !Self.isShort($0.value) }.flatMap { Self.forms($0.value) }))
    }
    tooShort = byKind.filter { $0.value.contains { Self.isShort($0.value) } }.map(\.key)
  }

  /// An e-mail address in form `n1` of recognition tags, composed and decomposed; everything else as it is.
  private static func exact(_ kind: IdentifierKind, _ value: String) -> [String] {
    kind == .email ? forms(value) : [value]
  }

  private static func forms(_ value: String) -> [String] {
    let folded = folded(value.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping)
    return [folded, folded.decomposedStringWithCanonicalMapping]
  }

  private static func folded(_ text: String) -> String {
    String(decoding: text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self)
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
