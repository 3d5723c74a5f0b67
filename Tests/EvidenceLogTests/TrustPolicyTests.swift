import EvidenceLog
import TestKit
import Testing

struct TrustPolicyTests {
  private let log: Ed25519CheckpointSigner
  private let witnesses: [Ed25519Cosigner]

  init() throws {
    log = try Ed25519CheckpointSigner(name: "log.example/a", seed: [UInt8](repeating: 1, count: 32))
    witnesses = try (0..<4).map {
      try Ed25519Cosigner(name: "witness.example/\($0)", seed: [UInt8](repeating: UInt8($0 + 2), count: 32))
    }
  }

  private func text(_ ending: String) -> String {
    "# whom we trust\n\nlog \(log.verifierKey.text) https://log.example/a\n"
      + witnesses.enumerated().map { "witness w\($0.offset)\t\($0.element.verifierKey.text)\n" }.joined() + ending
  }

  private func note(cosignedBy numbers: [Int]) throws -> SignedNote {
    let text = Checkpoint(origin: "log.example/a", size: 0, root: MerkleTree.emptyRoot).text
    var note = try SignedNote.signing(text, by: [log])
    try note.add(try numbers.map { try witnesses[$0].cosign(noteText: text, timestamp: 1_800_000_000) })
    return note
  }

  @Test func `nested groups decide as their thresholds say`() throws {
    let policy = try TrustPolicy(
      parsing: Array(
        text("group pair 2 w0 w1 w2\ngroup one any w3\ngroup both all pair one\nquorum both\n").utf8))
    #expect(policy.logs.map(\.url) == ["https://log.example/a"])
    for subset in 0..<16 {
      let numbers = (0..<4).filter { subset & (1 << $0) != 0 }
      let enough = numbers.count { $0 < 3 } >= 2 && numbers.contains(3)
      let note = try note(cosignedBy: numbers)
      if enough {
        #expect(try policy.verify(note).cosignatures.map(\.witness) == numbers.map { "w\($0)" })
      } else {
        #expect(throws: TrustError.quorumNotMet(quorum: "both", by: numbers.map { "w\($0)" })) {
          try policy.verify(note)
        }
      }
    }
  }

  @Test func `a policy prints what parses to the same policy`() throws {
    let policy = try TrustPolicy(parsing: Array(text("group pair 2 w0 w1 w2\nquorum pair\n").utf8))
    #expect(try TrustPolicy(parsing: Array(policy.text.utf8)) == policy)
    #expect(
      try TrustPolicy(
        logs: policy.logs, witnesses: policy.witnesses, groups: policy.groups, quorum: policy.quorum) == policy)
    #expect(throws: TrustPolicyError.self) {
      try TrustPolicy(logs: [.init(key: log.verifierKey, url: "a b")])
    }
  }

  @Test func `a checkpoint of another log or without the log's signature is not trusted`() throws {
    let policy = try TrustPolicy(parsing: Array(text("quorum none\n").utf8))
    let stranger = try Ed25519CheckpointSigner(name: "log.example/b", seed: [UInt8](repeating: 8, count: 32))
    let foreign = Checkpoint(origin: "log.example/b", size: 0, root: MerkleTree.emptyRoot).text
    #expect(throws: TrustError.unknownLog(origin: "log.example/b")) {
      try policy.verify(try SignedNote.signing(foreign, by: [stranger]))
    }
    let text = Checkpoint(origin: "log.example/a", size: 0, root: MerkleTree.emptyRoot).text
    let onlyWitness = try SignedNote(
      text: text, signatures: [try witnesses[0].cosign(noteText: text, timestamp: 1)])
    #expect(throws: TrustError.notSignedByLog(origin: "log.example/a")) { try policy.verify(onlyWitness) }
    #expect(throws: TrustError.checkpoint(.missingLines)) {
      try policy.verify(try SignedNote.signing(Array("no checkpoint\n".utf8), by: [log]))
    }
  }

  @Test func `malformed policies are refused with their line`() throws {
    let key = log.verifierKey.text
    let witness = witnesses[0].verifierKey.text
    func refusal(_ text: String) -> TrustPolicyError? {
      do {
        _ = try TrustPolicy(parsing: Array(text.utf8))
        return nil
      } catch { return error }
    }
    #expect(refusal("log \(key)\nquorum none\n") == nil)
    #expect(refusal("log \(key)\nquorum none") == .notEnded)
    #expect(refusal("log \(key)\n") == .quorumCount(0))
    #expect(refusal("quorum none\nquorum none\n") == .quorumCount(2))
    #expect(refusal("log \(key)\r\nquorum none\n") == .badCharacter(line: 1))
    #expect(refusal("logs \(key)\nquorum none\n") == .malformed(line: 1))
    #expect(refusal("log \(key) url more\nquorum none\n") == .malformed(line: 1))
    #expect(refusal("log nonsense\nquorum none\n") == .badKey(line: 1, .malformed))
    #expect(refusal("log \(witness)\nquorum none\n") == .wrongKind(line: 1))
    #expect(refusal("witness w \(key)\nquorum none\n") == .wrongKind(line: 1))
    #expect(refusal("log \(key)\nlog \(key)\nquorum none\n") == .repeatedKey(line: 2))
    #expect(refusal("witness none \(witness)\nquorum none\n") == .nameTaken(line: 1))
    #expect(refusal(text("witness w0 \(witness)\nquorum none\n")) == .nameTaken(line: 8))
    #expect(refusal("quorum w\nwitness w \(witness)\n") == .unknownName(line: 1, name: "w"))
    #expect(refusal(text("group g any w9\nquorum g\n")) == .unknownName(line: 8, name: "w9"))
    #expect(refusal(text("group g any none\nquorum g\n")) == .unknownName(line: 8, name: "none"))
    #expect(refusal(text("group g any w0\ngroup h any w0\nquorum g\n")) == .alreadyMember(line: 9, name: "w0"))
    #expect(refusal(text("group g 0 w0\nquorum g\n")) == .badThreshold(line: 8))
    #expect(refusal(text("group g 2 w0\nquorum g\n")) == .badThreshold(line: 8))
    #expect(refusal(text("group g many w0\nquorum g\n")) == .badThreshold(line: 8))
    #expect(refusal(text("group g 1\nquorum g\n")) == .malformed(line: 8))
  }
}
