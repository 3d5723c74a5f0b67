import EvidenceLog
import Testing

struct TlogProofTests {
  private let log: Ed25519CheckpointSigner
  private let policy: TrustPolicy

  init() throws {
    log = try Ed25519CheckpointSigner(name: "log.example/a", seed: [UInt8](repeating: 1, count: 32))
    policy = try TrustPolicy(logs: [.init(key: log.verifierKey)])
  }

  @Test func `proofs of our own verify for every entry of small logs`() throws {
    for size in 1...20 {
      let entries = (0..<size).map { Array("entry \($0)".utf8) }
      let nodes = MemoryMerkleNodes(leaves: entries.map(MerkleTree.leafHash))
      let text = Checkpoint(origin: "log.example/a", size: UInt64(size), root: nodes.root).text
      let checkpoint = try SignedNote.signing(text, by: [log])
      for (index, entry) in entries.enumerated() {
        let hashes = try MerkleProofs.inclusion(index: UInt64(index), size: UInt64(size), source: nodes)
        let proof = try TlogProof(index: UInt64(index), hashes: hashes, checkpoint: checkpoint)
        let read = try TlogProof(parsing: proof.encoded)
        #expect(read == proof && read.encoded == proof.encoded)
        try read.verify(entry: entry, policy: policy)
      }
    }
  }

  @Test func `malformed proof files are refused one by one`() throws {
    let text = Checkpoint(origin: "log.example/a", size: 1, root: MerkleTree.leafHash([])).text
    let note = String(decoding: try SignedNote.signing(text, by: [log]).encoded, as: UTF8.self)
    let header = "c2sp.org/tlog-proof@v1\n"
    let hash = MerkleTree.emptyRoot.base64 + "\n"
    func refusal(_ text: String) -> TlogProofError? {
      do {
        let proof = try TlogProof(parsing: Array(text.utf8))
        #expect(proof.encoded == Array(text.utf8))
        return nil
      } catch { return error }
    }
    #expect(refusal(header + "index 0\n\n" + note) == nil)
    #expect(refusal(header + "extra aGk=\nindex 0\n\n" + note) == nil)
    #expect(refusal("") == .badHeader)
    #expect(refusal("c2sp.org/tlog-proof@v2\nindex 0\n\n" + note) == .badHeader)
    #expect(refusal(header + "extra aGk\nindex 0\n\n" + note) == .badExtra)
    #expect(refusal(header + "extra aGk=\nextra aGk=\nindex 0\n\n" + note) == .badIndex)
    #expect(refusal(header + "\n" + note) == .badIndex)
    #expect(refusal(header + "index 00\n\n" + note) == .badIndex)
    #expect(refusal(header + "index -1\n\n" + note) == .badIndex)
    #expect(refusal(header + "index 0\nAAAA\n\n" + note) == .badHash(line: 1))
    #expect(refusal(header + "index 0\n" + hash + note) == .badHash(line: 2))
    #expect(refusal(header + "index 0\n" + hash) == .noCheckpoint)
    #expect(refusal(header + "index 0\n" + String(repeating: hash, count: 65) + "\n" + note) == .tooManyHashes)
    #expect(refusal(header + "index 0\n\n") == .note(.noSignatureBlock))
    let whole = try TlogProof(parsing: Array((header + "index 0\n" + hash + "\n" + note).utf8))
    #expect(throws: TrustError.inclusion(.proofTooLong)) { try whole.verify(entry: [], policy: policy) }
  }
}
