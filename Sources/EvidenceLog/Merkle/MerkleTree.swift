import Crypto

/// The hashes of RFC 6962 section 2.1 over SHA-256.
public enum MerkleTree {
  /// The root of a tree without leaves: `SHA256("")`.
  public static let emptyRoot = MerkleHash(SHA256().finalize())

  /// The hash of a leaf, `SHA256(0x00 || entry)`.
  ///
  /// The entry is hashed as stored; nobody re-encodes it first.
  public static func leafHash(_ entry: [UInt8]) -> MerkleHash {
    // Entries of the usual size stay on the stack; a larger one makes one short-lived allocation.
    withUnsafeTemporaryAllocation(byteCount: entry.count + 1, alignment: 1) { buffer in
      buffer[0] = 0
      UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyBytes(from: entry)
      return hash(buffer)
    }
  }

  /// The hash of an inner node, `SHA256(0x01 || left || right)`.
  public static func nodeHash(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
    withUnsafeTemporaryAllocation(byteCount: 1 + 2 * MerkleHash.byteCount, alignment: 1) { buffer in
      buffer[0] = 1
      left.store(into: buffer, at: 1)
      right.store(into: buffer, at: 1 + MerkleHash.byteCount)
      return hash(buffer)
    }
  }

  /// The root over leaf hashes; linear in time, logarithmic in memory.
  public static func root(of leaves: [MerkleHash]) -> MerkleHash {
    var frontier = MerkleFrontier()
    for leaf in leaves { frontier.append(leaf) { _, _, _ in } }
    return frontier.root
  }

  private static func hash(_ buffer: UnsafeMutableRawBufferPointer) -> MerkleHash {
    var function = SHA256()
    function.update(bufferPointer: UnsafeRawBufferPointer(buffer))
    return MerkleHash(function.finalize())
  }
}
