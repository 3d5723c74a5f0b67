import Crypto
public import ErasureDomain

extension ContentDigest {
  /// The SHA-256 digest of these bytes.
  ///
  /// They hold nothing about a person: such a digest can be guessed at.
  public init(hashing bytes: [UInt8]) {
    var function = SHA256()
    bytes.withUnsafeBytes { function.update(bufferPointer: $0) }
    self = function.finalize().withUnsafeBytes { ContentDigest(loading: $0) }
  }
}

extension SHA256 {
  /// The digest of an array, without a copy into `Data`.
  static func digest(of bytes: [UInt8]) -> [UInt8] {
    var function = SHA256()
    bytes.withUnsafeBytes { function.update(bufferPointer: $0) }
    return Array(function.finalize())
  }
}
