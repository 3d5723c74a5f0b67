import Crypto
import ErasureDomain
import Foundation

/// A 256-bit key that seals bytes with AES-GCM (NIST SP 800-38D): 12 random bytes, the ciphertext, 16 bytes of tag.
///
/// The context is authenticated with the bytes, so that a box opens only in the place it was made for.
struct SealingKey: Sendable {
  /// The bytes of a key.
  static let count = 32

  private let key: SymmetricKey

  /// The key of exactly 32 bytes.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.count else { return nil }
    key = SymmetricKey(data: bytes)
  }

  /// The box that only this key opens, and only with the same context.
  func seal(_ bytes: [UInt8], for context: SealingContext, random: any RandomSource) throws -> [UInt8] {
    let nonce = try AES.GCM.Nonce(data: random.bytes(12))
    let box = try AES.GCM.seal(bytes, using: key, nonce: nonce, authenticating: context.bytes)
    guard let combined = box.combined else { throw VaultFailure.unavailable(FailureCode("cannot-seal")) }
    return Array(combined)
  }

  /// What was sealed; nil when key, context or any byte is another.
  func open(_ box: [UInt8], for context: SealingContext) -> [UInt8]? {
    do {
      return Array(try AES.GCM.open(AES.GCM.SealedBox(combined: box), using: key, authenticating: context.bytes))
    } catch {
      // CryptoKit tells "too short" from "not authentic"; both mean that these are not the bytes we wrote.
      return nil
    }
  }

  /// HMAC-SHA256 under a key that HKDF-SHA256 (RFC 5869) derives from this one for one purpose.
  func hmac(_ bytes: [UInt8], purpose: String) -> [UInt8] {
    let derived = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: key, info: SealingContext("vault-hmac", purpose).bytes, outputByteCount: Self.count)
    return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: derived))
  }
}

/// What a box is for: a label and the names of its place, unambiguous as bytes.
struct SealingContext: Sendable {
  /// `expunged/<label>/v1`, a zero byte, then each part after its length in 4 bytes (big-endian).
  let bytes: [UInt8]

  init(_ label: String, _ parts: String...) {
    bytes = parts.reduce(into: Array("expunged/\(label)/v1\0".utf8)) { bytes, part in
      let text = Array(part.utf8)
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: text.count >> (24 - 8 * $0)) } + text
    }
  }
}
