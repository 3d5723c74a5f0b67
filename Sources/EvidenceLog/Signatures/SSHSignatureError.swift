/// Why an SSH signature is not taken.
public enum SSHSignatureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// More bytes than `SSHSignature.maximumBytes`.
  case tooLong(count: Int)
  /// The text between the two marker lines is not what `ssh-keygen -Y sign` writes.
  case badArmor
  /// The blob ends too early, or a field is malformed.
  case malformed
  /// Bytes follow the signature, or a field within it.
  case trailingBytes
  /// Another version than 1.
  case unknownVersion(UInt32)
  /// The reserved field is not empty.
  case reservedNotEmpty
  /// The message was hashed with something other than SHA-256 or SHA-512.
  case unknownHash(String)
  /// The public key within is none that we take.
  case publicKey(SSHPublicKeyError)
  /// The kind of signature does not belong to the key, or is refused altogether (`ssh-rsa` with SHA-1).
  case signatureTypeRefused(String, key: SSHKeyType)
  /// A kind of key or signature that this version does not verify yet.
  case comesLater(String)
  /// Made for another purpose.
  case wrongNamespace(found: String, expected: String)
  /// The signature does not fit message and key.
  case invalid

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .tooLong(let count): "the SSH signature has \(count) bytes, more than \(SSHSignature.maximumBytes)"
    case .badArmor: "not an SSH signature; hand in the .sig file that ssh-keygen -Y sign wrote, unchanged"
    case .malformed: "the SSH signature is cut short or malformed; sign again"
    case .trailingBytes: "the SSH signature has bytes after its end; sign again"
    case .unknownVersion(let version): "the SSH signature has version \(version); only version 1 is taken"
    case .reservedNotEmpty: "the reserved field of the SSH signature is not empty; sign with ssh-keygen -Y sign"
    case .unknownHash(let name): "the SSH signature hashes with \(name); sign with sha512 or sha256"
    case .publicKey(let error): "\(error)"
    case .signatureTypeRefused(let type, let key):
      "a signature of type \(type) is not taken from a key of type \(key.rawValue); sign again"
    case .comesLater(let type):
      "signatures of type \(type) come with a later version; sign with an ssh-ed25519 or ecdsa-sha2-nistp256 key"
    case .wrongNamespace(let found, let expected):
      "the signature was made for \(found), not for \(expected); sign with -n \(expected)"
    case .invalid: "the signature does not fit this text and key; sign exactly the bytes that were shown"
    }
  }
}
