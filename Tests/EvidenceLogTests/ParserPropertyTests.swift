import EvidenceLog
import Foundation
import Testing

/// Damaged input never crashes a parser, and what parses prints back to the same bytes.
struct ParserPropertyTests {
  @Test func `what parses prints back the same bytes, however it was damaged`() throws {
    guard let logs = Samples.folder("log-vectors"), let signatures = Samples.folder("sshsig-vectors") else { return }
    var generator = SeededGenerator(test: "parsers")
    let seeds = [
      try Samples.bytes(logs, "checkpoint.300"), try Samples.bytes(logs, "0.tlog-proof"),
      try Samples.bytes(logs, "log.vkey"), try Samples.bytes(signatures, "ed25519.sig"),
      try Samples.bytes(signatures, "ecdsa.sig"), try Samples.bytes(signatures, "approval.txt"),
      Array("tile/entries/x001/x234/067.p/8".utf8),
    ]
    for _ in 0..<300 {
      for seed in seeds {
        let bytes = damaged(seed, using: &generator)
        if let note = try? SignedNote(parsing: bytes) {
          #expect(note.encoded == bytes)
          if let checkpoint = try? Checkpoint(parsing: note.text) { #expect(checkpoint.text == note.text) }
        }
        if let proof = try? TlogProof(parsing: bytes) { #expect(proof.encoded == bytes) }
        if let signature = try? SSHSignature(armored: bytes) { #expect(signature.armored == bytes) }
        if let signature = try? SSHSignature(blob: bytes) { #expect(signature.blob == bytes) }
        if let approval = try? ApprovalText(parsing: bytes) { #expect(approval.encoded == bytes) }
        let text = String(decoding: bytes, as: UTF8.self)
        if let key = try? NoteVerifierKey(parsing: text) { #expect(Array(key.text.utf8) == Array(text.utf8)) }
        if let tile = Tile(path: text) { #expect(Array(tile.path.utf8) == Array(text.utf8)) }
        _ = try? AllowedSigners(parsing: bytes)
        _ = try? TrustPolicy(parsing: bytes)
      }
    }
  }

  private func damaged(_ seed: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: place)
      case 3: bytes.removeSubrange(place...)
      default: bytes += bytes[place...]
      }
    }
    return bytes
  }
}
