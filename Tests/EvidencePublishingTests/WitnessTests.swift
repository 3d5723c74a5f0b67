import ErasureDomain
import EvidenceLog
import EvidencePublishing
import Foundation
import Journal
import TestKit
import Testing

/// Witnesses that keep the specification, one that is down, and one that lies.
@Suite struct WitnessTests {
  private func witness(_ scene: AnchorScene, name: String = "witness.example/w1", store: String = "w") throws
    -> TestWitness
  {
    try TestWitness(name: name, logs: [scene.scene.signer.verifierKey], store: scene.scene.folder.path(store))
  }

  private func policy(_ scene: AnchorScene, _ witness: TestWitness) throws -> TrustPolicy {
    try TrustPolicy(
      logs: [.init(key: scene.scene.signer.verifierKey)], witnesses: [.init(name: "w1", key: witness.key)],
      quorum: "w1")
  }

  @Test func `each checkpoint is cosigned, and the lines verify by the quorum of a policy`() async throws {
    let scene = try AnchorScene()
    let witness = try witness(scene)
    try await scene.scene.open()
    let (publisher, anchors) = scene.publisher(witnesses: [scene.witness(witness)])
    var times: [UInt64] = []
    for size in [1, 2, 3, 300] {
      try await scene.scene.addRequests(size - Int(scene.scene.journal.frontier.size))
      try await publisher.publishAnchored()
      let trusted = try policy(scene, witness).verify(try scene.published().note)
      #expect(trusted.checkpoint.size == UInt64(size))
      times += trusted.cosignatures.map(\.timestamp)
    }
    #expect(times.count == 4 && times == times.sorted())
    #expect(await anchors.warnings.isEmpty && witness.asked == 4)
    // Nothing new: nobody is asked.
    try await publisher.publishAnchored()
    #expect(witness.asked == 4)
    let request = try #require(try await scene.scene.journal.read { reader in try reader.request(number: 1) })
    let files = try await EvidenceBundle.export(
      request: request.request, from: scene.scene.journal, policy: try policy(scene, witness))
    let readMe = String(decoding: files.first { $0.path == "README.txt" }?.bytes ?? [], as: UTF8.self)
    #expect(readMe.contains("Anchored outside: it was seen by witness w1 at"))
  }

  @Test func `a witness that is down delays nothing, shows as a warning and is asked with the next checkpoint`()
    async throws
  {
    let scene = try AnchorScene()
    let witness = try witness(scene)
    try await scene.scene.open()
    try await scene.scene.addRequests(1)
    let (publisher, anchors) = scene.publisher(witnesses: [scene.witness(witness)])
    try await publisher.publishAnchored()
    let down = try AnchorScene(scene.scene.journal, folder: scene.scene.folder)
    witness.stop()
    let (later, warned) = down.publisher(witnesses: [down.witness(witness)])
    try await scene.scene.addRequests(1)
    try await later.publishAnchored()
    #expect(
      await warned.warnings == [
        "witness sister has not cosigned the newest checkpoint (unreachable); it is asked again"
      ])
    #expect(try down.published().names == [JournalFixture.origin])
    // Evidence of what is covered by a cosigned checkpoint is against that one.
    let request = try #require(try await scene.scene.journal.read { reader in try reader.request(number: 1) })
    let files = try await EvidenceBundle.export(
      request: request.request, from: scene.scene.journal, policy: try policy(scene, witness))
    let note = try SignedNote(parsing: files.first { $0.path == "checkpoint" }?.bytes ?? [])
    #expect(try policy(scene, witness).verify(note).checkpoint.size == 2)
    #expect(await anchors.warnings.isEmpty)
    // It comes back where it was.
    let again = try self.witness(scene)
    try await scene.scene.addRequests(1)
    let (last, healthy) = scene.publisher(witnesses: [scene.witness(again)])
    try await last.publishAnchored()
    #expect(try policy(scene, again).verify(scene.published().note).checkpoint.size == 4)
    #expect(await healthy.warnings.isEmpty)
  }

  @Test(arguments: [
    (TestWitness.Lie.badSignature, "bad-signature"), (.otherKey, "other-key"), (.olderTime, "older-time"),
    (.claimsMore, "baseless"), (.garbage, "malformed"), (.huge, "too-large"),
  ])
  func `what a witness answers wrongly is not kept, and stops nothing`(_ lie: TestWitness.Lie, _ code: String)
    async throws
  {
    let scene = try AnchorScene()
    let witness = try witness(scene)
    try await scene.scene.open()
    let (publisher, _) = scene.publisher(witnesses: [scene.witness(witness)])
    try await publisher.publishAnchored()
    witness.lie(lie)
    try await scene.scene.addRequests(1)
    try await publisher.publishAnchored()
    #expect(scene.heard.map(\.code) == [code])
    #expect(try scene.published().names == [JournalFixture.origin])
    #expect(scene.scene.journal.failure == nil)
    witness.lie(nil)
    try await scene.scene.addRequests(1)
    try await publisher.publishAnchored()
    #expect(try scene.published().names == [JournalFixture.origin, witness.key.name])
  }

  @Test func `a witness that was set back, or begins anew, is told from where it is`() async throws {
    let scene = try AnchorScene()
    let witness = try witness(scene)
    try await scene.scene.open()
    try await scene.publisher(witnesses: [scene.witness(witness)]).publisher.publishAnchored()
    // Another machine of the same key, which has seen nothing.
    let fresh = try self.witness(scene, store: "fresh")
    try await scene.scene.addRequests(3)
    try await scene.publisher(witnesses: [scene.witness(fresh)]).publisher.publishAnchored()
    #expect(try policy(scene, fresh).verify(scene.published().note).checkpoint.size == 4)
    #expect(scene.heard.isEmpty)
  }

  @Test func `a witness does not cosign what does not extend what it saw, nor a log that it does not know`()
    async throws
  {
    let scene = try AnchorScene()
    let witness = try witness(scene)
    try await scene.scene.open()
    try await scene.scene.addRequests(4)
    try await scene.publisher(witnesses: [scene.witness(witness)]).publisher.publishAnchored()
    let forked = try AnchorScene(seed: 8)
    try await forked.scene.open()
    try await forked.scene.addRequests(4)
    try await forked.publisher(witnesses: [forked.witness(witness)]).publisher.publishAnchored()
    #expect(forked.scene.journal.failure == .forked(size: 5, place: "witness sister"))
    let stranger = try AnchorScene()
    let ignorant = try TestWitness(logs: [], store: stranger.scene.folder.path("w"))
    try await stranger.scene.open()
    try await stranger.publisher(witnesses: [stranger.witness(ignorant)]).publisher.publishAnchored()
    #expect(stranger.heard.map(\.code) == ["status-404"])
  }
}
