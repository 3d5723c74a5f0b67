/// A text with signature lines (C2SP signed-note).
///
/// What parses encodes to the same bytes. Holding a `SignedNote` says nothing about its signatures: see `verified`.
public struct SignedNote: Hashable, Sendable {
  /// The most signature lines a note may have; the format asks readers for at least 16.
  public static let maximumSignatures = 64
  /// The most bytes a note may have.
  public static let maximumBytes = 1 << 20

  /// What is signed: the text with its last newline, without the blank line.
  public let text: [UInt8]
  /// The signature lines, in order.
  public private(set) var signatures: [NoteSignature]

  /// A note from its parts.
  ///
  /// The text ends in a newline; there is at least one signature.
  public init(text: [UInt8], signatures: [NoteSignature]) throws(NoteError) {
    try Self.checkText(text)
    guard text.last == Lines.newline else { throw .textNotEnded }
    guard !signatures.isEmpty else { throw .noSignatureBlock }
    guard signatures.count <= Self.maximumSignatures else { throw .tooManySignatures(count: signatures.count) }
    self.text = text
    self.signatures = signatures
  }

  /// Reads a whole note strictly.
  public init(parsing bytes: [UInt8]) throws(NoteError) {
    try Self.checkText(bytes)
    // The last blank line divides; the text may have blank lines of its own.
    guard let blank = bytes.indices.dropLast().last(where: { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }) else {
      throw .noSignatureBlock
    }
    let block = bytes[(blank + 2)...]
    guard !block.isEmpty else { throw .noSignatureBlock }
    guard let lines = Lines.split(block) else { throw .notEnded }
    guard lines.count <= Self.maximumSignatures else { throw .tooManySignatures(count: lines.count) }
    var signatures: [NoteSignature] = []
    for (number, line) in lines.enumerated() {
      guard let signature = NoteSignature(line: line) else { throw .malformedSignature(line: number + 1) }
      signatures.append(signature)
    }
    text = Array(bytes[...blank])
    self.signatures = signatures
  }

  /// Signs a text with each signer, in order.
  public static func signing(
    _ text: [UInt8], by signers: [any CheckpointSigner]
  ) throws -> SignedNote {
    var signatures: [NoteSignature] = []
    for signer in signers {
      let key = signer.verifierKey
      let bytes = try signer.sign(noteText: text)
      // An outside signer (an agent) may hold another key than configured; that must not become a bad checkpoint.
      guard key.check(bytes, over: text).isValid,
        let signature = NoteSignature(keyName: key.name, keyID: key.keyID, signature: bytes)
      else { throw NoteError.badSignature(name: key.name) }
      signatures.append(signature)
    }
    return try SignedNote(text: text, signatures: signatures)
  }

  /// The bytes of the note.
  public var encoded: [UInt8] {
    var bytes = text
    bytes.append(Lines.newline)
    for signature in signatures {
      bytes.append(contentsOf: signature.line.utf8)
      bytes.append(Lines.newline)
    }
    return bytes
  }

  /// Adds lines at the end, such as a witness's answer; a line that is there already is not added again.
  public mutating func add(_ more: [NoteSignature]) throws(NoteError) {
    var all = signatures
    for signature in more where !all.contains(signature) { all.append(signature) }
    guard all.count <= Self.maximumSignatures else { throw .tooManySignatures(count: all.count) }
    signatures = all
  }

  /// The signatures of these keys, each checked.
  ///
  /// Lines of other keys are ignored. One line by a given key that does not verify rejects the whole note, and so
  /// does a note without any line by a given key. Keys of an unknown kind cannot be checked: their lines are ignored.
  public func verified(by keys: [NoteVerifierKey]) throws(NoteError) -> [VerifiedNoteSignature] {
    var verified: [VerifiedNoteSignature] = []
    for signature in signatures {
      var known: NoteVerifierKey?
      for key in keys where signature.isBy(key) {
        if case .unknown = key.kind { continue }
        if let other = known, other != key { throw .ambiguousKey(name: key.name) }
        known = key
      }
      guard let key = known else { continue }
      let (isValid, timestamp) = key.check(signature.signature, over: text)
      guard isValid else { throw .badSignature(name: key.name) }
      verified.append(VerifiedNoteSignature(key: key, timestamp: timestamp, signature: signature))
    }
    guard !verified.isEmpty else { throw .noKnownSignature }
    return verified
  }

  private static func checkText(_ bytes: [UInt8]) throws(NoteError) {
    guard bytes.count <= maximumBytes else { throw .tooLong(count: bytes.count) }
    guard Lines.text(bytes) != nil else { throw .notUTF8 }
    guard bytes.allSatisfy({ $0 >= 0x20 || $0 == Lines.newline }) else { throw .controlCharacter }
  }
}
