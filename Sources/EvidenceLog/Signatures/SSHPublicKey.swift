import Crypto
import ErasureDomain

/// A public key of OpenSSH: its type and the blob that names it.
///
/// A key has one blob here, and so one fingerprint: numbers are taken without superfluous zeros only.
public struct SSHPublicKey: Hashable, Sendable, CustomStringConvertible {
  /// What a key of each type consists of.
  enum Material: Hashable, Sendable {
    /// The 32 bytes of an Ed25519 key.
    case ed25519([UInt8])
    /// An uncompressed point of the curve P-256.
    case p256([UInt8])
    /// Exponent and modulus, without leading zeros.
    case rsa(exponent: [UInt8], modulus: [UInt8])
    /// An Ed25519 key in hardware, and what it belongs to.
    case securityKeyEd25519([UInt8], application: String)
    /// A P-256 key in hardware, and what it belongs to: `ssh:`, or the RP id of a browser's passkey.
    case securityKeyP256([UInt8], application: String)
  }

  /// What kind of key it is.
  public let type: SSHKeyType
  /// The key in SSH wire format, beginning with its type.
  public let blob: [UInt8]
  let material: Material

  /// Reads a blob; every byte must be used.
  public init(blob: [UInt8]) throws(SSHPublicKeyError) {
    var reader = SSHWireReader(blob)
    guard let name = reader.name() else { throw .malformed }
    guard let type = SSHKeyType(rawValue: name) else { throw .unknownType(name) }
    guard let material = Self.material(of: type, &reader), reader.isAtEnd else { throw .malformed }
    self.type = type
    self.blob = blob
    self.material = material
  }

  /// Reads `type base64 [comment]`, a line of a `.pub` or `authorized_keys` file without options.
  public init(parsing line: String) throws(SSHPublicKeyError) {
    let parts = line.utf8.split(maxSplits: 2, whereSeparator: { $0 == 0x20 || $0 == 0x09 })
    guard parts.count >= 2, let blob = Base64.decode(bytes: Array(parts[1])) else { throw .malformed }
    try self.init(blob: blob)
    let word = String(decoding: parts[0], as: UTF8.self)
    guard Lines.same(word, type.rawValue) else { throw .typeDiffers(text: word, blob: type.rawValue) }
  }

  /// A browser's passkey as OpenSSH writes it: the uncompressed point of a P-256 key (65 bytes) and the RP id that it
  /// was made for.
  public static func securityKey(point: [UInt8], application: String) throws(SSHPublicKeyError) -> SSHPublicKey {
    guard point.count == 65, point.first == 0x04, (try? P256.Signing.PublicKey(x963Representation: point)) != nil
    else { throw .badPoint }
    let fields = [Array(SSHKeyType.securityKeyP256.rawValue.utf8), Array("nistp256".utf8), point]
    return try SSHPublicKey(
      blob: (fields + [Array(application.utf8)]).flatMap { BigEndian.lengthPrefixed($0) })
  }

  /// The same from what `AuthenticatorAttestationResponse.getPublicKey()` returns for ES256: a SubjectPublicKeyInfo
  /// (RFC 5480) of an uncompressed point.
  public static func securityKey(
    subjectPublicKeyInfo der: [UInt8], application: String
  ) throws(SSHPublicKeyError) -> SSHPublicKey {
    guard der.starts(with: p256Info) else { throw .badPoint }
    return try securityKey(point: Array(der.dropFirst(p256Info.count)), application: application)
  }

  /// `SHA256:` and the unpadded base64 of the blob's digest, as `ssh-keygen -l` prints it.
  public var fingerprint: String {
    let text = Base64.encode(SHA256.digest(of: blob))
    return "SHA256:" + String(decoding: text.utf8.prefix { $0 != 0x3D }, as: UTF8.self)
  }

  /// `type base64`, without a comment.
  public var text: String { "\(type.rawValue) \(Base64.encode(blob))" }

  /// Type and fingerprint.
  public var description: String { "\(type.rawValue) \(fingerprint)" }

  /// What stands before the point in the DER of every uncompressed P-256 key: sequences, id-ecPublicKey, prime256v1, and
  /// a bit string of 66 bytes.
  private static let p256Info: [UInt8] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE,
    0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
  ]

  private static func material(of type: SSHKeyType, _ reader: inout SSHWireReader) -> Material? {
    switch type {
    case .ed25519: return ed25519(&reader).map { .ed25519($0) }
    case .ecdsaP256: return point(&reader).map { .p256($0) }
    case .rsa:
      guard let exponent = reader.positive(), let modulus = reader.positive() else { return nil }
      return .rsa(exponent: exponent, modulus: modulus)
    case .securityKeyEd25519:
      guard let key = ed25519(&reader), let application = application(&reader) else { return nil }
      return .securityKeyEd25519(key, application: application)
    case .securityKeyP256:
      guard let point = point(&reader), let application = application(&reader) else { return nil }
      return .securityKeyP256(point, application: application)
    }
  }

  private static func ed25519(_ reader: inout SSHWireReader) -> [UInt8]? {
    reader.string().flatMap { $0.count == 32 ? $0 : nil }
  }

  /// An uncompressed point of the curve P-256 by its name; whether it lies on the curve shows when it is used.
  private static func point(_ reader: inout SSHWireReader) -> [UInt8]? {
    guard reader.name() == "nistp256", let point = reader.string(), point.count == 65, point.first == 0x04 else {
      return nil
    }
    return point
  }

  private static func application(_ reader: inout SSHWireReader) -> String? {
    guard let bytes = reader.string(), !bytes.isEmpty, bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
