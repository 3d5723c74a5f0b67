import ErasureDomain
import Foundation

/// What a value that would stay in an anonymised row says about a person after all (requirement G2).
enum ResidualIdentifier: String, CaseIterable {
  case known = "holds an identifier of the person"
  case address = "holds an e-mail address"
  case number = "looks like a telephone number or another long number that names somebody"
  case device = "looks like the name of a device or an account"
  case freeText = "is free text"

  /// More words than this are a sentence.
  private static let mostWords = 5
  private static let mostCharacters = 80

  /// Compares with the identifiers of the person, as `DatabaseMatch.normalised` writes them; too short ones say nothing.
  init?(in value: String, identifiers: [String]) {
    let text = DatabaseMatch.normalised(value)
    guard !text.isEmpty else { return nil }
    let digits = Self.digits(text)
    if identifiers.contains(where: { text == $0 || (text.contains($0) && !SweepIdentifiers.isShort($0)) })
      || digits.count >= SweepIdentifiers.fewestDigits && identifiers.contains(where: { Self.digits($0) == digits })
    {
      self = .known
    } else if Self.isAddress(text) {
      self = .address
    } else if Self.isDevice(text) {
      self = .device
    } else if Self.isLongNumber(text, digits) {
      self = .number
    } else if text.count > Self.mostCharacters || text.split(whereSeparator: \.isWhitespace).count > Self.mostWords {
      self = .freeText
    } else {
      return nil
    }
  }

  private static func digits(_ text: String) -> String { text.filter(\.isASCIIDigit) }

  private static func isAddress(_ text: String) -> Bool {
    text.split(separator: "@").count > 1 && text.contains { $0 == "@" }
      && text.split(separator: "@").dropFirst().contains { $0.dropFirst().contains(".") }
  }

  /// Eight to fifteen digits (ITU-T E.164) and nothing but what stands between digits; no day.
  private static func isLongNumber(_ text: String, _ digits: String) -> Bool {
    guard (8...15).contains(digits.count), text.allSatisfy({ $0.isASCIIDigit || " +-()./".contains($0) }) else {
      return false
    }
    if CivilDate(String(text.prefix(10))) != nil { return false }
    let isCompactDay =
      text.count == 8 && CivilDate("\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))") != nil
    return !isCompactDay
  }

  private static func isDevice(_ text: String) -> Bool {
    if UUID(uuidString: text) != nil { return true }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) { return true }
    let hexadecimal = text.filter { $0 != ":" && $0 != "-" }
    let isHexadecimal = hexadecimal.allSatisfy(\.isHexDigit) && hexadecimal.contains { $0.isASCIIDigit }
    // A hardware address, an IPv6 address, a hash.
    return isHexadecimal && (text.count(where: { $0 == ":" }) >= 2 || hexadecimal.count >= 16)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

extension DatabaseSelection {
  /// Columns of rows that are about to be anonymised in which something of the person would stay.
  func residue(of dataset: DatabaseDataset, _ add: Add) throws {
    guard let anonymisation = dataset.anonymisation else { return }
    let places = places(dataset) { $0.state == .anonymise }
    let columns = anonymisation.keepColumns.compactMap { dataset.table.column($0) }
    guard !places.isEmpty, !columns.isEmpty else { return }
    let texts = columns.map { dialect.text(dataset.column("t", $0.name), $0) }.joined(separator: ", ")
    let known = identifiers.map { DatabaseMatch.normalised($0.value) }
    var found: [String: [ResidualIdentifier: Int]] = [:]
    for start in stride(from: 0, to: places.count, by: dialect.listLimit) {
      let part = Array(places[start..<min(start + dialect.listLimit, places.count)])
      for row in try session.rows("SELECT \(texts) FROM \(at(part, of: dataset, as: "t"))") {
        for (column, value) in zip(columns, row) {
          guard let value, let kind = ResidualIdentifier(in: value, identifiers: known) else { continue }
          found[column.name, default: [:]][kind, default: 0] += 1
        }
      }
    }
    for column in columns {
      for kind in ResidualIdentifier.allCases {
        guard let count = found[column.name]?[kind] else { continue }
        add(
          "identifier-survives",
          "dataset \"\(dataset.name)\": what would stay in \"\(column.name)\" of \(count) row(s) \(kind.rawValue), so they "
            + "would not be anonymous; take it out of keep-columns, or write erase: delete")
      }
    }
  }
}
