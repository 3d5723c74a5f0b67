import ErasureDomain
import FoundationEssentials

/// A company's receipt: a compact JWS (RFC 7515) whose signature was verified.
///
/// There is one way to have one: `init(verifying:by:)`.
public struct SignedReceipt: Hashable, Sendable {
  /// The media type that the header names.
  public static let type = "erasure-receipt+jwt"
  /// Longer ones are refused, in bytes.
  public static let maximumBytes = 16 << 10

  /// Exactly what the company sent.
  public let bytes: [UInt8]
  public let claims: ReceiptClaims
  /// The key that verified it.
  public let key: ReceiptKey

  /// Verifies a compact JWS by one of the keys, and reads its claims.
  public init(verifying text: String, by keys: [ReceiptKey]) throws(ReceiptProblem) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard text.utf8.count <= Self.maximumBytes, parts.count == 3,
      let header = Base64.decodeURLSafe(String(decoding: parts[0], as: UTF8.self)),
      let payload = Base64.decodeURLSafe(String(decoding: parts[1], as: UTF8.self)),
      let signature = Base64.decodeURLSafe(String(decoding: parts[2], as: UTF8.self))
    else { throw .malformed }
    let named: Header = try Self.read(header, names: Header.names)
    guard named.typ == Self.type else { throw .otherType }
    // What the header allows is no choice of the sender: each key has its own algorithm.
    guard ["EdDSA", "Ed25519", "ES256", "RS256"].contains(named.alg) else { throw .otherAlgorithm }
    let message = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
    guard let key = keys.first(where: { $0.verifies(signature, over: message, algorithm: named.alg) }) else {
      throw .badSignature
    }
    self.key = key
    bytes = Array(text.utf8)
    claims = try Self.read(payload, names: ReceiptClaims.names)
  }

  private struct Header: Decodable {
    let alg: String
    let typ: String
    let kid: String?

    static let names = ["alg", "typ", "kid"]
  }

  /// Reads an object that no two readers can understand differently: no name twice, no name spelled by escapes.
  private static func read<Value: Decodable>(_ bytes: [UInt8], names: [String]) throws(ReceiptProblem) -> Value {
    do {
      // Most of them have the one form of our own JSON, in which no name can stand twice or be spelled otherwise.
      if let canonical = try? CanonicalJSONObject(reading: bytes) {
        guard canonical.keys.allSatisfy(names.contains) else { throw ReceiptProblem.badClaims }
        return try canonical.decode(Value.self)
      }
      guard count(of: #"\u"#, in: bytes) == 0, names.allSatisfy({ count(of: "\"\($0)\"", in: bytes) <= 1 }) else {
        throw ReceiptProblem.badClaims
      }
      let object = try JSONDecoder().decode([String: Member].self, from: Data(bytes))
      guard object.keys.allSatisfy(names.contains) else { throw ReceiptProblem.badClaims }
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw .badClaims
    }
  }

  /// How often a text stands in bytes.
  private static func count(of text: String, in bytes: [UInt8]) -> Int {
    let wanted = Array(text.utf8)
    guard bytes.count >= wanted.count else { return 0 }
    return (0...(bytes.count - wanted.count)).count { bytes[$0...].starts(with: wanted) }
  }

  /// A value of any kind: only its name is looked at.
  private struct Member: Decodable {
    init(from decoder: any Decoder) {}
  }
}

/// Why a receipt proves nothing.
public enum ReceiptProblem: String, Error, Hashable, Sendable {
  /// No compact JWS, or too long a one.
  case malformed = "receipt-malformed"
  /// Its `typ` is another.
  case otherType = "receipt-other-type"
  /// Not EdDSA (Ed25519), ES256 or RS256.
  case otherAlgorithm = "receipt-other-algorithm"
  /// By none of the registered keys.
  case badSignature = "receipt-bad-signature"
  /// Claims are missing, unknown, twice or not of their form.
  case badClaims = "receipt-bad-claims"
}
