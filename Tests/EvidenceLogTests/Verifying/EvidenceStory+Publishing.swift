import ErasureDomain
import EvidenceLog

// The log folder and the bundle of a story.
extension EvidenceStory {
  func checkpoint(size: Int? = nil) throws -> [UInt8] {
    let leaves = entries.prefix(size ?? entries.count).map { MerkleTree.leafHash($0.bytes) }
    let checkpoint = Checkpoint(origin: Self.origin, size: UInt64(leaves.count), root: MerkleTree.root(of: leaves))
    var note = try SignedNote.signing(checkpoint.text, by: signing ?? [log])
    try note.add([try witness.cosign(noteText: checkpoint.text, timestamp: 1_800_000_000)])
    return note.encoded
  }

  /// The folder as it stands when the log was published at these sizes, one after the other.
  func folder(publishedAt sizes: [Int] = []) throws -> MemoryFiles {
    var folder = MemoryFiles()
    let nodes = MemoryMerkleNodes(leaves: entries.map { MerkleTree.leafHash($0.bytes) })
    var older: UInt64 = 0
    for size in (sizes + [entries.count]).map(UInt64.init) {
      for tile in Tile.added(from: older, to: size) {
        switch tile.kind {
        case .hashes: folder.files[tile.path] = Tile.encode(try tile.hashes(from: nodes))
        case .entries:
          let first = Int(tile.index) * Tile.fullWidth
          folder.files[tile.path] = try EntryBundle.encode(entries[first..<(first + tile.width)].map(\.bytes))
        }
      }
      older = size
    }
    for (digest, bytes) in artifacts { folder.files["artifacts/sha256/\(digest.hex)"] = bytes }
    folder.files["checkpoint"] = try checkpoint()
    return folder
  }

  func bundle(_ request: RequestReference, since earlier: Int? = nil) throws -> MemoryFiles {
    var bundle = MemoryFiles()
    let nodes = MemoryMerkleNodes(leaves: entries.map { MerkleTree.leafHash($0.bytes) })
    let checkpoint = try checkpoint()
    let note = try SignedNote(parsing: checkpoint)
    let size = UInt64(entries.count)
    bundle.files["README.txt"] = Array("Check this with expunge-audit verify.\n".utf8)
    bundle.files["policy"] = Array(try policy().text.utf8)
    bundle.files["checkpoint"] = checkpoint
    let ofRequest = entries(of: request)
    var decisions = 0
    for (index, bytes) in [(UInt64(0), entries[0].bytes)] + ofRequest.map({ ($0.index, $0.bytes) }) {
      let hashes = try MerkleProofs.inclusion(index: index, size: size, source: nodes)
      bundle.files["entries/\(index).json"] = bytes
      bundle.files["proofs/\(index).tlog-proof"] =
        try TlogProof(index: index, hashes: hashes, checkpoint: note).encoded
    }
    for (_, _, entry) in ofRequest {
      for digest in Self.digests(.object(entry.facts)) {
        if let bytes = artifacts[digest] { bundle.files["artifacts/sha256/\(digest.hex)"] = bytes }
      }
      if let report = entry.facts["report"]?.string.flatMap({ ContentDigest($0) }) {
        bundle.files["report.txt"] = artifacts[report]
      }
      var signed: (text: ContentDigest, signature: ContentDigest)?
      if let approval = try? entry.facts(as: PlanApproved.self).approval {
        signed = (approval.text, approval.signature)
      }
      if let facts = try? entry.facts(as: TaskAttested.self) { signed = (facts.text, facts.signature) }
      guard let signed else { continue }
      decisions += 1
      bundle.files["approvals/\(decisions).txt"] = artifacts[signed.text]
      bundle.files["approvals/\(decisions).sig"] = artifacts[signed.signature]
    }
    if let earlier {
      let proof = try MerkleProofs.consistency(from: UInt64(earlier), to: size, source: nodes)
      bundle.files["consistency/\(earlier)-\(size)"] = Array(proof.map { $0.base64 + "\n" }.joined().utf8)
    }
    return bundle
  }

  private static func digests(_ value: CanonicalJSON) -> [ContentDigest] {
    switch value {
    case .string(let text): ContentDigest(text).map { [$0] } ?? []
    case .integer, .boolean: []
    case .array(let elements): elements.flatMap(digests)
    case .object(let members): members.values.flatMap(digests)
    }
  }
}
