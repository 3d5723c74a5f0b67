import ErasureDomain
import EvidenceLog
import Foundation
import TestKit
import Testing

/// Against the real `ssh-keygen` (Debian: `apt-get install openssh-client`).
struct SSHKeygenTests {
  @Test(arguments: ["ed25519", "ecdsa", "rsa"])
  func `what ssh-keygen signs verifies here, and its verifier agrees`(type: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "expunged-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let key = folder.appending(path: "key").path
    try run(["-q", "-t", type, "-b", type == "rsa" ? "3072" : "256", "-N", "", "-C", "test", "-f", key])
    let publicKey = try SSHPublicKey(parsing: try Samples.line(folder, "key.pub"))
    #expect(try run(["-l", "-f", key + ".pub"]).contains(publicKey.fingerprint))

    let message = try approval().encoded
    let file = folder.appending(path: "approval.txt")
    try Data(message).write(to: file)
    try Data(
      """
      ada namespaces="\(SignatureNamespace.approval)",valid-after="20200101Z",valid-before="20990101000000Z" \
      \(publicKey.text)

      """.utf8
    ).write(to: folder.appending(path: "allowed"))
    let signers = try AllowedSigners(parsing: try Samples.bytes(folder, "allowed"))
    for hash in ["sha512", "sha256"] {
      try? FileManager.default.removeItem(atPath: file.path + ".sig")
      try run(["-q", "-Y", "sign", "-O", "hashalg=\(hash)", "-n", SignatureNamespace.approval, "-f", key, file.path])
      let bytes = try Samples.bytes(folder, "approval.txt.sig")
      let signature = try SSHSignature(armored: bytes)
      #expect(signature.armored == bytes)
      #expect(signature.publicKey == publicKey)
      #expect(signature.messageHash.rawValue == hash)
      try signature.verify(message: message, namespace: SignatureNamespace.approval)
      try signers.key(
        for: "ada", matching: signature.publicKey, namespace: signature.namespace,
        at: UTCTime(secondsSince1970: 1_800_000_000))
      try run(
        [
          "-Y", "verify", "-f", folder.appending(path: "allowed").path, "-I", "ada", "-n", SignatureNamespace.approval,
          "-s", file.path + ".sig",
        ], input: file)
    }
  }

  private func approval() throws -> ApprovalText {
    try ApprovalText(
      log: "erasure.example/evidence", decision: .approve, plan: ContentDigest(hashing: [1]),
      request: RequestReference(bytes: [UInt8](repeating: 1, count: 16)), jobs: 3,
      findings: ContentDigest(hashing: [2]), nonce: String(repeating: "0a", count: 16),
      startBefore: UTCTime(secondsSince1970: 1_900_000_000))
  }

  @discardableResult
  private func run(_ arguments: [String], input: URL? = nil) throws -> String {
    let bytes = try input.map { Array(try Data(contentsOf: $0)) } ?? []
    return String(decoding: try ChildProcess.run(["/usr/bin/ssh-keygen"] + arguments, input: bytes), as: UTF8.self)
  }
}
