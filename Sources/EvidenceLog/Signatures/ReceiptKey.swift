import Crypto
import CryptoExtras
import ErasureDomain

/// A company's public key for receipts: a JSON Web Key (RFC 7517) of Ed25519 (RFC 8037), P-256 or RSA (RFC 7518).
public struct ReceiptKey: Hashable, Sendable {
  /// The largest RSA modulus, in bytes; the smallest has 256.
  private static let largestModulus = 512

  private enum Kind: Hashable {
    case ed25519
    case p256
    case rsa(exponent: [UInt8])
  }

  /// The JWK with its required members only, in the order of RFC 7638 section 3.2; its SHA-256 is the thumbprint.
  public let jwk: String
  private let kind: Kind
  private let bytes: [UInt8]

  /// A key from the members of its JWK; `point` is `x`, and `y` for P-256, each base64url without padding.
  ///
  /// Nil for another kind of key and for a point that is not on its curve.
  public init?(keyType: String, curve: String, x: String, y: String?) {
    guard let first = Base64.decodeURLSafe(x), first.count == 32 else { return nil }
    switch (keyType, curve) {
    case ("OKP", "Ed25519"):
      guard y == nil, (try? Curve25519.Signing.PublicKey(rawRepresentation: first)) != nil else { return nil }
      kind = .ed25519
      bytes = first
      jwk = #"{"crv":"Ed25519","kty":"OKP","x":"\#(Base64.encodeURLSafe(first))"}"#
    case ("EC", "P-256"):
      guard let y, let second = Base64.decodeURLSafe(y), second.count == 32,
        (try? P256.Signing.PublicKey(rawRepresentation: first + second)) != nil
      else { return nil }
      kind = .p256
      bytes = first + second
      jwk =
        #"{"crv":"P-256","kty":"EC","x":"\#(Base64.encodeURLSafe(first))","y":"\#(Base64.encodeURLSafe(second))"}"#
    default: return nil
    }
  }

  /// An RSA key of 2,048 to 4,096 bits from the members `n` and `e` of its JWK, each base64url without padding.
  ///
  /// Nil for another size, for leading zeros, and for an exponent that is even or longer than four bytes.
  public init?(modulus: String, exponent: String) {
    guard let n = Base64.decodeURLSafe(modulus), let e = Base64.decodeURLSafe(exponent),
      (256...Self.largestModulus).contains(n.count), (1...4).contains(e.count), n[0] != 0, e[0] != 0,
      e[e.count - 1] & 1 == 1, e != [1], Self.key(n, e) != nil
    else { return nil }
    kind = .rsa(exponent: e)
    bytes = n
    jwk = #"{"e":"\#(Base64.encodeURLSafe(e))","kty":"RSA","n":"\#(Base64.encodeURLSafe(n))"}"#
  }

  private static func key(_ modulus: [UInt8], _ exponent: [UInt8]) -> _RSA.Signing.PublicKey? {
    try? _RSA.Signing.PublicKey(n: modulus, e: exponent)
  }

  /// A key from `jwk` as this type writes it, and from no other spelling.
  public init?(jwk text: String) {
    guard let object = try? CanonicalJSON(decoding: Array(text.utf8)), let keyType = object["kty"]?.string else {
      return nil
    }
    if keyType == "RSA", let n = object["n"]?.string, let e = object["e"]?.string {
      self.init(modulus: n, exponent: e)
    } else if let curve = object["crv"]?.string, let x = object["x"]?.string {
      self.init(keyType: keyType, curve: curve, x: x, y: object["y"]?.string)
    } else {
      return nil
    }
    guard Lines.same(jwk, text) else { return nil }
  }

  /// Whether the signature of a JWS (RFC 7515 section 5.2) with this `alg` is by this key.
  ///
  /// `EdDSA` and `Ed25519` (RFC 9864) are one algorithm; a key is used with its own algorithm only.
  func verifies(_ signature: [UInt8], over message: [UInt8], algorithm: String) -> Bool {
    switch (kind, algorithm) {
    case (.ed25519, "EdDSA"), (.ed25519, "Ed25519"):
      guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
      return key.isValidSignature(signature, for: message)
    case (.p256, "ES256"):
      guard let key = try? P256.Signing.PublicKey(rawRepresentation: bytes),
        let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
      else { return false }
      return key.isValidSignature(signature, for: message)
    case (.rsa(let exponent), "RS256"):
      guard let key = Self.key(bytes, exponent) else { return false }
      return key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: message),
        padding: .insecurePKCS1v1_5)
    default: return false
    }
  }
}
