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
    guard let ranges = Self.ranges(description) else { return nil }
    indexes = ranges.flatMap { Array($0) }
  }

  /// How many indexes a text in the one form names; nothing when it has another.
  public static func count(_ description: String) -> Int? {
    ranges(description)?.reduce(0) { $0 + $1.count }
  }

  private static func ranges(_ description: String) -> [ClosedRange<UInt64>]? {
    var ranges: [ClosedRange<UInt64>] = []
    guard !description.isEmpty else { return ranges }
    for part in description.utf8.split(separator: 0x2C, omittingEmptySubsequences: false) {
      let hyphen = part.firstIndex(of: 0x2D)
      guard let first = number(part[..<(hyphen ?? part.endIndex)]) else { return nil }
      var last = first
      if let hyphen {
        guard let number = number(part[part.index(after: hyphen)...]), number > first else { return nil }
        last = number
      }
      // Another order, or neighbours that are not joined.
      if let before = ranges.last { guard first > before.upperBound, first - before.upperBound > 1 else { return nil } }
      guard last - first < 10_000_000 else { return nil }
      ranges.append(first...last)
    }
    return ranges
  }

  private static func number(_ digits: Substring.UTF8View) -> UInt64? {
    // Another spelling of a number.
    guard let leading = digits.first, leading != 0x30 || digits.count == 1 else { return nil }
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
