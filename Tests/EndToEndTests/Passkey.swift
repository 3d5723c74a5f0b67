import Crypto
import ErasureDomain
import EvidenceLog
import Foundation

/// A passkey in software: handed to a browser's virtual authenticator, or used without a browser.
struct Passkey {
  let host: String
  private let key = P256.Signing.PrivateKey()
  private let name: String

  /// A fresh one of a person, for the page at a host.
  init(of name: String, host: String = "localhost") {
    self.name = name
    self.host = host
  }

  /// The line for `allowed_signers`.
  func signerLine(principal: String, namespaces: [String]) throws -> String {
    let point = Array(key.publicKey.x963Representation)
    let text = try SSHPublicKey.securityKey(point: point, application: host).text
    return "\(principal) namespaces=\"\(namespaces.joined(separator: ","))\" \(text)\n"
  }

  /// As WebDriver's `add credential` takes it (WebAuthn level 2, section 11.5).
  var credential: CanonicalJSON {
    .object([
      "credentialId": .string(Base64.encodeURLSafe(Array(Array(SHA256.hash(data: Data(name.utf8))).prefix(16)))),
      "isResidentCredential": .boolean(true), "rpId": .string(host),
      "privateKey": .string(Base64.encodeURLSafe(pkcs8)),
      "userHandle": .string(Base64.encodeURLSafe(Array(name.utf8))), "signCount": .integer(1),
    ])
  }

  /// PKCS #8, which is what swift-crypto writes as PEM.
  private var pkcs8: [UInt8] {
    let body = key.pemRepresentation.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
    return Base64.decode(body) ?? []
  }

  /// The fields that a browser puts into a form after signing a text.
  func sign(_ text: String, namespace: String, origin: String, flags: UInt8 = 0x05) throws -> [(String, String)] {
    let challenge = SSHSignature.signedBytes(message: Array(text.utf8), namespace: namespace)
    let data = Array(SHA256.hash(data: Data(host.utf8))) + [flags, 0, 0, 0, 2]
    let client = Array(
      (#"{"type":"webauthn.get","challenge":"\#(Base64.encodeURLSafe(challenge))","origin":"\#(origin)""#
        + #","crossOrigin":false}"#).utf8)
    let signature = try key.signature(for: data + Array(SHA256.hash(data: client)))
    return [
      ("text", text), ("authenticator-data", Base64.encodeURLSafe(data)),
      ("client-data", Base64.encodeURLSafe(client)),
      ("signature", Base64.encodeURLSafe(Array(signature.derRepresentation))),
    ]
  }
}
