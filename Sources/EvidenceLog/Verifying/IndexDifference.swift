/// The first difference between a list of indexes as entries write it and the indexes that are there.
///
/// The ranges are walked and never spread out: a forged list of billions costs nothing.
enum IndexDifference: Hashable {
  case malformed
  /// Listed and not there.
  case absent(UInt64)
  /// There and not listed.
  case notListed(UInt64)

  /// The first index of a list.
  static func first(_ listed: String) -> UInt64? {
    Lines.number(Array(listed.utf8.prefix { $0 != 0x2C && $0 != 0x2D }))
  }

  /// `present` ascends. Nothing when both are the same.
  init?(listed: String, present: [UInt64]) {
    var rest = present[...]
    for part in Array(listed.utf8).split(separator: 0x2C, omittingEmptySubsequences: false) where !listed.isEmpty {
      let ends = part.split(separator: 0x2D, omittingEmptySubsequences: false).map { Lines.number($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
        self = .malformed
        return
      }
      var next = first
      while true {
        guard let there = rest.popFirst() else {
          self = .absent(next)
          return
        }
        guard there == next else {
          self = there < next ? .notListed(there) : .absent(next)
          return
        }
        if next == last { break }
        next += 1
      }
    }
    guard let more = rest.first else { return nil }
    self = .notListed(more)
  }
}
