/// A checkpoint that satisfies a trust policy.
///
/// Only `TrustPolicy.verify` makes one.
public struct TrustedCheckpoint: Hashable, Sendable {
  /// A witness that cosigned.
  public struct Cosignature: Hashable, Sendable {
    /// The witness's name in the policy.
    public let witness: String
    /// When it had seen at most this tree, in seconds after 1970-01-01T00:00:00Z.
    public let timestamp: UInt64
  }

  /// What was signed.
  public let checkpoint: Checkpoint
  /// The log's keys that signed; two during a rotation.
  public let logKeys: [NoteVerifierKey]
  /// The policy's witnesses that cosigned, in the note's order, each once with its latest time.
  public let cosignatures: [Cosignature]

  init(checkpoint: Checkpoint, logKeys: [NoteVerifierKey], cosignatures: [Cosignature]) {
    self.checkpoint = checkpoint
    self.logKeys = logKeys
    self.cosignatures = cosignatures
  }
}
