import Crypto
import CryptoExtras
import ErasureDomain
import FoundationEssentials

extension SSHSignature {
  /// The smallest modulus of an RSA key, in bits.
  public static let leastRSABits = 3_072
  /// The largest, in bits: the cost of verifying stays bounded.
  public static let mostRSABits = 8_192

  /// Checks that the signature's own key signed exactly this message for this purpose, and as the policy demands.
  ///
  /// Whether that key may decide is not asked here: see `AllowedSigners`.
  public func verify(
    message: [UInt8], namespace expected: String, policy: SignaturePolicy = SignaturePolicy()
  ) throws(SSHSignatureError) {
    guard Lines.same(namespace, expected) else { throw .wrongNamespace(found: namespace, expected: expected) }
    let signed = signedBytes(message: message)
    let isValid: Bool
    switch publicKey.material {
    case .ed25519(let key):
      isValid = NoteVerifierKey.verifyEd25519(try plainSignature(), over: signed, key: key)
    case .p256(let point): isValid = Self.isValidP256(try plainPair(), over: signed, point: point)
    case .rsa(let exponent, let modulus): isValid = try isValidRSA(signed, exponent: exponent, modulus: modulus)
    case .securityKeyEd25519(let key, let application):
      var reader = SSHWireReader(signatureFields)
      guard let signature = reader.string(), signature.count == 64 else { throw .malformed }
      let presence = try presence(&reader, policy)
      guard reader.isAtEnd else { throw .trailingBytes }
      let covered = Self.covered(application, presence, extensions: [], SHA256.digest(of: signed))
      isValid = NoteVerifierKey.verifyEd25519(signature, over: covered, key: key)
    case .securityKeyP256(let point, let application):
      isValid = try isValidSecurityKey(signed, point: point, application: application, policy)
    }
    guard isValid else { throw .invalid }
  }

  /// What the key signs: magic, namespace, reserved, hash name and the message's hash.
  public func signedBytes(message: [UInt8]) -> [UInt8] {
    Self.signedBytes(message: message, namespace: namespace, hash: messageHash)
  }

  /// What a key signs for a message and a purpose; to a browser it is handed as the challenge.
  public static func signedBytes(message: [UInt8], namespace: String, hash: MessageHash = .sha512) -> [UInt8] {
    let digest: [UInt8]
    switch hash {
    case .sha256: digest = Array(SHA256.hash(data: message))
    case .sha512: digest = Array(SHA512.hash(data: message))
    }
    return magic + BigEndian.lengthPrefixed(Array(namespace.utf8)) + BigEndian.lengthPrefixed([])
      + BigEndian.lengthPrefixed(Array(hash.rawValue.utf8)) + BigEndian.lengthPrefixed(digest)
  }

  // MARK: Keys in files

  private func plainSignature() throws(SSHSignatureError) -> [UInt8] {
    var reader = SSHWireReader(signatureFields)
    guard let signature = reader.string(), signature.count == 64 else { throw .malformed }
    guard reader.isAtEnd else { throw .trailingBytes }
    return signature
  }

  private func plainPair() throws(SSHSignatureError) -> [UInt8] {
    var reader = SSHWireReader(signatureFields)
    let pair = try Self.pair(&reader)
    guard reader.isAtEnd else { throw .trailingBytes }
    return pair
  }

  /// `string{mpint r, mpint s}` as the 64 bytes of r and s.
  private static func pair(_ reader: inout SSHWireReader) throws(SSHSignatureError) -> [UInt8] {
    guard let pair = reader.string() else { throw .malformed }
    var numbers = SSHWireReader(pair)
    guard let r = numbers.unsigned256(), let s = numbers.unsigned256() else { throw .malformed }
    guard numbers.isAtEnd else { throw .trailingBytes }
    return r + s
  }

  private static func isValidP256(_ pair: [UInt8], over message: [UInt8], point: [UInt8]) -> Bool {
    guard let key = try? P256.Signing.PublicKey(x963Representation: point),
      let signature = try? P256.Signing.ECDSASignature(rawRepresentation: pair)
    else { return false }
    return key.isValidSignature(signature, for: message)
  }

