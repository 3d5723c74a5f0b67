import ErasureDomain
import EvidenceLog
import TestKit
import Testing

/// Keys that follow each other, the end of a log, and what lies beside a checkpoint.
@Suite struct LogKeyTests {
  private let new: Ed25519CheckpointSigner

  init() throws {
    new = try Ed25519CheckpointSigner(name: EvidenceStory.origin, seed: [UInt8](repeating: 9, count: 32))
  }

  private func story(destroyed: Bool = true, lies: [EvidenceStory.Lie] = []) throws -> EvidenceStory {
    var story = try EvidenceStory(lies: lies)
    try story.open()
    try story.add(KeyRotated(newVkey: new.verifierKey.text, fromSize: UInt64(story.entries.count) + 1))
    if destroyed { try story.add(KeyDestroyed(vkey: story.log.verifierKey.text)) }
    return story
  }

  /// What an auditor with these keys finds.
  private func audit(
    _ story: EvidenceStory, signedBy signers: [Ed25519CheckpointSigner], keys: [Ed25519CheckpointSigner]
  ) throws -> AuditResult {
    var story = story
    story.signing = signers
    let policy = try TrustPolicy(logs: keys.map { .init(key: $0.verifierKey) })
    return try LogFolderVerifier(trust: AuditTrust(policy: policy)).verify(try story.folder())
  }

  @Test func `while one key follows another, each auditor's key will do`() throws {
    let story = try story(destroyed: false)
    for keys in [[story.log], [new], [story.log, new]] {
      let result = try audit(story, signedBy: [story.log, new], keys: keys)
      #expect(result.isVerified, "\(result.findings)")
    }
  }

  @Test func `afterwards the new key signs alone, and the old one no more`() throws {
    let story = try story()
    for keys in [[new], [story.log, new]] {
      let result = try audit(story, signedBy: [new], keys: keys)
      #expect(result.isVerified, "\(result.findings)")
      #expect(result.checked.contains { $0.contains("follow each other, 2 in all") })
    }
    let stolen = try audit(story, signedBy: [story.log], keys: [story.log, new])
    #expect(stolen.first?.path == "checkpoint" && stolen.first?.reason.contains("destroyed before") == true)
    let stranger = try Ed25519CheckpointSigner(name: EvidenceStory.origin, seed: [UInt8](repeating: 10, count: 32))
    let foreign = try audit(story, signedBy: [stranger], keys: [stranger])
    #expect(foreign.first?.entry == 0 && foreign.first?.reason.contains("not the one you were given") == true)
  }

  @Test func `keys that do not follow each other are found at their entry`() throws {
    let lies: [(EvidenceStory.Lie, UInt64)] = [
      (.init(KeyRotated.kind) { $0["fromSize"] = .integer(9) }, 2),
      (.init(KeyRotated.kind) { $0["newVkey"] = .string("elsewhere+00000000+AQ==") }, 2),
      (.init(KeyDestroyed.kind) { [new] facts in facts["vkey"] = .string(new.verifierKey.text) }, 3),
    ]
    for (lie, entry) in lies {
      let story = try story(lies: [lie])
      let result = try audit(story, signedBy: [new], keys: [story.log, new])
      #expect(result.first?.entry == entry, "\(result.findings)")
    }
  }

  @Test func `nothing stands behind the end of a log`() throws {
    var story = try EvidenceStory()
    try story.open()
    try story.add(LogClosed(reason: FailureCode("key-compromised")))
    #expect(try audit(story, signedBy: [story.log], keys: [story.log]).isVerified)
    try story.add(DaemonStopped())
    let result = try audit(story, signedBy: [story.log], keys: [story.log])
    #expect(result.first?.entry == 3 && result.first?.reason.contains("behind the end of the log") == true)
  }

  @Test func `a time stamp is compared with the checkpoint beside it`() throws {
    let server = try TimeStampServer()
    var story = try EvidenceStory()
    try story.open()
    var folder = try story.folder()
    let verifier = LogFolderVerifier(trust: AuditTrust(policy: try story.policy()))
    folder.files["checkpoint.tsr"] = try server.stamp(try #require(folder.files["checkpoint"]))
    folder.files["tsa/ca.pem"] = [0x0A]
    let good = try verifier.verify(folder)
    #expect(good.isVerified, "\(good.findings)")
    #expect(good.checked.contains { $0.contains("exactly these bytes") })
    #expect(good.notChecked.contains { $0.contains("openssl ts -verify") })
    folder.files["checkpoint.tsr"] = try server.stamp([1])
    let older = try verifier.verify(folder)
    #expect(older.isVerified && older.warnings.contains { $0.contains("about other bytes") })
    folder.files["checkpoint.tsr"] = [1, 2, 3]
    #expect(try verifier.verify(folder).first?.path == "checkpoint.tsr")
  }
}
