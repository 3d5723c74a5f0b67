/// The right edge of a growing tree: the roots of its complete subtrees, at most 64.
///
/// It is all that is needed to append and to know the root.
public struct MerkleFrontier: Hashable, Sendable {
  /// The number of leaves so far.
  public private(set) var size: UInt64
  /// The roots of the complete subtrees, largest first; one for each bit set in `size`.
  public private(set) var hashes: [MerkleHash]

  /// The empty tree.
  public init() {
    size = 0
    hashes = []
  }

  /// A frontier from stored hashes, in the order of `nodePositions(size:)`; nothing when their number is wrong.
  public init?(size: UInt64, hashes: [MerkleHash]) {
    guard hashes.count == size.nonzeroBitCount else { return nil }
    self.size = size
    self.hashes = hashes
  }

  /// Adds one leaf and returns every complete subtree that this completes, the leaf itself (level 0) first.
  @discardableResult
  public mutating func append(_ leaf: MerkleHash) -> [(level: Int, index: UInt64, hash: MerkleHash)] {
    var completed: [(level: Int, index: UInt64, hash: MerkleHash)] = []
    append(leaf) { completed.append(($0, $1, $2)) }
    return completed
  }

  /// Adds one leaf and hands over every complete subtree that this completes, the leaf itself (level 0) first.
  public mutating func append(
    _ leaf: MerkleHash, completed: (_ level: Int, _ index: UInt64, _ hash: MerkleHash) -> Void
  ) {
    completed(0, size, leaf)
    var hash = leaf
    var index = size
    var level = 0
    // Each trailing one bit of the old size is a left neighbour of equal height that waits for its right one.
    while index & 1 == 1 {
      hash = MerkleTree.nodeHash(hashes.removeLast(), hash)
      index >>= 1
      level += 1
      completed(level, index, hash)
    }
    hashes.append(hash)
    size += 1
  }

  /// The root of the tree of `size` leaves.
  public var root: MerkleHash {
    guard var root = hashes.last else { return MerkleTree.emptyRoot }
    for hash in hashes.dropLast().reversed() { root = MerkleTree.nodeHash(hash, root) }
    return root
  }

  /// Where the hashes of a frontier of that size are stored as nodes, largest first.
  public static func nodePositions(size: UInt64) -> [(level: Int, index: UInt64)] {
    var positions: [(level: Int, index: UInt64)] = []
    var begin: UInt64 = 0
    for level in stride(from: 63, through: 0, by: -1) where size & (1 << UInt64(level)) != 0 {
      positions.append((level: level, index: begin >> UInt64(level)))
      begin += 1 << UInt64(level)
    }
    return positions
  }
}
