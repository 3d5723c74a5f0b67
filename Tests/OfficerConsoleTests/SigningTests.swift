import ErasureDomain
import EvidenceLog
import Foundation
import OfficerAPI
import TestKit
import Testing

@testable import OfficerConsole

@Suite struct `Before anything is signed` {
  @Test func `plan and text belong together`() throws {
    let review = try ApprovalReview(try Scene.prepared(), asked: Scene.planReference.text, decision: .approve)
    #expect(review.text.plan == review.digest)
    #expect(review.plan == (try Scene.plan()))
  }

  @Test func `other plan bytes than the text names are refused`() throws {
    var prepared = try Scene.prepared()
    prepared.planBytes = prepared.planBytes.replacing("\"erase\":12", with: "\"erase\":2")
    let failure = try #require(throws: ConsoleFailure.self) {
      try ApprovalReview(prepared, asked: "1", decision: .approve)
    }
    #expect(failure.exit == .refused)
  }

  @Test func `a plan with something that is not shown is refused`() throws {
    var prepared = try Scene.prepared()
    prepared.planBytes = prepared.planBytes.replacing("\"v\":1}", with: "\"v\":1,\"z\":\"more\"}")
    #expect(throws: ConsoleFailure.self) { try ApprovalReview(prepared, asked: "1", decision: .approve) }
  }

  @Test func `another decision, number of jobs or plan is refused`() throws {
    let refusing = try Scene.prepared(decision: .refuse)
    #expect(throws: ConsoleFailure.self) { try ApprovalReview(refusing, asked: "1", decision: .approve) }
    let fewer = try Scene.prepared(jobs: 1)
    #expect(throws: ConsoleFailure.self) { try ApprovalReview(fewer, asked: "1", decision: .approve) }
    let other: PlanReference = Scene.reference(99)
    #expect(throws: ConsoleFailure.self) {
      try ApprovalReview(try Scene.prepared(), asked: other.text, decision: .approve)
    }
  }

  @Test func `an attestation says what the person said`() throws {
    let job: JobReference = Scene.reference(15)
    let text = try AttestationText(
      log: Scene.log, job: job, request: Scene.request, done: "destroyed", medium: "USB stick", method: "destroy",
      nonce: String(repeating: "0b", count: 16))
    let words = String(decoding: text.encoded, as: UTF8.self)
    let call = PrepareAttestation(task: job.text, done: "destroyed", medium: "USB stick", method: "destroy")
    #expect(try TaskDone.checked(words, against: call) == text.encoded)
    let other = PrepareAttestation(task: job.text, done: "nothing-found", medium: "USB stick", method: "destroy")
    #expect(throws: ConsoleFailure.self) { try TaskDone.checked(words, against: other) }
  }
}

@Suite struct `Signing with ssh-keygen` {
  @Test func `makes a signature that the verifier takes`() throws {
    try Self.withKey { key, folder in
      let text = Array("expunged-approval/v1\n".utf8)
      let armored = try SSHKeygen(key: key).sign(text, namespace: ApprovalText.namespace)
      let signature = try SSHSignature(armored: Array(armored.utf8))
      try signature.verify(message: text, namespace: ApprovalText.namespace)
      #expect(throws: (any Error).self) { try signature.verify(message: text, namespace: "git") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["key", "key.pub"])
    }
  }

  @Test func `says what to do when it is missing or fails`() throws {
    try Self.withKey { key, folder in
      let missing = try #require(throws: ConsoleFailure.self) {
        try SSHKeygen(key: key, program: "ssh-keygen-that-is-not-there").sign([1], namespace: "a")
      }
      #expect(missing.description.contains("openssh-client"))
      let failing = try #require(throws: ConsoleFailure.self) {
        try SSHKeygen(key: key, program: "false").sign([1], namespace: "a")
      }
      #expect(failing.description.contains("did not sign"))
      let noKey = try #require(throws: ConsoleFailure.self) {
        try SSHKeygen(key: folder + "/none").sign([1], namespace: "a")
      }
      #expect(noKey.description.contains("does not exist"))
    }
  }

  static func withKey(_ body: (String, String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("expunge-key-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let key = folder.appendingPathComponent("key").path
    try ChildProcess.run(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    try body(key, folder.path)
  }
}
