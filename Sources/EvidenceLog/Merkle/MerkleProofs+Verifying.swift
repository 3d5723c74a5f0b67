extension MerkleProofs {
  /// Checks that `leaf` is entry `index` of the tree with that size and root (RFC 9162 section 2.1.3.2).
  public static func verifyInclusion(
    leaf: MerkleHash, index: UInt64, size: UInt64, proof: [MerkleHash], root: MerkleHash
  ) throws(ProofError) {
    guard index < size else { throw .indexOutsideTree(index: index, size: size) }
    var node = index
    var last = size - 1
    var hash = leaf
    for sibling in proof {
      guard last > 0 else { throw .proofTooLong }
      if node & 1 == 1 || node == last {
        hash = MerkleTree.nodeHash(sibling, hash)
        // At the right edge the levels without a sibling are skipped.
        while node & 1 == 0 && node != 0 {
          node >>= 1
          last >>= 1
        }
      } else {
        hash = MerkleTree.nodeHash(hash, sibling)
      }
      node >>= 1
      last >>= 1
    }
    guard last == 0 else { throw .proofTooShort }
    guard hash == root else { throw .rootDiffers }
  }

  /// Checks that the newer tree begins with the whole older one (RFC 9162 section 2.1.4.2).
  ///
  /// An older tree without leaves is refused unless both are empty: it would be consistent with anything. A caller
  /// that starts from nothing has nothing to check and says so.
  public static func verifyConsistency(
    from: UInt64, to: UInt64, fromRoot: MerkleHash, toRoot: MerkleHash, proof: [MerkleHash]
  ) throws(ProofError) {
    guard from <= to else { throw .sizesReversed(from: from, to: to) }
    if from == to {
      guard proof.isEmpty else { throw .proofTooLong }
      guard fromRoot == toRoot else { throw .rootDiffers }
      return
    }
    guard from > 0 else { throw .emptyOlderTree }
    var rest = proof[...]
    // A complete older tree is itself the first subtree, so the proof does not repeat it.
    let first = from.nonzeroBitCount == 1 ? fromRoot : rest.popFirst()
    guard let first, !proof.isEmpty else { throw .proofTooShort }
    var node = from - 1
    var last = to - 1
    while node & 1 == 1 {
      node >>= 1
      last >>= 1
    }
    var older = first
    var newer = first
    for hash in rest {
      guard last > 0 else { throw .proofTooLong }
      if node & 1 == 1 || node == last {
        older = MerkleTree.nodeHash(hash, older)
        newer = MerkleTree.nodeHash(hash, newer)
        while node & 1 == 0 && node != 0 {
          node >>= 1
          last >>= 1
        }
      } else {
        newer = MerkleTree.nodeHash(newer, hash)
      }
      node >>= 1
      last >>= 1
    }
    guard last == 0 else { throw .proofTooShort }
    guard older == fromRoot else { throw .olderRootDiffers }
    guard newer == toRoot else { throw .rootDiffers }
  }
}
