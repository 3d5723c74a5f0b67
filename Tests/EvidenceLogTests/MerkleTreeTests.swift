import EvidenceLog
import Testing

struct MerkleTreeTests {
  @Test func `hashes are those that other logs compute`() {
    let abc = MerkleTree.leafHash(Array("abc".utf8))
    #expect(MerkleTree.emptyRoot.base64 == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    #expect(MerkleTree.leafHash([]).base64 == "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=")
    #expect(abc.base64 == "YJ9uNtJAVYUYjVz9dh9AfHzEan0/MUyIJwRp3eMV/NE=")
    #expect(
      MerkleTree.root(of: [MerkleTree.leafHash([]), abc]).base64 == "h8k+7iK/3T5t/tAZrYrcijV+kLxjiNnvDC/kYeYzIE8=")
    #expect(MerkleTree.root(of: []) == MerkleTree.emptyRoot)
  }

  @Test func `a hash reads back from its bytes and its base64 and from nothing shorter`() {
    let hash = MerkleTree.leafHash([1])
    #expect(MerkleHash(bytes: hash.bytes) == hash)
    #expect(MerkleHash(base64: hash.base64) == hash)
    #expect(MerkleHash(bytes: hash.bytes.dropLast()) == nil)
    #expect(MerkleHash(bytes: hash.bytes + [0]) == nil)
    #expect(MerkleHash(base64: String(hash.base64.dropLast())) == nil)
    #expect(hash.hex.utf8.count == 64)
  }

  @Test func `the frontier completes each subtree once and reloads from its nodes`() throws {
    var frontier = MerkleFrontier()
    var nodes: [String: MerkleHash] = [:]
    for number in 0..<300 {
      for node in frontier.append(Self.leaf(number)) {
        #expect(nodes.updateValue(node.hash, forKey: "\(node.level)/\(node.index)") == nil)
      }
      let positions = MerkleFrontier.nodePositions(size: frontier.size)
      let stored = positions.compactMap { nodes["\($0.level)/\($0.index)"] }
      #expect(MerkleFrontier(size: frontier.size, hashes: stored) == frontier)
      #expect(frontier.root == Self.recursiveRoot((0...number).map(Self.leaf)))
    }
    #expect(MerkleFrontier(size: 3, hashes: []) == nil)
    #expect(MerkleFrontier.nodePositions(size: 0).isEmpty)
  }

  @Test func `every inclusion and consistency proof of all trees up to 300 leaves holds`() throws {
    let leaves = (0..<300).map(Self.leaf)
    let source = MemoryMerkleNodes(leaves: leaves)
    var roots = [MerkleTree.emptyRoot]
    for size in 1...300 { roots.append(try MerkleProofs.root(size: UInt64(size), source: source)) }
    #expect(roots[300] == source.root)
    for size in 1...300 {
      let newer = UInt64(size)
      for index in 0..<size {
        let proof = try MerkleProofs.inclusion(index: UInt64(index), size: newer, source: source)
        try MerkleProofs.verifyInclusion(
          leaf: leaves[index], index: UInt64(index), size: newer, proof: proof, root: roots[size])
        let older = UInt64(index + 1)
        let consistency = try MerkleProofs.consistency(from: older, to: newer, source: source)
        try MerkleProofs.verifyConsistency(
          from: older, to: newer, fromRoot: roots[index + 1], toRoot: roots[size], proof: consistency)
      }
    }
  }

  @Test func `no proof holds for another index, size or root`() throws {
    let leaves = (0..<40).map(Self.leaf)
    let source = MemoryMerkleNodes(leaves: leaves)
    let roots = try (0...40).map { try MerkleProofs.root(size: UInt64($0), source: source) }
    for size in 1...40 {
      for index in 0..<size {
        let proof = try MerkleProofs.inclusion(index: UInt64(index), size: UInt64(size), source: source)
        for other in 0..<size where other != index {
          #expect(throws: ProofError.self) {
            try MerkleProofs.verifyInclusion(
              leaf: leaves[index], index: UInt64(other), size: UInt64(size), proof: proof, root: roots[size])
          }
        }
        for root in 0...40 where root != size {
          #expect(throws: ProofError.self) {
            try MerkleProofs.verifyInclusion(
              leaf: leaves[index], index: UInt64(index), size: UInt64(root), proof: proof, root: roots[root])
          }
        }
      }
    }
  }

  @Test func `impossible questions are refused by name`() throws {
    let source = MemoryMerkleNodes(leaves: (0..<5).map(Self.leaf))
    #expect(throws: ProofError.indexOutsideTree(index: 5, size: 5)) {
      try MerkleProofs.inclusion(index: 5, size: 5, source: source)
    }
    #expect(throws: ProofError.sizesReversed(from: 5, to: 4)) {
      try MerkleProofs.consistency(from: 5, to: 4, source: source)
    }
    #expect(throws: ProofError.nodeMissing(level: 1, index: 2)) {
      try MerkleProofs.root(size: 6, source: MemoryMerkleNodes(leaves: (0..<5).map(Self.leaf)))
    }
    #expect(throws: ProofError.emptyOlderTree) {
      try MerkleProofs.verifyConsistency(
        from: 0, to: 5, fromRoot: MerkleTree.emptyRoot, toRoot: source.root, proof: [])
    }
    #expect(throws: ProofError.proofTooShort) {
      try MerkleProofs.verifyConsistency(from: 4, to: 5, fromRoot: source.root, toRoot: source.root, proof: [])
    }
  }

  static func leaf(_ number: Int) -> MerkleHash {
    MerkleTree.leafHash(Array("entry \(number)".utf8))
  }

  /// The definition of RFC 6962, written as it stands there.
  private static func recursiveRoot(_ leaves: [MerkleHash]) -> MerkleHash {
    guard leaves.count > 1 else { return leaves[0] }
    var middle = 1
    while middle * 2 < leaves.count { middle *= 2 }
    return MerkleTree.nodeHash(recursiveRoot(Array(leaves[..<middle])), recursiveRoot(Array(leaves[middle...])))
  }
}
