import Crypto

/// The tag by which a row that a restore brought back is recognised, while its epoch's key exists.
public enum RestoreTag {
  /// The 32 bytes of the tag, never shortened: a false hit would erase another person's data.
  ///
  /// - Parameters:
  ///   - epochKey: The 32 random bytes of the quarter.
  ///   - system: The system's name; tags of two systems do not link.
  ///   - field: Which field and form, such as `pk:customers`, `email:raw`, `email:n1`.
  ///   - value: The value as it stands in that form.
  /// - Returns: 32 bytes.
  public static func compute(epochKey: [UInt8], system: String, field: String, value: String) -> [UInt8] {
    precondition(epochKey.count == 32, "an epoch key has 32 bytes")
    var mac = HMAC<SHA256>(key: SymmetricKey(data: epochKey))
    mac.update(data: Array("expunged/restore-tag/v1\0".utf8))
    for part in [system, field, value] { mac.update(data: BigEndian.lengthPrefixed(Array(part.utf8))) }
    return Array(mac.finalize())
  }
}
