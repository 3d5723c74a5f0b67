extension EntryBundle {
  /// The entries of a bundle as far as it reads, each with the place of its first byte.
  struct Split {
    var entries: [(offset: Int, bytes: [UInt8])] = []
    /// Why it does not read to its end.
    var problem: TileError?
    /// The first byte that belongs to no entry.
    var end = 0
  }

  /// Like `decode`, for a bundle that may be damaged.
  static func split(_ bytes: [UInt8], count: Int) -> Split {
    var split = Split()
    split.entries.reserveCapacity(count)
    while split.entries.count < count {
      let start = split.end
      guard bytes.count - start >= 2 else {
        split.problem = .bundleTruncated(entry: split.entries.count)
        return split
      }
      let length = Int(bytes[start]) << 8 | Int(bytes[start + 1])
      guard bytes.count - start - 2 >= length else {
        split.problem = .bundleTruncated(entry: split.entries.count)
        return split
      }
      split.entries.append((start + 2, Array(bytes[(start + 2)..<(start + 2 + length)])))
      split.end = start + 2 + length
    }
    if split.end != bytes.count { split.problem = .bundleTrailingBytes(count: bytes.count - split.end) }
    return split
  }
}
