/// Why a text or blob is not an SSH public key that we take.
public enum SSHPublicKeyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Not `type base64 [comment]`, or the blob is malformed.
  case malformed
  /// The word before the blob is not the type within it.
  case typeDiffers(text: String, blob: String)
  /// A type this library does not know.
  case unknownType(String)
  /// A passkey whose point does not lie on P-256, or is not given uncompressed.
  case badPoint

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .malformed: "not an SSH public key; copy the line of the .pub file"
    case .typeDiffers(let text, let blob): "the line says \(text) but the key is \(blob); copy the line again"
    case .unknownType(let type):
      "keys of type \(type) are not taken; use \(SSHKeyType.allCases.map(\.rawValue).joined(separator: ", "))"
    case .badPoint: "not an uncompressed point of P-256; register a passkey of the algorithm ES256 (-7)"
    }
  }
}
