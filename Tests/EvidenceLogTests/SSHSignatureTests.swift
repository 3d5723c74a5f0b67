import ErasureDomain
import EvidenceLog
import Foundation
import Testing

struct SSHSignatureTests {
  private static let time = UTCTime(secondsSince1970: 1_800_000_000)

  private func refusal(_ work: () throws -> Void) -> SSHSignatureError? {
    do {
      try work()
      return nil
    } catch { return error as? SSHSignatureError }
  }

  @Test func `signatures of every kind verify for their text and purpose and nothing else`() throws {
    guard let folder = Samples.folder("sshsig-vectors") else { return }
    let message = try Samples.bytes(folder, "approval.txt")
    let signers = try AllowedSigners(parsing: try Samples.bytes(folder, "allowed_signers"))
    for name in ["ed25519", "ecdsa", "rsa", "sk-ed25519-up-uv", "webauthn"] {
      let bytes = try Samples.bytes(folder, "\(name).sig")
      let signature = try SSHSignature(armored: bytes)
      #expect(signature.armored == bytes)
      try signature.verify(message: message, namespace: SignatureNamespace.approval)
      try signers.key(
        for: "\(name)@example.org", matching: signature.publicKey, namespace: signature.namespace, at: Self.time)
      #expect(
        refusal { try signature.verify(message: message + [0x0A], namespace: SignatureNamespace.approval) }
          == (name == "webauthn" ? .otherClientData : .invalid))
      #expect(
        refusal { try signature.verify(message: message, namespace: "git") }
          == .wrongNamespace(found: SignatureNamespace.approval, expected: "git"))
    }
  }

  @Test func `a signature made for another purpose is refused`() throws {
    guard let folder = Samples.folder("sshsig-vectors") else { return }
    let message = try Samples.bytes(folder, "approval.txt")
    let signature = try SSHSignature(armored: try Samples.bytes(folder, "ed25519-wrong-ns.sig"))
    #expect(
      refusal { try signature.verify(message: message, namespace: SignatureNamespace.approval) }
        == .wrongNamespace(found: "git", expected: SignatureNamespace.approval))
    try signature.verify(message: message, namespace: "git")
  }

  @Test func `RSA is taken from 3072 bits on, in the two kinds that hash with SHA-2`() throws {
    guard let folder = Samples.folder("sshsig-vectors") else { return }
    let message = try Samples.bytes(folder, "approval.txt")
    let good = try SSHSignature(armored: try Samples.bytes(folder, "rsa.sig"))
    // The signature is over SHA-512: called one over SHA-256 it fits nothing.
    let renamed = good.blob.replacing(Array("rsa-sha2-512".utf8), with: Array("rsa-sha2-256".utf8))
    #expect(
      refusal {
        try SSHSignature(blob: renamed).verify(message: message, namespace: SignatureNamespace.approval)
      } == .invalid)
    for count in [384, 383, 1_025] {
      let modulus = [0x00, 0x81] + [UInt8](repeating: 0x03, count: count - 1)
      let key = string("ssh-rsa") + string([1, 0, 1]) + string(modulus)
      let signature = string("rsa-sha2-512") + string([UInt8](repeating: 0x02, count: count))
      let fields = [string(key), string("file"), string(""), string("sha512"), string(signature)]
      let parsed = try SSHSignature(blob: Array("SSHSIG".utf8) + [0, 0, 0, 1] + fields.flatMap { $0 })
      #expect(
        refusal { try parsed.verify(message: [], namespace: "file") }
          == (count == 384 ? .invalid : .rsaSize(bits: count * 8)))
    }
    // One key has one blob, and so one fingerprint.
    for number in [[0x00, 0x01], [0x80], [], [0x00]] as [[UInt8]] {
      #expect(throws: SSHPublicKeyError.malformed) {
        try SSHPublicKey(blob: string("ssh-rsa") + string([1, 0, 1]) + string(number))
      }
    }
  }

  @Test func `every damaged byte of a signature is noticed`() throws {
    guard let folder = Samples.folder("sshsig-vectors") else { return }
    let message = try Samples.bytes(folder, "approval.txt")
    for name in ["ed25519", "ecdsa", "rsa", "sk-ed25519-up-uv", "webauthn"] {
      let good = try SSHSignature(armored: try Samples.bytes(folder, "\(name).sig"))
      for place in good.blob.indices {
        var blob = good.blob
        blob[place] ^= 0x01
        #expect(throws: SSHSignatureError.self, "\(name), byte \(place)") {
          try SSHSignature(blob: blob).verify(message: message, namespace: SignatureNamespace.approval)
        }
      }
      for count in good.blob.indices {
        #expect(throws: SSHSignatureError.self) { try SSHSignature(blob: Array(good.blob.prefix(count))) }
      }
      #expect(refusal { _ = try SSHSignature(blob: good.blob + [0]) } == .trailingBytes)
    }
  }

  @Test func `fields that OpenSSH leaves empty or fixed must be so`() throws {
    let key = string("ssh-ed25519") + string([UInt8](repeating: 1, count: 32))
    func blob(
      version: UInt8 = 1, key: [UInt8], reserved: String = "", hash: String = "sha512", type: String = "ssh-ed25519",
      after: [UInt8] = []
    ) -> [UInt8] {
      let signature = string(type) + string([UInt8](repeating: 2, count: 64)) + after
      return Array("SSHSIG".utf8) + [0, 0, 0, version] + string(key) + string("file") + string(reserved) + string(hash)
        + string(signature)
    }
    #expect(refusal { _ = try SSHSignature(blob: blob(key: key)) } == nil)
    #expect(refusal { _ = try SSHSignature(blob: blob(version: 2, key: key)) } == .unknownVersion(2))
    #expect(refusal { _ = try SSHSignature(blob: blob(key: key, reserved: "x")) } == .reservedNotEmpty)
    #expect(refusal { _ = try SSHSignature(blob: blob(key: key, hash: "sha1")) } == .unknownHash("sha1"))
    #expect(
      refusal { _ = try SSHSignature(blob: blob(key: key, type: "ssh-rsa")) }
        == .signatureTypeRefused("ssh-rsa", key: .ed25519))
    let rsa = string("ssh-rsa") + string([1, 0, 1]) + string([UInt8](repeating: 3, count: 384))
    #expect(
      refusal { _ = try SSHSignature(blob: blob(key: rsa, type: "ssh-rsa")) }
        == .signatureTypeRefused("ssh-rsa", key: .rsa))
    #expect(refusal { _ = try SSHSignature(blob: blob(key: key + [0])) } == .publicKey(.malformed))
    #expect(
      refusal { _ = try SSHSignature(blob: blob(key: string("ssh-dss"))) } == .publicKey(.unknownType("ssh-dss")))
    let trailing = try SSHSignature(blob: blob(key: key, after: [0]))
    #expect(refusal { try trailing.verify(message: [], namespace: "file") } == .trailingBytes)
  }

  @Test func `armor is taken only as ssh-keygen writes it`() throws {
    guard let folder = Samples.folder("sshsig-vectors") else { return }
    let text = String(decoding: try Samples.bytes(folder, "ed25519.sig"), as: UTF8.self)
    func refusal(_ text: String) -> SSHSignatureError? {
      self.refusal { _ = try SSHSignature(armored: Array(text.utf8)) }
    }
    #expect(refusal(text) == nil)
    #expect(refusal("") == .badArmor)
    #expect(refusal("\n" + text) == .badArmor)
    #expect(refusal(text + "\n") == .badArmor)
    #expect(refusal(String(text.dropLast())) == .badArmor)
    #expect(refusal(text.replacing("\n", with: "\r\n")) == .badArmor)
    #expect(refusal(text.replacing("BEGIN SSH", with: "BEGIN PGP")) == .badArmor)
    #expect(refusal(text.replacing("U1NIU0lH", with: "U1NIU0lH ")) == .badArmor)
    #expect(refusal(text.replacing("U1NIU0lH", with: "U1NIU0lH\n")) == .badArmor)
    #expect(refusal("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n") == .badArmor)
    #expect(refusal(String(repeating: "A", count: 20_000)) == .tooLong(count: 20_000))
  }

  private func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

  private func string(_ bytes: [UInt8]) -> [UInt8] {
    [0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
  }
}
