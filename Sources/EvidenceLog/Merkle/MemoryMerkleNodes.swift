/// All complete subtrees of a tree in memory: for tests, and for logs read whole.
public struct MemoryMerkleNodes: MerkleNodeSource, Sendable {
  private var levels: [[MerkleHash]] = []
  private var frontier = MerkleFrontier()

  /// The tree over these leaf hashes, in order.
  public init(leaves: some Sequence<MerkleHash> = []) {
    for leaf in leaves { append(leaf) }
  }

  /// The number of leaves.
  public var size: UInt64 { frontier.size }

  /// The root of the whole tree.
  public var root: MerkleHash { frontier.root }

  /// Adds one leaf.
  public mutating func append(_ leaf: MerkleHash) {
    for node in frontier.append(leaf) {
      if node.level == levels.count { levels.append([]) }
      levels[node.level].append(node.hash)
    }
  }

  /// The stored subtree; throws `ProofError.nodeMissing` outside the tree.
  public func node(level: Int, index: UInt64) throws -> MerkleHash {
    guard levels.indices.contains(level), index < UInt64(levels[level].count) else {
      throw ProofError.nodeMissing(level: level, index: index)
    }
    return levels[level][Int(index)]
  }
}
