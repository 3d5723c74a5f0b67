import Crypto
import FoundationEssentials

/// A log key in memory.
///
/// Signing one text twice gives the same bytes.
public struct Ed25519CheckpointSigner: CheckpointSigner {
  /// The key that verifies; its name is the origin.
  public let verifierKey: NoteVerifierKey
  private let privateKey: Curve25519.Signing.PrivateKey

  /// A signer for the origin `name` from the 32 bytes that RFC 8032 calls the private key.
  public init(name: String, seed: [UInt8]) throws(NoteKeyError) {
    guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
      throw .badSeed
    }
    privateKey = key
    verifierKey = try NoteVerifierKey(
      name: name, kind: .ed25519, publicKey: Array(key.publicKey.rawRepresentation))
  }

  /// The 64 bytes of the Ed25519 signature over the text.
  public func sign(noteText: [UInt8]) throws -> [UInt8] {
    Array(try privateKey.signature(for: noteText))
  }
}
