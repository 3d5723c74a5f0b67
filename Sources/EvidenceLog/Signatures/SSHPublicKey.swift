import Crypto
import ErasureDomain

/// A public key of OpenSSH: its type and the blob that names it.
public struct SSHPublicKey: Hashable, Sendable, CustomStringConvertible {
  /// What kind of key it is.
  public let type: SSHKeyType
  /// The key in SSH wire format, beginning with its type.
  public let blob: [UInt8]
  /// The key's own bytes: 32 for Ed25519, the uncompressed point for P-256; nothing for types that come later.
  let material: [UInt8]

  /// Reads a blob; every byte must be used.
  public init(blob: [UInt8]) throws(SSHPublicKeyError) {
    var reader = SSHWireReader(blob)
    guard let name = reader.name() else { throw .malformed }
    guard let type = SSHKeyType(rawValue: name) else { throw .unknownType(name) }
    let material: [UInt8]?
    switch type {
    case .ed25519:
      material = reader.string().flatMap { $0.count == 32 ? $0 : nil }
    case .ecdsaP256:
      material = Self.point(&reader)
    case .rsa:
      material = reader.string().flatMap { _ in reader.string() }.map { _ in [] }
    case .securityKeyEd25519:
      let key = reader.string()
      material = key?.count == 32 ? reader.string().map { _ in [] } : nil
    case .securityKeyP256:
      material = Self.point(&reader).flatMap { _ in reader.string() }.map { _ in [] }
    }
    guard let material, reader.isAtEnd else { throw .malformed }
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

  /// `SHA256:` and the unpadded base64 of the blob's digest, as `ssh-keygen -l` prints it.
  public var fingerprint: String {
    let text = Base64.encode(SHA256.digest(of: blob))
    return "SHA256:" + String(decoding: text.utf8.prefix { $0 != 0x3D }, as: UTF8.self)
  }

  /// `type base64`, without a comment.
  public var text: String { "\(type.rawValue) \(Base64.encode(blob))" }

  /// Type and fingerprint.
  public var description: String { "\(type.rawValue) \(fingerprint)" }

  /// An uncompressed point of the curve P-256 by its name; whether it lies on the curve shows when it is used.
  private static func point(_ reader: inout SSHWireReader) -> [UInt8]? {
    guard reader.name() == "nistp256", let point = reader.string(), point.count == 65, point.first == 0x04 else {
      return nil
    }
    return point
  }
}
