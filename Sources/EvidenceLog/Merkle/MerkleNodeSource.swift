/// Where the hashes of complete subtrees come from: a table, a tile folder, memory.
public protocol MerkleNodeSource {
  /// The root of leaves `index · 2^level ..< (index + 1) · 2^level`.
  ///
  /// Throws when the source does not hold that subtree; it never makes a hash up.
  func node(level: Int, index: UInt64) throws -> MerkleHash
}
