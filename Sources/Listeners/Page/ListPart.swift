import ErasureDomain

/// The part of a list that an address asks for: what comes behind a place of it, or before one.
struct ListPart: Sendable {
  let from: String?
  let backwards: Bool

  /// What is no place counts as the list's beginning.
  init(_ query: [String: String], isPlace: (String) -> Bool = { !$0.isEmpty }) {
    let before = query["before"].flatMap { isPlace($0) ? $0 : nil }
    from = before ?? query["after"].flatMap { isPlace($0) ? $0 : nil }
    backwards = before != nil
  }

  /// Whether an address names an entry so that a call can carry it.
  static func isEntry(_ text: String) -> Bool {
    Int64(text).map { (0..<CanonicalJSON.integerRange.upperBound).contains($0) } ?? false
  }

  /// Leaves the rows that are shown of those that were found, which are one more where there are more, and says where it goes on.
  /// `path` ends where a further field may begin.
  func pager<Row>(_ found: inout [Row], most: Int, path: String, place: (Row) -> String?) -> Pager? {
    let isCut = found.count > most
    if isCut { if backwards { found.removeFirst() } else { found.removeLast() } }
    let hasEarlier = backwards ? isCut : from != nil
    let hasLater = backwards || isCut
    guard hasEarlier || hasLater else { return nil }
    let beginning = String(path.dropLast())
    return Pager(
      earlier: hasEarlier ? found.first.flatMap(place).map { "\(path)before=\($0)" } ?? beginning : nil,
      later: hasLater ? found.last.flatMap(place).map { "\(path)after=\($0)" } ?? beginning : nil)
  }
}

/// The way to the pages before and behind.
struct Pager: Sendable {
  let earlier: String?
  let later: String?
}
