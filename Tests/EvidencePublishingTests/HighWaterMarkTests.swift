import ErasureDomain
import EvidenceLog
import EvidencePublishing
import Foundation
import Journal
import TestKit
import Testing

/// A database that was set back is noticed by whatever outside knows more.
@Suite struct HighWaterMarkTests {
  private static func restored() async throws -> AnchorScene {
    let scene = try AnchorScene()
    try await scene.scene.open()
    try await scene.scene.addRequests(2)
    return scene
  }

  @Test func `a larger size in the published folder, the second place or at a witness halts at the start`() async throws
  {
    let scene = try AnchorScene()
    let witness = try TestWitness(logs: [scene.scene.signer.verifierKey], store: scene.scene.folder.path("w"))
    let marks = scene.scene.folder.path("marks")
    try FileManager.default.createDirectory(atPath: marks, withIntermediateDirectories: false)
    try await scene.scene.open()
    try await scene.scene.addRequests(6)
    try await scene.publisher(witnesses: [scene.witness(witness)], secondPlace: marks).publisher.publishAnchored()
    for place in ["folder", "second place", "witness"] {
      let old = try await Self.restored()
      var publisher = old.publisher().publisher
      var shown = old.scene.folder.path("log/checkpoint")
      switch place {
      case "folder":
        try FileManager.default.copyItem(atPath: scene.scene.folder.path("log"), toPath: old.scene.folder.path("log"))
      case "second place":
        publisher = old.publisher(secondPlace: marks).publisher
        shown = marks + "/checkpoint"
      default:
        publisher = old.publisher(witnesses: [old.witness(witness)]).publisher
        shown = "witness sister"
      }
      let failure = JournalFailure.rolledBack(ours: 3, seen: 7, place: shown)
      await #expect(throws: PublishingFailure.journal(failure)) { try await publisher.compareWithOutside() }
      #expect(old.scene.journal.failure == failure)
      // Nothing is executed, nothing is signed; reading goes on.
      await #expect(throws: failure) { try await old.scene.addRequests(1) }
      await #expect(throws: PublishingFailure.journal(failure)) { try await publisher.publish() }
      #expect(try old.scene.signer.checkpoints.isEmpty)
      #expect(try await old.scene.journal.read { reader in try reader.size } == 3)
    }
  }

  @Test func `a witness that only claims to know more, or is silent, halts nothing`() async throws {
    let scene = try AnchorScene()
    let witness = try TestWitness(logs: [scene.scene.signer.verifierKey], store: scene.scene.folder.path("w"))
    try await scene.scene.open()
    let (publisher, _) = scene.publisher(witnesses: [scene.witness(witness)])
    witness.lie(.claimsMore)
    try await publisher.publishAnchored()
    try await publisher.compareWithOutside()
    witness.stop()
    try await publisher.compareWithOutside()
    #expect(scene.scene.journal.failure == nil)
    #expect(scene.heard.map(\.code) == ["baseless", "unreachable"])
  }

  @Test func `a second place that is not there is a warning, and the log is published all the same`() async throws {
    let scene = try AnchorScene()
    try await scene.scene.open()
    let (publisher, _) = scene.publisher(secondPlace: scene.scene.folder.path("not-mounted"))
    try await publisher.publish()
    #expect(scene.heard.map(\.code) == ["error-2"])
    #expect(try scene.published().names == [JournalFixture.origin])
    #expect(!FileManager.default.fileExists(atPath: scene.scene.folder.path("not-mounted")))
  }

  @Test(arguments: [true, false])
  func `anchors are kept by every store, only of checkpoints that it has`(_ inMemory: Bool) async throws {
    let folder = try TemporaryFolder()
    let journal: (any Journal)? =
      inMemory ? nil : try SQLiteJournal(path: folder.path("journal.db"), clock: ManualClock())
    let scene = try PublishingScene(journal)
    try await scene.open()
    try await scene.publisher.publish()
    let digest = ContentDigest(hashing: [1])
    let stamp = StoredTimeStamp(imprint: digest, reply: [2], authorities: [3])
    for _ in 1...2 {
      try await scene.journal.store(anchor: .cosignature(size: 1, witness: "w", line: "one"))
      try await scene.journal.store(anchor: .timeStamp(size: 1, stamp))
    }
    await #expect(throws: JournalFailure.self) {
      try await scene.journal.store(anchor: .cosignature(size: 2, witness: "w", line: "two"))
    }
    let (lines, sizes, stamps) = try await scene.journal.read { reader in
      (
        try reader.cosignatures(of: 1).map(\.line),
        [try reader.newestCosigned(by: "w"), try reader.newestCosigned(by: "v")],
        [
          try reader.timeStamp(of: 1, imprint: digest),
          try reader.timeStamp(of: 1, imprint: ContentDigest(hashing: [])),
        ]
      )
    }
    #expect(lines == ["one"] && sizes == [1, nil] && stamps == [stamp, nil])
  }
}
