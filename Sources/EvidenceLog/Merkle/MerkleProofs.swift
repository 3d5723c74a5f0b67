/// Makes inclusion and consistency proofs (RFC 9162 sections 2.1.3.1 and 2.1.4.1) from stored subtrees.
public enum MerkleProofs {
  /// The root of the first `size` leaves.
  public static func root(size: UInt64, source: some MerkleNodeSource) throws -> MerkleHash {
    guard size > 0 else { return MerkleTree.emptyRoot }
    return try range(from: 0, to: size, source: source)
  }

  /// The path from the leaf's sibling up to a child of the root; empty for a tree of one leaf.
  public static func inclusion(
    index: UInt64, size: UInt64, source: some MerkleNodeSource
  ) throws -> [MerkleHash] {
    guard index < size else { throw ProofError.indexOutsideTree(index: index, size: size) }
    var begin: UInt64 = 0
    var end = size
    var path: [MerkleHash] = []
    while end - begin > 1 {
      let middle = begin + largestPowerOfTwo(below: end - begin)
      if index < middle {
        path.append(try range(from: middle, to: end, source: source))
        end = middle
      } else {
        path.append(try range(from: begin, to: middle, source: source))
        begin = middle
      }
    }
    return path.reversed()
  }

  /// What shows that the tree of `from` leaves is the beginning of the tree of `to` leaves; empty for equal sizes.
  public static func consistency(
    from: UInt64, to: UInt64, source: some MerkleNodeSource
  ) throws -> [MerkleHash] {
    guard from <= to else { throw ProofError.sizesReversed(from: from, to: to) }
    guard from > 0 else { return [] }
    var begin: UInt64 = 0
    var end = to
    var olderRootIsKnown = true
    var path: [MerkleHash] = []
    while from != end {
      let middle = begin + largestPowerOfTwo(below: end - begin)
      if from <= middle {
        path.append(try range(from: middle, to: end, source: source))
        end = middle
      } else {
        path.append(try range(from: begin, to: middle, source: source))
        begin = middle
        olderRootIsKnown = false
      }
    }
    if !olderRootIsKnown { path.append(try range(from: begin, to: end, source: source)) }
    return path.reversed()
  }

  /// The root of a range as the recursion of RFC 6962 cuts them: `begin` is a multiple of a power of two that is at
  /// least the range's length, so its complete subtrees lie largest first.
  private static func range(
    from begin: UInt64, to end: UInt64, source: some MerkleNodeSource
  ) throws -> MerkleHash {
    var hashes: [MerkleHash] = []
    var position = begin
    while position < end {
      let level = 63 - (end - position).leadingZeroBitCount
      hashes.append(try source.node(level: level, index: position >> UInt64(level)))
      position += 1 << UInt64(level)
    }
    guard var root = hashes.popLast() else { return MerkleTree.emptyRoot }
    while let left = hashes.popLast() { root = MerkleTree.nodeHash(left, root) }
    return root
  }

  /// The largest power of two strictly below `count`, which is at least 2.
  private static func largestPowerOfTwo(below count: UInt64) -> UInt64 {
    1 << UInt64(63 - (count - 1).leadingZeroBitCount)
  }
}
