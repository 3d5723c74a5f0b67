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
  /// An RSA key of fewer bits than `SSHSignature.leastRSABits`, or of more than `mostRSABits`.
  case rsaSize(bits: Int)
  /// The key is in hardware and nobody touched it.
  case noTouch
  /// The key is in hardware, and neither a PIN nor biometry was asked for, which the policy demands.
  case noUserVerification
  /// The flags of a browser's assertion do not fit what it carries.
  case badFlags
  /// The browser signed something else than this text, or for another page than the signature names.
  case otherClientData
  /// The browser signed on a page that is not the expected one.
  case wrongOrigin(found: String, expected: [String])
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
    case .rsaSize(let bits):
      "the RSA key has \(bits) bits; between \(SSHSignature.leastRSABits) and \(SSHSignature.mostRSABits) are taken"
    case .noTouch: "the security key was not touched; sign again and touch it when it blinks"
    case .noUserVerification:
      "the security key asked for no PIN and no fingerprint; make a key with ssh-keygen -O verify-required and sign with it"
    case .badFlags: "the flags of the browser's signature do not fit its contents; sign again"
    case .otherClientData: "the browser did not sign this text on the page that the signature names; sign again"
    case .wrongOrigin(let found, let expected):
      expected.isEmpty
        ? "the signature was made in a browser on \(found), and no page is expected here"
        : "the signature was made in a browser on \(found), not on \(expected.joined(separator: " or "))"
    case .wrongNamespace(let found, let expected):
      "the signature was made for \(found), not for \(expected); sign with -n \(expected)"
    case .invalid: "the signature does not fit this text and key; sign exactly the bytes that were shown"
    }
  }
}
