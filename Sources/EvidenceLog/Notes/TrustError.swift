/// Why a checkpoint, or a proof of an entry, is not to be trusted.
public enum TrustError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The note's signatures do not hold.
  case note(NoteError)
  /// The signed text is no checkpoint.
  case checkpoint(CheckpointError)
  /// The policy names no log of that origin.
  case unknownLog(origin: String)
  /// The log itself has not signed.
  case notSignedByLog(origin: String)
  /// Too few witnesses have cosigned; `by` are the policy's names of those that did.
  case quorumNotMet(quorum: String, by: [String])
  /// The entry is not proved to be in the checkpoint's tree.
  case inclusion(ProofError)

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .note(let error): "\(error)"
    case .checkpoint(let error): "\(error)"
    case .unknownLog(let origin): "the policy names no log \(origin); compare its log lines with the checkpoint"
    case .notSignedByLog(let origin): "the checkpoint is not signed by a key the policy names for \(origin)"
    case .quorumNotMet(let quorum, let names):
      "the quorum \(quorum) is not met; cosigned by \(names.isEmpty ? "nobody" : names.joined(separator: ", "))"
    case .inclusion(let error): "\(error)"
    }
  }
}
