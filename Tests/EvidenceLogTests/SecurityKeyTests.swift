import ErasureDomain
import EvidenceLog
import Foundation
import TestKit
import Testing

/// Keys in hardware and passkeys, made in software; `ssh-keygen` is the judge of what it looks at.
struct SecurityKeyTests {
  private let message = Array("expunged-approval/v1\nlog erasure.example/evidence\n".utf8)
  private let namespace = SignatureNamespace.approval

  private func refusal(
    _ key: SoftwareSecurityKey, _ policy: SignaturePolicy = SignaturePolicy(),
    origin: String = SoftwareSecurityKey.origin
  ) throws -> SSHSignatureError? {
    let signature = try SSHSignature(armored: try key.sign(message, origin: origin))
    do {
      try signature.verify(message: message, namespace: namespace, policy: policy)
      return nil
    } catch { return error }
  }

  /// Whether `ssh-keygen -Y verify` takes the signature.
  private func keygenTakes(_ armored: [UInt8], by key: SSHPublicKey, over message: [UInt8]) throws -> Bool {
    let folder = FileManager.default.temporaryDirectory.appending(path: "expunged-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let (signers, signature) = (folder.appending(path: "allowed").path, folder.appending(path: "sig").path)
    try Data("ada namespaces=\"\(namespace)\" \(key.text)\n".utf8).write(to: URL(filePath: signers))
    try Data(armored).write(to: URL(filePath: signature))
    let words = ["-Y", "verify", "-f", signers, "-I", "ada", "-n", namespace, "-s", signature]
    do {
      _ = try ChildProcess.run(["/usr/bin/ssh-keygen"] + words, input: message)
      return true
    } catch { return false }
  }

  @Test(arguments: SoftwareSecurityKey.Kind.allCases)
  func `a touched key signs, and ssh-keygen agrees`(kind: SoftwareSecurityKey.Kind) throws {
    // r and s with leading zeros and with the sign byte come up among them.
    for _ in 0..<(kind == .ed25519 ? 2 : 20) {
      let key = SoftwareSecurityKey(kind)
      let armored = try key.sign(message)
      let signature = try SSHSignature(armored: armored)
      #expect(signature.armored == armored)
      #expect(signature.signatureType == kind.rawValue)
      try signature.verify(
        message: message, namespace: namespace,
        policy: SignaturePolicy(requiresUserVerification: true, origins: [SoftwareSecurityKey.origin]))
      #expect(try keygenTakes(armored, by: try key.publicKey(), over: message))
      #expect(throws: SSHSignatureError.invalid(for: kind)) {
        try signature.verify(message: message + [0x0A], namespace: namespace)
      }
    }
  }

  @Test(arguments: SoftwareSecurityKey.Kind.allCases)
  func `without a touch nothing is signed, whatever ssh-keygen says`(kind: SoftwareSecurityKey.Kind) throws {
    var key = SoftwareSecurityKey(kind)
    for flags: UInt8 in [0x00, 0x04] {
      key.flags = flags
      #expect(try keygenTakes(try key.sign(message), by: try key.publicKey(), over: message))
      #expect(try refusal(key) == .noTouch)
    }
    key.flags = 0x01
    #expect(try refusal(key) == nil)
    #expect(try refusal(key, SignaturePolicy(requiresUserVerification: true)) == .noUserVerification)
    key.flags = 0x05
    #expect(try refusal(key, SignaturePolicy(requiresUserVerification: true)) == nil)
  }

