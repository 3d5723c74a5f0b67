/// Signs checkpoints as the log: a key in memory, an agent under another user, a token.
public protocol CheckpointSigner: Sendable {
  /// The key that verifies what this signer signs; its name is the log's origin.
  var verifierKey: NoteVerifierKey { get }

  /// The signature over a note's text, without key id. Throws what the place of the key throws.
  func sign(noteText: [UInt8]) throws -> [UInt8]
}
