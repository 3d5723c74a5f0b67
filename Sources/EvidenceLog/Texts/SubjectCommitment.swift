import Crypto

/// The commitment by which a person can later show "this was about me" (`FORMAT.md`, "Subject commitment").
///
/// With the 32 random bytes of the nonce gone from our house, nobody can test a guessed identifier against it.
public enum SubjectCommitment {
  /// The number of bytes of a nonce.
  public static let nonceByteCount = 32

  /// The 32 bytes of the commitment.
  ///
  /// The nonce has 32 random bytes, used for one request; the order of the identifiers does not matter.
  public static func compute(nonce: [UInt8], identifiers: [(kind: String, value: String)]) -> [UInt8] {
    precondition(nonce.count == nonceByteCount, "the nonce of a commitment has 32 bytes")
    let sorted = identifiers.map { (kind: Array($0.kind.utf8), value: Array($0.value.utf8)) }.sorted { left, right in
      left.kind == right.kind
        ? left.value.lexicographicallyPrecedes(right.value) : left.kind.lexicographicallyPrecedes(right.kind)
    }
    var mac = HMAC<SHA256>(key: SymmetricKey(data: nonce))
    mac.update(data: Array("expunged/subject/v1\0".utf8))
    for identifier in sorted {
      mac.update(data: BigEndian.lengthPrefixed(identifier.kind))
      mac.update(data: BigEndian.lengthPrefixed(identifier.value))
    }
    return Array(mac.finalize())
  }
}
