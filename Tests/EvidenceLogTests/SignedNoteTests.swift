import EvidenceLog
import TestKit
import Testing

struct SignedNoteTests {
  private static let text = Array("first line\n\nafter a blank line\n".utf8)

  private func signer(_ name: String, seed: UInt8 = 1) throws -> Ed25519CheckpointSigner {
    try Ed25519CheckpointSigner(name: name, seed: [UInt8](repeating: seed, count: 32))
  }

  @Test func `a signed note encodes, parses back to the same bytes and verifies`() throws {
    let signer = try signer("log.example/a")
    let note = try SignedNote.signing(Self.text, by: [signer])
    let read = try SignedNote(parsing: note.encoded)
    #expect(read == note)
    #expect(read.text == Self.text)
    #expect(read.encoded == note.encoded)
    #expect(try read.verified(by: [signer.verifierKey]).map(\.key) == [signer.verifierKey])
    #expect(try SignedNote.signing(Self.text, by: [signer]).encoded == note.encoded)
  }

  @Test func `unknown signers are ignored and known ones must all hold`() throws {
    let known = try signer("log.example/a")
    let stranger = try signer("log.example/b", seed: 2)
    let note = try SignedNote.signing(Self.text, by: [stranger, known])
    #expect(try note.verified(by: [known.verifierKey]).count == 1)
    #expect(try note.verified(by: [known.verifierKey, stranger.verifierKey]).count == 2)
    let other = try signer("log.example/c", seed: 3).verifierKey
    #expect(throws: NoteError.noKnownSignature) { try note.verified(by: [other]) }
    #expect(throws: NoteError.noKnownSignature) { try note.verified(by: []) }
    let bad = try #require(
      NoteSignature(
        keyName: "log.example/b", keyID: stranger.verifierKey.keyID, signature: [UInt8](repeating: 0, count: 64)))
    let damaged = try SignedNote(
      text: Self.text, signatures: note.signatures.filter { !$0.isBy(stranger.verifierKey) } + [bad])
    #expect(try damaged.verified(by: [known.verifierKey]).count == 1)
    #expect(throws: NoteError.badSignature(name: "log.example/b")) {
      try damaged.verified(by: [known.verifierKey, stranger.verifierKey])
    }
  }

  @Test func `keys of an unknown kind verify nothing`() throws {
    let known = try signer("log.example/a")
    let future = try NoteVerifierKey(name: "log.example/a", kind: .unknown(0x06), publicKey: [1, 2, 3])
    let line = try #require(NoteSignature(keyName: future.name, keyID: future.keyID, signature: [9]))
    var note = try SignedNote.signing(Self.text, by: [known])
    try note.add([line])
    #expect(try note.verified(by: [future, known.verifierKey]).map(\.key) == [known.verifierKey])
    #expect(throws: NoteError.noKnownSignature) { try note.verified(by: [future]) }
  }

  @Test func `a note keeps 64 signature lines and refuses more`() throws {
    let known = try signer("log.example/a")
    var note = try SignedNote.signing(Self.text, by: [known])
    let more = try (0..<63).map {
      try #require(NoteSignature(keyName: "witness.example/\($0)", keyID: 7, signature: [1]))
    }
    try note.add(more)
    try note.add(more)
    #expect(note.signatures.count == 64)
    let read = try SignedNote(parsing: note.encoded)
    #expect(try read.verified(by: [known.verifierKey]).count == 1)
    let last = try #require(NoteSignature(keyName: "one.too/many", keyID: 7, signature: [1]))
    #expect(throws: NoteError.tooManySignatures(count: 65)) { try note.add([last]) }
    let tooMany = note.encoded + Array((last.line + "\n").utf8)
    #expect(throws: NoteError.tooManySignatures(count: 65)) { try SignedNote(parsing: tooMany) }
  }

  @Test func `malformed notes are refused one by one`() throws {
    let line = try #require(NoteSignature(keyName: "a.example", keyID: 1, signature: [1])).line
    let good = "text\n\n\(line)\n"
    #expect(try SignedNote(parsing: Array(good.utf8)).encoded == Array(good.utf8))
    func refusal(_ text: String) -> NoteError? { refusal(Array(text.utf8)) }
    func refusal(_ bytes: [UInt8]) -> NoteError? {
      do {
        _ = try SignedNote(parsing: bytes)
        return nil
      } catch { return error }
    }
    #expect(refusal("") == .noSignatureBlock)
    #expect(refusal("text\n") == .noSignatureBlock)
    #expect(refusal("text\n\n") == .noSignatureBlock)
    #expect(refusal("text\n\(line)\n") == .noSignatureBlock)
    #expect(refusal("text\n\n\(line)") == .notEnded)
    #expect(refusal("text\n\n\(line)\n\n") == .noSignatureBlock)
    #expect(refusal("te\txt\n\n\(line)\n") == .controlCharacter)
    #expect(refusal("text\r\n\n\(line)\n") == .controlCharacter)
    #expect(refusal(Array("te".utf8) + [0xFF] + Array("xt\n\n\(line)\n".utf8)) == .notUTF8)
    #expect(refusal("text\n\n- a.example AAAAAQE=\n") == .malformedSignature(line: 1))
    #expect(refusal("text\n\n\u{2014}a.example AAAAAQE=\n") == .malformedSignature(line: 1))
    #expect(refusal("text\n\n\u{2014} AAAAAQE=\n") == .malformedSignature(line: 1))
    #expect(refusal("text\n\n\u{2014}  AAAAAQE=\n") == .malformedSignature(line: 1))
    #expect(refusal("text\n\n\u{2014} a.example \n") == .malformedSignature(line: 1))
    #expect(refusal("text\n\n\u{2014} a.example AAAAAQ==\n") == .malformedSignature(line: 1))
    #expect(refusal("text\n\n\u{2014} a.example AAAAAQE\n") == .malformedSignature(line: 1))
    #expect(refusal("text\n\n\u{2014} a.example AAAAAQF=\n") == .malformedSignature(line: 1))
    #expect(refusal("text\n\n\u{2014} a+b AAAAAQE=\n") == .malformedSignature(line: 1))
    #expect(refusal("text\n\n\u{2014} a.example AAAAAQE= more\n") == .malformedSignature(line: 1))
    #expect(refusal("text\n\n\(line)\nstray\n") == .malformedSignature(line: 2))
    #expect(refusal([UInt8](repeating: 0x61, count: SignedNote.maximumBytes + 1)) == .tooLong(count: 1_048_577))
    #expect(throws: NoteError.textNotEnded) {
      try SignedNote(text: [0x61], signatures: try SignedNote(parsing: Array(good.utf8)).signatures)
    }
  }

  @Test func `a cosignature verifies with its time and not with another`() throws {
    let log = try signer("log.example/a")
    let witness = try Ed25519Cosigner(name: "witness.example/w", seed: [UInt8](repeating: 9, count: 32))
    let text = Checkpoint(origin: "log.example/a", size: 0, root: MerkleTree.emptyRoot).text
    var note = try SignedNote.signing(text, by: [log])
    let line = try witness.cosign(noteText: text, timestamp: 1_800_000_000)
    #expect(line.signature.count == 72)
    try note.add([line])
    let verified = try note.verified(by: [witness.verifierKey])
    #expect(verified.map(\.timestamp) == [1_800_000_000])
    var moved = line.signature
    moved[7] ^= 1
    let forged = try #require(
      NoteSignature(keyName: line.keyName, keyID: line.keyID, signature: moved))
    let changed = try SignedNote(text: text, signatures: [forged])
    #expect(throws: NoteError.badSignature(name: "witness.example/w")) {
      try changed.verified(by: [witness.verifierKey])
    }
  }

  @Test func `verifier keys print what they parse and refuse what is damaged`() throws {
    let text = "erasure.example/evidence+cb323a63+Ad7YVwcTjcBuABfnyaiVgAnXRK26kMJsS2MhRqYuXhNc"
    let key = try NoteVerifierKey(parsing: text)
    #expect(key.text == text)
    #expect(key.name == "erasure.example/evidence" && key.kind == .ed25519 && key.keyID == 0xcb32_3a63)
    #expect(throws: NoteKeyError.idDiffers(name: "erasure.example/evidencf")) {
      try NoteVerifierKey(parsing: text.replacing("evidence+", with: "evidencf+"))
    }
    #expect(throws: NoteKeyError.malformed) { try NoteVerifierKey(parsing: text.replacing("cb32", with: "CB32")) }
    #expect(throws: NoteKeyError.malformed) { try NoteVerifierKey(parsing: "name+00000000") }
    #expect(throws: NoteKeyError.badName) { try NoteVerifierKey(name: "a b", kind: .ed25519, publicKey: key.publicKey) }
    #expect(throws: NoteKeyError.badName) { try NoteVerifierKey(name: "", kind: .ed25519, publicKey: key.publicKey) }
    #expect(throws: NoteKeyError.wrongLength(kind: 1, count: 31)) {
      try NoteVerifierKey(name: "a", kind: .ed25519, publicKey: Array(key.publicKey.dropLast()))
    }
    #expect(throws: NoteKeyError.badSeed) { try Ed25519CheckpointSigner(name: "a", seed: [1]) }
  }

  @Test func `checkpoints print what they parse and refuse what is malformed`() throws {
    let root = MerkleTree.emptyRoot.base64
    let text = Array("log.example/a\n0\n\(root)\n".utf8)
    let checkpoint = try Checkpoint(parsing: text)
    #expect(checkpoint.text == text && checkpoint.extensions.isEmpty)
    #expect(checkpoint == Checkpoint(origin: "log.example/a", size: 0, root: MerkleTree.emptyRoot))
    let extended = Array("log.example/a\n18446744073709551615\n\(root)\nmore\n".utf8)
    #expect(try Checkpoint(parsing: extended).extensions == ["more"])
    #expect(try Checkpoint(parsing: extended).text == extended)
    func refusal(_ text: String) -> CheckpointError? {
      do {
        _ = try Checkpoint(parsing: Array(text.utf8))
        return nil
      } catch { return error }
    }
    #expect(refusal("") == .missingLines)
    #expect(refusal("a\n1\n") == .missingLines)
    #expect(refusal("a\n1\n\(root)") == .missingLines)
    #expect(refusal("\n1\n\(root)\n") == .badOrigin)
    #expect(refusal("a\n01\n\(root)\n") == .badSize)
    #expect(refusal("a\n+1\n\(root)\n") == .badSize)
    #expect(refusal("a\n-1\n\(root)\n") == .badSize)
    #expect(refusal("a\n18446744073709551616\n\(root)\n") == .badSize)
    #expect(refusal("a\n1\n\(root.dropLast())\n") == .badRoot)
    #expect(refusal("a\n1\nAAAA\n") == .badRoot)
    #expect(refusal("a\n1\n\(root)\n\n") == .badExtension(line: 4))
  }
}
