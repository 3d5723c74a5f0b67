import EvidenceLog

/// A public key for receipts as the register has it: the members of its JWK (RFC 7517).
public struct ReceiptJWK: Hashable, Sendable, Codable {
  /// Key type, `kty`: `OKP`, `EC` or `RSA`.
  public let keyType: String
  /// Curve, `crv`: `Ed25519` or `P-256`.
  public let curve: String?
  public let x: String?
  public let y: String?
  /// Modulus and exponent of an RSA key.
  public let n: String?
  public let e: String?
  /// The company's own name for the key; passed over, as `use` and `alg` are.
  public let identifier: String?
  public let use: String?
  public let algorithm: String?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case keyType = "kty"
    case curve = "crv"
    case x, y, n, e
    case identifier = "kid"
    case use
    case algorithm = "alg"
  }

  /// A key from code.
  public init(keyType: String, curve: String, x: String, y: String? = nil) {
    self.keyType = keyType
    self.curve = curve
    self.x = x
    self.y = y
    n = nil
    e = nil
    identifier = nil
    use = nil
    algorithm = nil
  }

  /// Reads a JWK; an unknown member, such as the private `d`, is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    keyType = try container.decode(String.self, forKey: .keyType)
    curve = try container.decodeIfPresent(String.self, forKey: .curve)
    x = try container.decodeIfPresent(String.self, forKey: .x)
    y = try container.decodeIfPresent(String.self, forKey: .y)
    n = try container.decodeIfPresent(String.self, forKey: .n)
    e = try container.decodeIfPresent(String.self, forKey: .e)
    identifier = try container.decodeIfPresent(String.self, forKey: .identifier)
    use = try container.decodeIfPresent(String.self, forKey: .use)
    algorithm = try container.decodeIfPresent(String.self, forKey: .algorithm)
  }

  /// The key; nil for another kind of key, for one that is on no curve, and for one with members of two kinds.
  var key: ReceiptKey? {
    switch (curve, x, n, e) {
    case (let curve?, let x?, nil, nil): ReceiptKey(keyType: keyType, curve: curve, x: x, y: y)
    case (nil, nil, let n?, let e?) where keyType == "RSA" && y == nil: ReceiptKey(modulus: n, exponent: e)
    default: nil
    }
  }
}
