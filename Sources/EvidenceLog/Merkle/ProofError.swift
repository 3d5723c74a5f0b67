/// Why a proof cannot be made or does not hold.
public enum ProofError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The entry is not in a tree of that size.
  case indexOutsideTree(index: UInt64, size: UInt64)
  /// The older tree is the larger one.
  case sizesReversed(from: UInt64, to: UInt64)
  /// Every tree extends the empty one; there is nothing to prove.
  case emptyOlderTree
  /// The proof has fewer hashes than these sizes need.
  case proofTooShort
  /// The proof has more hashes than these sizes need.
  case proofTooLong
  /// The hashes do not lead to the older root.
  case olderRootDiffers
  /// The hashes do not lead to the root.
  case rootDiffers
  /// The source does not hold a subtree that the proof needs.
  case nodeMissing(level: Int, index: UInt64)

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .indexOutsideTree(let index, let size):
      "entry \(index) is not in a tree of \(size) entries; take a newer checkpoint"
    case .sizesReversed(let from, let to):
      "the older tree (\(from) entries) is larger than the newer one (\(to)); swap them or suspect a rollback"
    case .emptyOlderTree: "a tree without entries proves nothing; start from a checkpoint of at least one entry"
    case .proofTooShort: "the proof has too few hashes for these sizes"
    case .proofTooLong: "the proof has too many hashes for these sizes"
    case .olderRootDiffers: "the proof does not lead to the root of the older checkpoint"
    case .rootDiffers: "the proof does not lead to the root of the checkpoint"
    case .nodeMissing(let level, let index): "the subtree at level \(level), index \(index) is not stored"
    }
  }
}
