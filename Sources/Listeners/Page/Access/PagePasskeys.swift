import ErasureDomain
import EvidenceLog
import OfficerAPI

/// What a passkey made of a text: its fields as the form brings them.
struct PagePasskey: Sendable {
  /// The text that was shown and signed.
  let text: String
  private let authenticatorData: [UInt8]
  private let clientData: [UInt8]
  private let signature: [UInt8]

  init(_ form: PageForm, _ words: PageWords) throws {
    guard let text = form["text"], let authenticatorData = Self.bytes(form["authenticator-data"]),
      let clientData = Self.bytes(form["client-data"]), let signature = Self.bytes(form["signature"])
    else { throw PageRefusal(.invalid, words("passkey.script")) }
    // A form's fields lose the spaces at their ends; every text that is signed ends in one line break.
    self.text = text + "\n"
    self.authenticatorData = authenticatorData
    self.clientData = clientData
    self.signature = signature
  }

  private static func bytes(_ text: String?) -> [UInt8]? {
    text.flatMap { $0.utf8.count <= 16_384 ? Base64.decodeURLSafe($0) : nil }
  }

  /// The signature as an SSH signature by the first of these signers whose passkey made it; nil when none did.
  func signature(
    by signers: [AllowedSigner], for namespace: String, on url: String
  ) -> (principal: String, armored: [UInt8], refusal: WebAuthnAssertionError?)? {
    var refusal: WebAuthnAssertionError?
    for signer in signers where signer.key.type == .securityKeyP256 {
      let assertion = WebAuthnAssertion(
        key: signer.key, namespace: namespace, origin: url, signature: signature,
        authenticatorData: authenticatorData, clientDataJSON: clientData)
      do {
        let armored = try assertion.packed(signing: Array(text.utf8))
        guard let principal = signer.principals.first else { continue }
        return (principal, armored, nil)
      } catch {
        // Another person's key does not fit: that says nothing about the next one.
        if case .signature = error { continue }
        refusal = error
      }
    }
    return refusal.map { ("", [], $0) }
  }
}
