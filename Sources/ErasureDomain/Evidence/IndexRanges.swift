/// Indexes of entries as ranges: `17-29,40`. Ascending, no overlap, no neighbours left unjoined.
public struct IndexRanges: Hashable, Sendable, CustomStringConvertible, LosslessStringConvertible {
  public let indexes: [UInt64]

  /// The indexes in ascending order, doubles dropped.
  public init(_ indexes: some Sequence<UInt64>) {
    let given = Array(indexes)
    let ascends = zip(given, given.dropFirst()).allSatisfy { $0 < $1 }
    self.indexes = ascends ? given : Set(given).sorted()
  }

  /// Reads the one text form; nothing when it is another.
  public init?(_ description: String) {
    var indexes: [UInt64] = []
    for part in description.utf8.split(separator: 0x2C, omittingEmptySubsequences: false) where !description.isEmpty {
      let ends = part.split(separator: 0x2D, omittingEmptySubsequences: false).map { Self.number($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last,
        last - first < 10_000_000
      else { return nil }
      indexes.append(contentsOf: first...last)
    }
    self.init(indexes)
    // Another spelling of a number, another order.
    guard self.description.utf8.elementsEqual(description.utf8) else { return nil }
  }

  private static func number(_ digits: Substring.UTF8View) -> UInt64? {
    guard !digits.isEmpty else { return nil }
    var number: UInt64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      let (product, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit - 0x30))
      guard !overflow, !carry else { return nil }
      number = sum
    }
    return number
  }

  public var description: String {
    var text = ""
    var place = 0
    while place < indexes.count {
      let start = place
      while place + 1 < indexes.count, indexes[place + 1] == indexes[place] + 1 { place += 1 }
      if start > 0 { text += "," }
      text += String(indexes[start])
      if place > start { text += "-" + String(indexes[place]) }
      place += 1
    }
    return text
  }
}
