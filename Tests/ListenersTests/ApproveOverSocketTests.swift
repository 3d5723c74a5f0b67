import ErasureDomain
import EvidenceLog
import Foundation
import OfficerAPI
import OfficerConsole
import Synchronization
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Approving over the socket` {
  @Test func `signs the text and submits it`() async throws {
    let prepared = try Self.prepared()
    let daemon = FakeDaemon { heard in
      switch heard.name {
      case PrepareApproval.name: CallReply(status: 200, body: try CanonicalJSON.encode(prepared))
      case SubmitApproval.name: CallReply(status: 200, body: try CanonicalJSON.encode(prepared.plan))
      default: throw Refusal(.notFound, heard.name)
      }
    }
    let printed = Printed()
    try await Self.withKey { key in
      try await SocketScene.with(daemon) { scene in
        let status = await printed.run([
          "approve", "1", "--key", key, "--principal", "bram@example.nl", "--yes", "--socket", scene.path,
        ])
        #expect(status == 0, "\(printed.notes)")
      }
    }
    #expect(daemon.heard.map(\.name) == ["approval.prepare", "approval.submit"])
    let submitted = try CanonicalJSON.decode(SubmitApproval.self, from: try #require(daemon.heard.last?.body))
    #expect(submitted.text == prepared.text)
    #expect(submitted.principal == "bram@example.nl")
    let signature = try SSHSignature(armored: Array(submitted.signature.utf8))
    try signature.verify(message: Array(prepared.text.utf8), namespace: ApprovalText.namespace)
    #expect(printed.notes.contains("Customer relations"))
  }

  @Test func `signs nothing when the daemon shows one plan and asks for another`() async throws {
    var prepared = try Self.prepared()
    prepared.planBytes = prepared.planBytes.replacing("\"erase\":12", with: "\"erase\":2")
    let lying = prepared
    let daemon = FakeDaemon { _ in CallReply(status: 200, body: try CanonicalJSON.encode(lying)) }
    let printed = Printed()
    try await Self.withKey { key in
      try await SocketScene.with(daemon) { scene in
        let status = await printed.run([
          "approve", "1", "--key", key, "--principal", "bram@example.nl", "--yes", "--socket", scene.path,
        ])
        #expect(status == 1)
      }
    }
    #expect(daemon.heard.map(\.name) == ["approval.prepare"])
    #expect(printed.notes.contains("another plan"))
  }

  @Test func `does not sign unasked, and prints the text alone`() async throws {
    let prepared = try Self.prepared()
    let daemon = FakeDaemon(answer: prepared)
    try await Self.withKey { key in
      try await SocketScene.with(daemon) { scene in
        let nobody = Terminal(isInteractive: { false }, line: { nil }, everything: { [] })
        let printed = Printed()
        let status = await Terminal.$current.withValue(nobody) {
          await printed.run(["approve", "1", "--key", key, "--principal", "b", "--socket", scene.path])
        }
        #expect(status == 2)
        let no = Terminal(isInteractive: { true }, line: { "no" }, everything: { [] })
        let refused = await Terminal.$current.withValue(no) {
          await printed.run(["approve", "1", "--key", key, "--principal", "b", "--socket", scene.path])
        }
        #expect(refused == 1)
        let text = Printed()
        #expect(await text.run(["approve", "1", "--print-text", "--socket", scene.path]) == 0)
        #expect(text.answers == prepared.text)
      }
    }
    #expect(Set(daemon.heard.map(\.name)) == ["approval.prepare"])
  }

  static func prepared() throws -> ApprovalPrepared {
    let day = try #require(CivilDate("2026-11-23"))
    let at = try #require(UTCTime("2026-11-24T09:00:00Z"))
    let crm = try #require(SystemName("crm"))
    func reference<Kind>(_ number: UInt8) -> Reference<Kind> {
      Reference(bytes: Array(repeating: 0, count: 15) + [number])
    }
    let dueDates = try CanonicalJSON.decode(
      DueDates.self,
      from: .object(
        Dictionary(
          uniqueKeysWithValues: ["received", "nominal", "statutory", "workTo", "extended"].map {
            ($0, CanonicalJSON.string(day.description))
          } + [("ruleSet", .string("NL/atw/2026-1"))])))
    let job = PlannedJob(
      job: reference(4), system: crm, title: "Customer relations", role: .own, connector: "sqlite", verb: .erase,
      counts: [DatasetCount(dataset: "activity", isRoot: false, erase: 12)], identifiers: [.email], dependsOn: [],
      deadline: at, leftOut: [], followUp: nil, concurrency: 1)
    let plan = ErasurePlan(
      plan: reference(2), request: reference(1), log: "log.demo.example/expunged", drafter: reference(3), at: at,
      practice: false, register: ContentDigest(hashing: [1]), findings: ContentDigest(hashing: [2]),
      ground: .objection, dueDates: dueDates, margin: .standard, coverage: [], jobs: [job])
    let bytes = try CanonicalJSON.encode(plan)
    let digest = ContentDigest(hashing: bytes)
    let text = try ApprovalText(
      log: plan.log, decision: .approve, plan: digest, request: plan.request, jobs: 1, findings: plan.findings,
      nonce: String(repeating: "0a", count: 16), startBefore: at.adding(seconds: 86_400))
    let view = PlanView(
      plan: plan.plan, request: plan.request, number: 1, state: "approved", digest: digest, findings: plan.findings,
      drafter: "anna", at: at, startBefore: text.startBefore, practice: false, approvals: ["bram"],
      approvalsNeeded: 2, margin: plan.margin, lines: [])
    return ApprovalPrepared(
      plan: view, planBytes: String(decoding: bytes, as: UTF8.self),
      text: String(decoding: text.encoded, as: UTF8.self), records: [])
  }

  static func withKey(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("xp-key-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let key = folder.appendingPathComponent("key").path
    try ChildProcess.run(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    try await body(key)
  }
}
