/// A signature line that was checked against a trusted key.
public struct VerifiedNoteSignature: Hashable, Sendable {
  /// The key that made it.
  public let key: NoteVerifierKey
  /// For a cosignature: when the witness had seen at most this tree, in seconds after 1970-01-01T00:00:00Z.
  public let timestamp: UInt64?
  /// The line itself.
  public let signature: NoteSignature
}