  /// PKCS#1 v1.5 (RFC 8332): the type of the signature, and not the hash of the message, says which digest it is over.
  private func isValidRSA(_ signed: [UInt8], exponent: [UInt8], modulus: [UInt8]) throws(SSHSignatureError) -> Bool {
    var reader = SSHWireReader(signatureFields)
    guard let bytes = reader.string() else { throw .malformed }
    guard reader.isAtEnd else { throw .trailingBytes }
    let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
    guard (Self.leastRSABits...Self.mostRSABits).contains(bits) else { throw .rsaSize(bits: bits) }
    guard bytes.count == modulus.count, let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent) else {
      return false
    }
    let signature = _RSA.Signing.RSASignature(rawRepresentation: bytes)
    return signatureType == "rsa-sha2-512"
      ? key.isValidSignature(signature, for: SHA512.hash(data: signed), padding: .insecurePKCS1v1_5)
      : key.isValidSignature(signature, for: SHA256.hash(data: signed), padding: .insecurePKCS1v1_5)
  }

  // MARK: Keys in hardware

  /// Flags and counter, as they are signed.
  private struct Presence {
    let flags: UInt8
    let counter: [UInt8]
  }

  private func presence(
    _ reader: inout SSHWireReader, _ policy: SignaturePolicy
  ) throws(SSHSignatureError) -> Presence {
    guard let flags = reader.byte(), let counter = reader.bytes(4) else { throw .malformed }
    guard flags & SecurityKeyFlags.touched != 0 else { throw .noTouch }
    guard !policy.requiresUserVerification || flags & SecurityKeyFlags.verified != 0 else { throw .noUserVerification }
    return Presence(flags: flags, counter: counter)
  }

  /// What hardware signs: `SHA256(application) || flags || counter || extensions || digest`.
  private static func covered(
    _ application: String, _ presence: Presence, extensions: [UInt8], _ digest: [UInt8]
  ) -> [UInt8] {
    SHA256.digest(of: Array(application.utf8)) + [presence.flags] + presence.counter + extensions + digest
  }

  private func isValidSecurityKey(
    _ signed: [UInt8], point: [UInt8], application: String, _ policy: SignaturePolicy
  ) throws(SSHSignatureError) -> Bool {
    var reader = SSHWireReader(signatureFields)
    let pair = try Self.pair(&reader)
    let presence = try presence(&reader, policy)
    let covered: [UInt8]
    if signatureType == Self.webAuthnType {
      guard let originBytes = reader.string(), let origin = Lines.text(originBytes), let clientData = reader.string(),
        let extensions = reader.string()
      else { throw .malformed }
      // As OpenSSH: no attested data in an assertion, and extensions exactly when the flags say so.
      guard presence.flags & SecurityKeyFlags.attestedData == 0,
        (presence.flags & SecurityKeyFlags.extensions != 0) == !extensions.isEmpty
      else { throw .badFlags }
      guard clientData.starts(with: Self.clientDataStart(challenge: signed, origin: origin)), !origin.contains("\"")
      else { throw .otherClientData }
      if let origins = policy.origins, !origins.contains(where: { Lines.same($0, origin) }) {
        throw .wrongOrigin(found: origin, expected: origins)
      }
      covered = Self.covered(application, presence, extensions: extensions, SHA256.digest(of: clientData))
    } else {
      covered = Self.covered(application, presence, extensions: [], SHA256.digest(of: signed))
    }
    guard reader.isAtEnd else { throw .trailingBytes }
    return Self.isValidP256(pair, over: covered, point: point)
  }

  /// How a browser's client data begins (WebAuthn level 2, section 5.8.1.1).
  static func clientDataStart(challenge: [UInt8], origin: String) -> [UInt8] {
    Array(#"{"type":"webauthn.get","challenge":"\#(Base64.encodeURLSafe(challenge))","origin":"\#(origin)""#.utf8)
  }
}

/// What the flags of a key in hardware mean (WebAuthn level 2, section 6.1).
enum SecurityKeyFlags {
  /// Somebody touched it.
  static let touched: UInt8 = 0x01
  /// It asked for a PIN or biometry.
  static let verified: UInt8 = 0x04
  /// Data about a new key follow, which an assertion never has.
  static let attestedData: UInt8 = 0x40
  /// Extensions follow.
  static let extensions: UInt8 = 0x80
}
