import Crypto
import FoundationEssentials

extension SSHSignature {
  /// Checks that the signature's own key signed exactly this message for this purpose.
  ///
  /// Whether that key may decide is not asked here: see `AllowedSigners`.
  public func verify(message: [UInt8], namespace expected: String) throws(SSHSignatureError) {
    guard Lines.same(namespace, expected) else { throw .wrongNamespace(found: namespace, expected: expected) }
    let isValid: Bool
    switch publicKey.type {
    case .ed25519: isValid = try isValidEd25519(signedBytes(message: message))
    case .ecdsaP256: isValid = try isValidP256(signedBytes(message: message))
    case .rsa, .securityKeyEd25519, .securityKeyP256: throw .comesLater(signatureType)
    }
    guard isValid else { throw .invalid }
  }

  /// What the key signs: magic, namespace, reserved, hash name and the message's hash.
  public func signedBytes(message: [UInt8]) -> [UInt8] {
    let digest: [UInt8]
    switch messageHash {
    case .sha256: digest = Array(SHA256.hash(data: message))
    case .sha512: digest = Array(SHA512.hash(data: message))
    }
    return Self.magic + BigEndian.lengthPrefixed(Array(namespace.utf8)) + BigEndian.lengthPrefixed([])
      + BigEndian.lengthPrefixed(Array(messageHash.rawValue.utf8)) + BigEndian.lengthPrefixed(digest)
  }

  private func isValidEd25519(_ signed: [UInt8]) throws(SSHSignatureError) -> Bool {
    var reader = SSHWireReader(signatureFields)
    guard let signature = reader.string(), signature.count == 64 else { throw .malformed }
    guard reader.isAtEnd else { throw .trailingBytes }
    return NoteVerifierKey.verifyEd25519(signature, over: signed, key: publicKey.material)
  }

  private func isValidP256(_ signed: [UInt8]) throws(SSHSignatureError) -> Bool {
    var reader = SSHWireReader(signatureFields)
    guard let pair = reader.string() else { throw .malformed }
    guard reader.isAtEnd else { throw .trailingBytes }
    var numbers = SSHWireReader(pair)
    guard let r = numbers.unsigned256(), let s = numbers.unsigned256() else { throw .malformed }
    guard numbers.isAtEnd else { throw .trailingBytes }
    guard let key = try? P256.Signing.PublicKey(x963Representation: publicKey.material),
      let signature = try? P256.Signing.ECDSASignature(rawRepresentation: r + s)
    else { return false }
    return key.isValidSignature(signature, for: signed)
  }
}
