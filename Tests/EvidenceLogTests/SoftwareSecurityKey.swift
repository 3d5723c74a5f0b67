import Crypto
import EvidenceLog
import Foundation

/// A security key or passkey in software, which can be made to do what hardware would not.
struct SoftwareSecurityKey {
  enum Kind: String, CaseIterable {
    case ed25519 = "sk-ssh-ed25519@openssh.com"
    case p256 = "sk-ecdsa-sha2-nistp256@openssh.com"
    case webAuthn = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"
  }

  static let origin = "https://erasure.example"

  let kind: Kind
  let application: String
  var flags: UInt8 = 0x05
  var counter: [UInt8] = [0, 0, 1, 2]
  var extensions: [UInt8] = []
  /// How the client data go on behind the origin.
  var clientDataEnd = #","crossOrigin":false}"#
  private let ed25519 = Curve25519.Signing.PrivateKey()
  private let p256 = P256.Signing.PrivateKey()

  init(_ kind: Kind, application: String? = nil) {
    self.kind = kind
    self.application = application ?? (kind == .webAuthn ? "erasure.example" : "ssh:")
  }

  var point: [UInt8] { Array(p256.publicKey.x963Representation) }
  var subjectPublicKeyInfo: [UInt8] { Array(p256.publicKey.derRepresentation) }

  func publicKey() throws -> SSHPublicKey {
    switch kind {
    case .ed25519:
      try SSHPublicKey(
        blob: Self.string(kind.rawValue) + Self.string(Array(ed25519.publicKey.rawRepresentation))
          + Self.string(application))
    case .p256, .webAuthn: try .securityKey(point: point, application: application)
    }
  }

  /// What a browser answers to the challenge.
  func assertion(
    challenge: [UInt8], origin: String = Self.origin
  ) throws -> (signature: [UInt8], authenticatorData: [UInt8], clientDataJSON: [UInt8]) {
    let data = Array(SHA256.hash(data: Data(application.utf8))) + [flags] + counter + extensions
    let text = Data(challenge).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
    let start = #"{"type":"webauthn.get","challenge":"\#(text)","origin":"\#(origin)""#
    let json = Array((start + clientDataEnd).utf8)
    let signed = data + Array(SHA256.hash(data: json))
    return (Array(try p256.signature(for: signed).derRepresentation), data, json)
  }

  /// The armored signature, whatever the flags.
  func sign(
    _ message: [UInt8], namespace: String = SignatureNamespace.approval, origin: String = Self.origin
  ) throws -> [UInt8] {
    let challenge = SSHSignature.signedBytes(message: message, namespace: namespace)
    var fields = Self.string(kind.rawValue)
    switch kind {
    case .ed25519: fields += Self.string(Array(try ed25519.signature(for: covered(challenge)))) + [flags] + counter
    case .p256: fields += try pair(p256.signature(for: covered(challenge))) + [flags] + counter
    case .webAuthn:
      let made = try assertion(challenge: challenge, origin: origin)
      fields += try pair(P256.Signing.ECDSASignature(derRepresentation: made.signature)) + [flags] + counter
      fields += Self.string(origin) + Self.string(made.clientDataJSON) + Self.string(extensions)
    }
    let blob =
      Array("SSHSIG".utf8) + [0, 0, 0, 1] + Self.string(try publicKey().blob) + Self.string(namespace)
      + Self.string("") + Self.string("sha512") + Self.string(fields)
    return try SSHSignature(blob: blob).armored
  }

  private func covered(_ challenge: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(data: Data(application.utf8))) + [flags] + counter + Array(SHA256.hash(data: challenge))
  }

  private func pair(_ signature: P256.Signing.ECDSASignature) -> [UInt8] {
    let raw = Array(signature.rawRepresentation)
    return Self.string(
      [raw.prefix(32), raw.suffix(32)].flatMap { Self.string(($0[$0.startIndex] > 0x7F ? [0] : []) + $0) })
  }

  static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

  static func string(_ bytes: [UInt8]) -> [UInt8] {
    [0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
  }
}
