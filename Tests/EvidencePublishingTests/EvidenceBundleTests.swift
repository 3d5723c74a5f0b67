import ErasureDomain
import EvidenceLog
import EvidencePublishing
import Journal
import TestKit
import Testing

/// The bundle that an auditor gets.
@Suite struct EvidenceBundleTests {
  /// A request with an approved plan, among others; returns it with its plan.
  private func prepared() async throws -> (scene: PublishingScene, plan: ProposedPlan) {
    let scene = try PublishingScene()
    try await scene.open()
    try await scene.addRequests(5)
    let request = RequestReference(using: scene.fixture.random)
    try await scene.journal.append(
      [scene.fixture.received(request), scene.fixture.confirmed(request)], to: .request(request), expecting: 0)
    try await scene.addRequests(3)
    let jobs = [try scene.fixture.job("crm", deadline: scene.clock.now().adding(seconds: 86_400))]
    let plan = try scene.fixture.plan(of: request, jobs: jobs)
    try await scene.journal.append([plan.proposal], to: .plan(plan.plan.plan), expecting: 0)
    try await scene.journal.append([scene.fixture.approved(plan)], to: .plan(plan.plan.plan), expecting: 1)
    try await scene.journal.append([scene.fixture.released("crm")], to: .log, expecting: nil)
    let job = jobs[0].job
    try await scene.journal.append(
      [
        scene.fixture.started(job, of: plan, epoch: 1), scene.fixture.ended(job, of: plan, epoch: 1, .done),
        scene.fixture.settledErased(job, of: plan),
      ], to: .job(job), expecting: 0)
    return (scene, plan)
  }

  @Test func `every entry of the request and the log's opening is there and proved against one checkpoint`()
    async throws
  {
    let (scene, plan) = try await prepared()
    try await scene.publisher.publish()
    try await scene.addRequests(4)
    let files = try await EvidenceBundle.export(request: plan.plan.request, from: scene.journal)
    let byPath = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
    let own = try await scene.journal.read { reader in try reader.entries(of: plan.plan.request) }
    #expect(own.count == 7)
    let first = try await scene.journal.read { reader in try reader.entries(from: 0, to: 1) }
    let policy = try TrustPolicy(parsing: #require(byPath["policy"]))
    #expect(policy.logs.map(\.key) == [scene.signer.verifierKey])
    for entry in first + own {
      let bytes = try #require(byPath["entries/\(entry.index).json"])
      #expect(bytes == entry.bytes)
      let proof = try TlogProof(parsing: #require(byPath["proofs/\(entry.index).tlog-proof"]))
      #expect(proof.index == entry.index)
      #expect(proof.checkpoint.encoded == byPath["checkpoint"])
      try proof.verify(entry: bytes, policy: policy)
    }
    #expect(files.count { $0.path.hasPrefix("entries/") } == 8)
    #expect(files.count { $0.path.hasPrefix("proofs/") } == 8)
    #expect(byPath["artifacts/sha256/\(plan.digest.hex)"] != nil)
    for (path, bytes) in byPath where path.hasPrefix("artifacts/") {
      #expect(path == "artifacts/sha256/\(ContentDigest(hashing: bytes).hex)")
    }
    #expect(byPath["approvals/1.txt"] == Array("approval of \(plan.plan.plan)".utf8))
    #expect(byPath["approvals/1.sig"] == Array("signature over \(plan.plan.plan)".utf8))
    #expect(byPath["approvals/2.txt"] == nil)
    let readMe = String(decoding: try #require(byPath["README.txt"]), as: UTF8.self)
    #expect(readMe.contains("ssh-keygen -Y verify") && readMe.contains("approvals/1.sig < approvals/1.txt"))
  }

  @Test func `entries that no checkpoint covers are not exported`() async throws {
    let (scene, plan) = try await prepared()
    await #expect(throws: PublishingFailure.notCovered(entry: 16)) {
      try await EvidenceBundle.export(request: plan.plan.request, from: scene.journal)
    }
    let unknown = RequestReference(using: scene.fixture.random)
    await #expect(throws: PublishingFailure.unknown(unknown.text)) {
      try await EvidenceBundle.export(request: unknown, from: scene.journal)
    }
  }
}
