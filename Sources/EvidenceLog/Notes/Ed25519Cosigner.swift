import Crypto
import FoundationEssentials

/// A witness's key in memory (C2SP tlog-cosignature, Ed25519): for a witness of one's own and for tests.
///
/// It only signs. That the checkpoint extends what was cosigned before is the witness's to check first.
public struct Ed25519Cosigner: Sendable {
  /// The key that verifies the cosignatures.
  public let verifierKey: NoteVerifierKey
  private let privateKey: Curve25519.Signing.PrivateKey

  /// A cosigner from the 32 bytes that RFC 8032 calls the private key.
  public init(name: String, seed: [UInt8]) throws(NoteKeyError) {
    guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
      throw .badSeed
    }
    privateKey = key
    verifierKey = try NoteVerifierKey(
      name: name, kind: .cosignature, publicKey: Array(key.publicKey.rawRepresentation))
  }

  /// The line to add to a checkpoint; `timestamp` in seconds after 1970-01-01T00:00:00Z, at most 2^63 − 1.
  public func cosign(noteText: [UInt8], timestamp: UInt64) throws -> NoteSignature {
    let message = NoteVerifierKey.cosignedMessage(noteText, timestamp: timestamp)
    let bytes = BigEndian.bytes(timestamp) + Array(try privateKey.signature(for: message))
    guard timestamp <= UInt64(Int64.max),
      let signature = NoteSignature(keyName: verifierKey.name, keyID: verifierKey.keyID, signature: bytes)
    else { throw NoteError.badSignature(name: verifierKey.name) }
    return signature
  }
}