  @Test(arguments: SoftwareSecurityKey.Kind.allCases)
  func `every damaged byte of a security key's signature is noticed`(kind: SoftwareSecurityKey.Kind) throws {
    let good = try SSHSignature(armored: try SoftwareSecurityKey(kind).sign(message))
    for place in good.blob.indices {
      for bit: UInt8 in [0x01, 0x80] {
        var blob = good.blob
        blob[place] ^= bit
        #expect(throws: SSHSignatureError.self, "\(kind), byte \(place)") {
          try SSHSignature(blob: blob).verify(message: message, namespace: namespace)
        }
      }
    }
    for count in good.blob.indices {
      #expect(throws: SSHSignatureError.self) { try SSHSignature(blob: Array(good.blob.prefix(count))) }
    }
  }

  @Test func `a browser signs on the expected page only`() throws {
    let key = SoftwareSecurityKey(.webAuthn)
    let elsewhere = "https://erasure.example.evil.example"
    #expect(try refusal(key, origin: elsewhere) == nil)
    #expect(
      try refusal(key, SignaturePolicy(origins: [SoftwareSecurityKey.origin]), origin: elsewhere)
        == .wrongOrigin(found: elsewhere, expected: [SoftwareSecurityKey.origin]))
    #expect(
      try refusal(key, SignaturePolicy(origins: []))
        == .wrongOrigin(found: SoftwareSecurityKey.origin, expected: []))
    // No page is asked for a key that is used without a browser.
    #expect(try refusal(SoftwareSecurityKey(.p256), SignaturePolicy(origins: [])) == nil)
  }

  @Test func `the flags of a browser's signature fit what it carries`() throws {
    var key = SoftwareSecurityKey(.webAuthn)
    for (flags, extensions, wanted): (UInt8, [UInt8], SSHSignatureError?) in [
      (0x85, [0xA0], nil), (0x85, [], .badFlags), (0x05, [0xA0], .badFlags), (0x45, [], .badFlags),
    ] {
      key.flags = flags
      key.extensions = extensions
      #expect(try refusal(key) == wanted)
      #expect(
        try keygenTakes(try key.sign(message), by: try key.publicKey(), over: message) == (wanted == nil),
        "\(flags)")
    }
    key = SoftwareSecurityKey(.webAuthn)
    #expect(try refusal(key, origin: "https://a\"b") == .otherClientData)
  }

  @Test func `what a browser answers is packed as a signature that ssh-keygen takes`() throws {
    var key = SoftwareSecurityKey(.webAuthn)
    for end in [#","crossOrigin":false}"#, "}", #","crossOrigin":false,"other_keys_can_be_added_here":"x"}"#] {
      key.clientDataEnd = end
      let packed = try assertion(key).packed(signing: message)
      try SSHSignature(armored: packed).verify(message: message, namespace: namespace)
      #expect(try keygenTakes(packed, by: try key.publicKey(), over: message))
    }
  }

  private func assertion(
    _ key: SoftwareSecurityKey, as listed: SSHPublicKey? = nil, over other: [UInt8]? = nil,
    origin: String = SoftwareSecurityKey.origin, expected: String = SoftwareSecurityKey.origin,
    change: (inout [UInt8], inout [UInt8], inout [UInt8]) -> Void = { _, _, _ in }
  ) throws -> WebAuthnAssertion {
    let challenge = SSHSignature.signedBytes(message: other ?? message, namespace: namespace)
    var made = try key.assertion(challenge: challenge, origin: origin)
    change(&made.signature, &made.authenticatorData, &made.clientDataJSON)
    return WebAuthnAssertion(
      key: try listed ?? key.publicKey(), namespace: namespace, origin: expected, signature: made.signature,
      authenticatorData: made.authenticatorData, clientDataJSON: made.clientDataJSON)
  }

  @Test func `an assertion is refused for each thing that is wrong with it`() throws {
    let key = SoftwareSecurityKey(.webAuthn)
    func refusal(_ assertion: WebAuthnAssertion, pin: Bool = true) -> WebAuthnAssertionError? {
      do {
        _ = try assertion.packed(signing: message, requiresUserVerification: pin)
        return nil
      } catch { return error }
    }
    #expect(refusal(try assertion(key)) == nil)
    let file = try SoftwareSecurityKey(.ed25519).publicKey()
    #expect(refusal(try assertion(key, as: file)) == .wrongKeyType(.securityKeyEd25519))
    let other = try SoftwareSecurityKey(.webAuthn).publicKey()
    #expect(refusal(try assertion(key, as: other)) == .signature(.invalid))
    let elsewhere = try SSHPublicKey.securityKey(point: key.point, application: "other.example")
    #expect(refusal(try assertion(key, as: elsewhere)) == .otherRelyingParty)
    #expect(refusal(try assertion(key, over: [1])) == .otherChallenge)
    #expect(
      refusal(try assertion(key, origin: "https://other.example"))
        == .otherOrigin(expected: SoftwareSecurityKey.origin))
    #expect(refusal(try assertion(key, expected: "https://a\"b")) == .badOrigin)
    #expect(refusal(try assertion(key, expected: "")) == .badOrigin)
    for (flags, wanted): (UInt8, WebAuthnAssertionError?) in [
      (0x05, nil), (0x01, .noUserVerification), (0x04, .noTouch), (0x45, .badAuthenticatorData),
      (0x85, .badAuthenticatorData),
    ] {
      var made = key
      made.flags = flags
      #expect(refusal(try assertion(made)) == wanted)
    }
    var touched = key
    touched.flags = 0x01
    #expect(refusal(try assertion(touched), pin: false) == nil)
    #expect(refusal(try assertion(key) { _, data, _ in data.removeLast() }) == .badAuthenticatorData)
    #expect(refusal(try assertion(key) { _, data, _ in data.append(0) }) == .badAuthenticatorData)
    #expect(refusal(try assertion(key) { _, data, _ in data[36] ^= 1 }) == .signature(.invalid))
    #expect(refusal(try assertion(key) { signature, _, _ in signature.append(0) }) == .badSignature)
    #expect(refusal(try assertion(key) { signature, _, _ in signature = [] }) == .badSignature)
    #expect(refusal(try assertion(key) { _, _, json in json.removeLast() }) == .badClientData)
    #expect(refusal(try assertion(key) { _, _, json in json.insert(0x20, at: 1) }) == .badClientData)
    #expect(refusal(try assertion(key) { _, _, json in json[12] = 0xFF }) == .badClientData)
    for end in [#","crossOrigin":true}"#, #","crossOrigin":falsely}"#, #","topOrigin":"https://evil.example"}"#] {
      var framed = key
      framed.clientDataEnd = end
      #expect(refusal(try assertion(framed)) == .insideAnotherPage)
    }
    var long = key
    long.clientDataEnd = ",\"crossOrigin\":false,\"x\":\"" + String(repeating: "a", count: 12_000) + "\"}"
    #expect(refusal(try assertion(long)).map { if case .signature(.tooLong) = $0 { true } else { false } } == true)
  }

  @Test func `a passkey is read from its point and from what browsers hand over`() throws {
    let key = SoftwareSecurityKey(.webAuthn)
    let made = try SSHPublicKey.securityKey(point: key.point, application: "erasure.example")
    #expect(made.type == .securityKeyP256)
    #expect(
      try SSHPublicKey.securityKey(
        subjectPublicKeyInfo: key.subjectPublicKeyInfo, application: "erasure.example") == made)
    #expect(try SSHPublicKey(parsing: made.text) == made)
    var off = key.point
    off[64] ^= 1
    var long = key.subjectPublicKeyInfo
    long.append(0)
    for point in [off, Array(key.point.dropLast()), [], [0x02] + key.point.dropFirst()] {
      #expect(throws: SSHPublicKeyError.badPoint) { try SSHPublicKey.securityKey(point: point, application: "a") }
    }
    #expect(throws: SSHPublicKeyError.badPoint) {
      try SSHPublicKey.securityKey(subjectPublicKeyInfo: long, application: "a")
    }
    #expect(throws: SSHPublicKeyError.badPoint) {
      try SSHPublicKey.securityKey(subjectPublicKeyInfo: key.point, application: "a")
    }
    #expect(throws: SSHPublicKeyError.malformed) { try SSHPublicKey.securityKey(point: key.point, application: "") }
    #expect(throws: SSHPublicKeyError.malformed) { try SSHPublicKey.securityKey(point: key.point, application: "a\n") }
  }
}

extension SSHSignatureError {
  /// A browser says that it signed another text; of other keys the signature does not fit.
  fileprivate static func invalid(for kind: SoftwareSecurityKey.Kind) -> SSHSignatureError {
    kind == .webAuthn ? .otherClientData : .invalid
  }
}
