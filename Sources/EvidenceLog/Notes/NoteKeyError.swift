/// Why a text is not a verifier key.
public enum NoteKeyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Not `name+id+base64`.
  case malformed
  /// Empty, or with a space, a plus sign or a control character.
  case badName
  /// A known kind of key has another length.
  case wrongLength(kind: UInt8, count: Int)
  /// The id in the text is not the one that name and key give.
  case idDiffers(name: String)
  /// A seed for signing is not 32 bytes.
  case badSeed

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .malformed: "not a verifier key; write name+8 hex digits+base64 as the log's owner published it"
    case .badName: "the key name is empty or has a space, a plus sign or a control character; use host/path"
    case .wrongLength(let kind, let count):
      "a key of kind \(kind) cannot have \(count) bytes; copy the verifier key again"
    case .idDiffers(let name): "the key id does not fit key \(name); copy the whole verifier key again"
    case .badSeed: "the seed of an Ed25519 key has exactly 32 bytes; make the key again"
    }
  }
}
