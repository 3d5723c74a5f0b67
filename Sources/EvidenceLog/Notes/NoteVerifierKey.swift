import Crypto
import ErasureDomain

/// A public key that signs notes, with its name (C2SP signed-note, `vkey`).
///
/// Trust comes from the whole configured text; the four bytes of the key id are no fingerprint.
public struct NoteVerifierKey: Hashable, Sendable, CustomStringConvertible {
  /// The kinds of signature; the byte before the public key.
  public enum Kind: Hashable, Sendable {
    /// An Ed25519 signature over the text of the note (0x01).
    case ed25519
    /// An Ed25519 cosignature of a checkpoint with its time (0x04).
    case cosignature
    /// A kind that this library keeps and never verifies.
    case unknown(UInt8)

    /// The byte in key id and verifier key.
    public var byte: UInt8 {
      switch self {
      case .ed25519: 0x01
      case .cosignature: 0x04
      case .unknown(let byte): byte
      }
    }

    /// The kind that a byte stands for.
    public init(byte: UInt8) {
      switch byte {
      case 0x01: self = .ed25519
      case 0x04: self = .cosignature
      default: self = .unknown(byte)
      }
    }
  }

  /// The key name; for a log it is the origin.
  public let name: String
  /// What the key signs.
  public let kind: Kind
  /// The public key without the kind byte.
  public let publicKey: [UInt8]
  /// The first four bytes of `SHA256(name || 0x0A || kind || public key)`.
  public let keyID: UInt32

  /// A key from its parts; the id is computed.
  public init(name: String, kind: Kind, publicKey: [UInt8]) throws(NoteKeyError) {
    guard Self.isName(name) else { throw .badName }
    switch kind {
    case .ed25519, .cosignature:
      guard publicKey.count == 32 else { throw .wrongLength(kind: kind.byte, count: publicKey.count) }
    case .unknown:
      guard !publicKey.isEmpty else { throw .wrongLength(kind: kind.byte, count: 0) }
    }
    self.name = name
    self.kind = Kind(byte: kind.byte)
    self.publicKey = publicKey
    keyID = BigEndian.value(SHA256.digest(of: Array(name.utf8) + [0x0A, kind.byte] + publicKey).prefix(4))
  }

  /// Reads `name+id+base64`, strictly: what parses prints back the same.
  public init(parsing text: String) throws(NoteKeyError) {
    let parts = Array(text.utf8).split(separator: 0x2B, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].count == 8, let id = Hex.decode(String(decoding: parts[1], as: UTF8.self)),
      let material = Base64.decode(bytes: parts[2]), let kind = material.first
    else { throw .malformed }
    let name = String(decoding: parts[0], as: UTF8.self)
    try self.init(name: name, kind: Kind(byte: kind), publicKey: Array(material.dropFirst()))
    guard keyID == BigEndian.value(id) else { throw .idDiffers(name: name) }
  }

  /// `name+id+base64`, as it stands in policies.
  public var text: String {
    "\(name)+\(Hex.encode(BigEndian.bytes(keyID)))+\(Base64.encode([kind.byte] + publicKey))"
  }

  /// The same as `text`.
  public var description: String { text }

  /// Whether a text may name a key or be an origin: not empty, no white space, no plus sign, no control characters.
  public static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        scalar.value >= 0x20 && scalar != "+" && !scalar.properties.isWhitespace
      }
  }

  /// Whether the signature is this key's over the text, and the time that a cosignature states.
  ///
  /// Never valid for an unknown kind.
  func check(_ signature: [UInt8], over text: [UInt8]) -> (isValid: Bool, timestamp: UInt64?) {
    switch kind {
    case .unknown: return (false, nil)
    case .ed25519: return (Self.verifyEd25519(signature, over: text, key: publicKey), nil)
    case .cosignature:
      guard signature.count == 72 else { return (false, nil) }
      let timestamp: UInt64 = BigEndian.value(signature.prefix(8))
      guard timestamp <= UInt64(Int64.max) else { return (false, nil) }
      let message = Self.cosignedMessage(text, timestamp: timestamp)
      return (Self.verifyEd25519(Array(signature.dropFirst(8)), over: message, key: publicKey), timestamp)
    }
  }

  static func cosignedMessage(_ text: [UInt8], timestamp: UInt64) -> [UInt8] {
    Array("cosignature/v1\ntime \(timestamp)\n".utf8) + text
  }

  static func verifyEd25519(_ signature: [UInt8], over message: [UInt8], key: [UInt8]) -> Bool {
    guard signature.count == 64,
      let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: key)
    else { return false }
    return publicKey.isValidSignature(signature, for: message)
  }
}
