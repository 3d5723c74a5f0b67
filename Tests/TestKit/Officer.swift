import Crypto
public import ErasureDomain
public import EvidenceLog
import Foundation

/// Somebody who signs with an Ed25519 key, as `ssh-keygen -Y sign` does.
public struct Officer {
  public let principal: String
  public let person: PersonReference
  private let key: Curve25519.Signing.PrivateKey

  /// One seed is one person with one key.
  public init(_ principal: String, seed: UInt8) throws {
    self.principal = principal
    person = PersonReference(bytes: [UInt8](repeating: seed, count: 16))
    key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
  }

  private var blob: [UInt8] { Self.string("ssh-ed25519") + Self.string(Array(key.publicKey.rawRepresentation)) }

  /// As `allowed_signers` and signatures name it.
  public func publicKey() throws -> SSHPublicKey { try SSHPublicKey(blob: blob) }

  /// The armored signature over a message for a purpose.
  public func sign(_ message: [UInt8], namespace: String) throws -> [UInt8] {
    let hashed = Self.string(namespace) + Self.string("") + Self.string("sha512")
    let signed = Array("SSHSIG".utf8) + hashed + Self.string(Array(SHA512.hash(data: message)))
    let signature = Array(try key.signature(for: signed))
    let full =
      Array("SSHSIG".utf8) + [0, 0, 0, 1] + Self.string(blob) + hashed
      + Self.string(Self.string("ssh-ed25519") + Self.string(signature))
    return try SSHSignature(blob: full).armored
  }

  private static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

  private static func string(_ bytes: [UInt8]) -> [UInt8] {
    [0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
  }
}
