/// Indexes of entries as ranges: `17-29,40`. Ascending, no overlap, no neighbours left unjoined.
public struct IndexRanges: Hashable, Sendable, CustomStringConvertible, LosslessStringConvertible {
  public let indexes: [UInt64]

  /// The indexes in ascending order, doubles dropped.
  public init(_ indexes: some Sequence<UInt64>) {
    self.indexes = Set(indexes).sorted()
  }

  /// Reads the one text form; nothing when it is another.
  public init?(_ description: String) {
    var indexes: [UInt64] = []
    for part in description.split(separator: ",", omittingEmptySubsequences: false) where !description.isEmpty {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last,
        last - first < 10_000_000
      else { return nil }
      indexes.append(contentsOf: first...last)
    }
    self.init(indexes)
    guard self.description == description else { return nil }
  }

  public var description: String {
    var parts: [String] = []
    var start: UInt64?
    var end: UInt64 = 0
    func close() {
      guard let start else { return }
      parts.append(start == end ? "\(start)" : "\(start)-\(end)")
    }
    for index in indexes {
      if start != nil, index == end + 1 {
        end = index
      } else {
        close()
        start = index
        end = index
      }
    }
    close()
    return parts.joined(separator: ",")
  }
}
