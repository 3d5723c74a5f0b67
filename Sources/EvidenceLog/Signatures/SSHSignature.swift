import ErasureDomain

/// A signature that `ssh-keygen -Y sign` makes (OpenSSH PROTOCOL.sshsig, version 1).
///
/// What parses prints back to the same bytes. Parsing says nothing about validity: see `verify`.
public struct SSHSignature: Hashable, Sendable {
  /// The most bytes of the armored text.
  public static let maximumBytes = 16_384

  /// How the message was hashed before it was signed.
  public enum MessageHash: String, Hashable, Sendable {
    case sha256
    case sha512
  }

  /// The whole signature in binary.
  public let blob: [UInt8]
  /// The key that claims to have signed.
  public let publicKey: SSHPublicKey
  /// What the signature was made for.
  public let namespace: String
  /// How the message was hashed.
  public let messageHash: MessageHash
  /// The type within the signature: the key's own, `rsa-sha2-512`, or that of a browser's assertion.
  public let signatureType: String
  /// The fields after the type.
  let signatureFields: [UInt8]
  /// Columns of the armor; OpenSSH writes 70, others up to 76.
  private let lineWidth: Int

  /// Reads the text with its two marker lines, strictly: lines of one width, each ended by a newline.
  public init(armored text: [UInt8]) throws(SSHSignatureError) {
    guard text.count <= Self.maximumBytes else { throw .tooLong(count: text.count) }
    guard let lines = Lines.slices(text), lines.count >= 3, lines[0].elementsEqual(Self.begin.utf8),
      lines[lines.count - 1].elementsEqual(Self.end.utf8)
    else { throw .badArmor }
    let body = lines[1..<(lines.count - 1)]
    let width = body.count > 1 ? body[1].count : Self.standardWidth
    guard (1...Self.maximumWidth).contains(width), body.dropLast().allSatisfy({ $0.count == width }),
      let last = body.last, (1...Self.maximumWidth).contains(last.count), body.count == 1 || last.count <= width
    else { throw .badArmor }
    var base64: [UInt8] = []
    base64.reserveCapacity(text.count)
    for line in body { base64 += line }
    guard let blob = Base64.decode(bytes: base64) else { throw .badArmor }
    try self.init(blob: blob, lineWidth: max(width, body.count == 1 ? last.count : 0))
  }

  /// Reads the binary form; every byte must be used.
  public init(blob: [UInt8]) throws(SSHSignatureError) {
    try self.init(blob: blob, lineWidth: Self.standardWidth)
  }

  private init(blob: [UInt8], lineWidth: Int) throws(SSHSignatureError) {
    guard blob.count <= Self.maximumBytes else { throw .tooLong(count: blob.count) }
    var reader = SSHWireReader(blob)
    guard reader.bytes(Self.magic.count) == Self.magic, let version = reader.uint32() else { throw .malformed }
    guard version == 1 else { throw .unknownVersion(version) }
    guard let keyBlob = reader.string() else { throw .malformed }
    do { publicKey = try SSHPublicKey(blob: keyBlob) } catch { throw .publicKey(error) }
    guard let namespaceBytes = reader.string(), let namespace = Lines.text(namespaceBytes), !namespace.isEmpty,
      let reserved = reader.string()
    else { throw .malformed }
    guard reserved.isEmpty else { throw .reservedNotEmpty }
    guard let hashName = reader.name() else { throw .malformed }
    guard let messageHash = MessageHash(rawValue: hashName) else { throw .unknownHash(hashName) }
    guard let signature = reader.string() else { throw .malformed }
    guard reader.isAtEnd else { throw .trailingBytes }
    var inner = SSHWireReader(signature)
    guard let signatureType = inner.name() else { throw .malformed }
    guard Self.signatureTypes(of: publicKey.type).contains(signatureType) else {
      throw .signatureTypeRefused(signatureType, key: publicKey.type)
    }
    self.blob = blob
    self.namespace = namespace
    self.messageHash = messageHash
    self.signatureType = signatureType
    signatureFields = Array(signature.dropFirst(4 + signatureType.utf8.count))
    self.lineWidth = lineWidth
  }

  /// The text with its marker lines, as it was read; 70 columns for one that was read in binary.
  public var armored: [UInt8] {
    let base64 = Array(Base64.encode(blob).utf8)
    var text = Self.begin + "\n"
    for start in stride(from: 0, to: base64.count, by: lineWidth) {
      text += String(decoding: base64[start..<min(start + lineWidth, base64.count)], as: UTF8.self) + "\n"
    }
    return Array((text + Self.end + "\n").utf8)
  }

  /// Two signatures are equal when their bytes are, however they were wrapped.
  public static func == (left: Self, right: Self) -> Bool { left.blob == right.blob }

  /// By the bytes, as `==` compares.
  public func hash(into hasher: inout Hasher) { hasher.combine(blob) }

  static let magic = Array("SSHSIG".utf8)
  /// The type of a browser's assertion that is wrapped as an SSH signature.
  static let webAuthnType = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"
  private static let begin = "-----BEGIN SSH SIGNATURE-----"
  private static let end = "-----END SSH SIGNATURE-----"
  private static let standardWidth = 70
  private static let maximumWidth = 76

  /// The types a key's signature may have.
  ///
  /// RSA with SHA-1 is in no list.
  private static func signatureTypes(of type: SSHKeyType) -> [String] {
    switch type {
    case .ed25519, .ecdsaP256, .securityKeyEd25519: [type.rawValue]
    case .rsa: ["rsa-sha2-512", "rsa-sha2-256"]
    case .securityKeyP256: [type.rawValue, webAuthnType]
    }
  }
}
