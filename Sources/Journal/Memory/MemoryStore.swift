import ErasureDomain
import EvidenceLog

/// Everything the journal in memory holds.
struct MemoryStore {
  var answers = MemoryAnswers()
  var entries: [IndexedEntry] = []
  var nodes = MemoryMerkleNodes()
  /// Smallest first.
  var checkpoints: [(size: UInt64, note: [UInt8])] = []
  var anchors: [CheckpointAnchor] = []
  var entriesByRequest: [RequestReference: [Int]] = [:]
  var entriesByJob: [JobReference: [Int]] = [:]

  var size: UInt64 { UInt64(entries.count) }

  /// The right edge of the tree.
  func frontier() throws -> MerkleFrontier {
    let hashes = try MerkleFrontier.nodePositions(size: size).map { try nodes.node(level: $0.level, index: $0.index) }
    guard let frontier = MerkleFrontier(size: size, hashes: hashes) else { throw JournalFailure.corrupt(at: nil) }
    return frontier
  }

  mutating func append(_ bytes: [UInt8], _ entry: EvidenceEntry) {
    let place = entries.count
    nodes.append(MerkleTree.leafHash(bytes))
    entries.append(IndexedEntry(index: UInt64(place), bytes: bytes, entry: entry))
    if let request = entry.subject.request { entriesByRequest[request, default: []].append(place) }
    if let job = entry.subject.job { entriesByJob[job, default: []].append(place) }
  }
}
