import ErasureDomain
import OfficerAPI
import TestKit
import Testing

@Suite(.serialized) struct `Work done by hand` {
  /// A scene whose stick waits for its two people.
  private func waiting(_ body: (DeskScene, JobReference) async throws -> Void) async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    try await scene.running {
      try await scene.until("the stick waits") { try await scene.job(DeskSystems.stick, .manual).waitsForPerson }
      try await body(scene, try await scene.job(DeskSystems.stick, .manual).job)
    }
    try await scene.checkJournal()
  }

  @Test func `two people attest, and their word is named as what it is`() async throws {
    try await waiting { scene, job in
      let task = try await scene.say(ShowTask(task: job.text), by: .dora)
      #expect(task.instruction == "Take the stick from the safe.")
      #expect(task.identifiers?.map(\.value) == [DeskSystems.email])
      let first = try await scene.say(try await scene.attestation(job, by: .bram), by: .bram)
      #expect(first.attestedBy == ["bram"])
      #expect(first.open)
      let second = try await scene.say(try await scene.attestation(job, by: .dora), by: .dora)
      #expect(!second.open)
      guard case .settled(.erased(let receipt)) = try await scene.job(DeskSystems.stick, .manual).state else {
        throw DeskScene.Never.came
      }
      #expect(receipt.verification.voucher == .person)
      #expect(receipt.verification.seen == .attestation)
      #expect(try await scene.entries(TaskAttested.kind).map(\.by) == [Member.bram.id, Member.dora.id])
      let third = try await scene.refusal(of: AnswerTask(task: job.text, answer: .except, note: "x"), by: .bram)
      #expect(third.reason == .refused)
    }
  }

  @Test func `one person does not attest twice, nor one key for two people`() async throws {
    try await waiting { scene, job in
      try await scene.say(try await scene.attestation(job, by: .chris), by: .chris)
      let again = try await scene.refusal(of: try await scene.attestation(job, by: .chris), by: .chris)
      #expect(again.message == "chris has already attested; a second person must")
      var call = try await scene.attestation(job, by: .chris)
      call.principal = Member.hugo.principal
      #expect(try await scene.refusal(of: call, by: .hugo).message.contains("a second person must"))
      #expect(try await scene.job(DeskSystems.stick, .manual).attestations.count == 1)
    }
  }

  @Test func `who asked for the task does not confirm it`() async throws {
    try await waiting { scene, job in
      let refusal = try await scene.refusal(of: try await scene.attestation(job, by: .anna), by: .anna)
      #expect(refusal.reason == .forbidden)
      #expect(refusal.message == "anna asked for this task and cannot confirm it; two others must")
    }
  }

  @Test func `who may not do tasks does not attest them either`() async throws {
    try await waiting { scene, job in
      let refusal = try await scene.refusal(of: try await scene.attestation(job, by: .erik), by: .bram)
      #expect(refusal.reason == .forbidden)
      #expect(refusal.message == "erik may not confirm tasks; an officer, clerk or system owner must")
      #expect(try await scene.job(DeskSystems.stick, .manual).attestations.isEmpty)
    }
  }

  @Test func `two attestations that contradict each other settle nothing`() async throws {
    try await waiting { scene, job in
      try await scene.say(try await scene.attestation(job, by: .bram), by: .bram)
      let call = try await scene.attestation(job, by: .dora, done: "nothing-found")
      let refusal = try await scene.refusal(of: call, by: .dora)
      #expect(refusal.message.hasPrefix("the first attestation says otherwise about what was found"))
      #expect(!(try await scene.job(DeskSystems.stick, .manual).state.isSettled))
    }
  }

  @Test func `nothing found by two people is not called erased`() async throws {
    try await waiting { scene, job in
      for member in [Member.bram, .dora] {
        try await scene.say(try await scene.attestation(job, by: member, done: "nothing-found"), by: member)
      }
      #expect(try await scene.job(DeskSystems.stick, .manual).state.word == "nothing-found")
    }
  }

  @Test func `an attestation that names the person is refused before and after it is signed`() async throws {
    try await waiting { scene, job in
      for medium in [
        "stick with \(DeskSystems.email)", "stick of ADA.deVries@example.ORG", "file \(DeskSystems.number)",
      ] {
        let call = PrepareAttestation(task: job.text, done: "destroyed", medium: medium, method: "destroy")
        let refusal = try await scene.refusal(of: call, by: .dora)
        #expect(refusal.reason == .invalid)
        #expect(refusal.message.hasPrefix("the attestation holds the person's"), "\(refusal.message)")
        #expect(!refusal.message.contains("@"))
      }
      let text = try await scene.say(
        PrepareAttestation(task: job.text, done: "destroyed", medium: "stick 1", method: "destroy"), by: .dora
      ).text.replacing("stick 1", with: "stick of \(DeskSystems.email)")
      let signed = try await scene.refusal(of: try scene.attestation(job, by: .bram, of: text), by: .bram)
      #expect(signed.message.hasPrefix("the attestation holds the person's email"))
      #expect(try await scene.entries(TaskAttested.kind).isEmpty)
    }
  }

  @Test func `an attestation that names anybody else is refused`() async throws {
    try await waiting { scene, job in
      for (medium, what) in [
        ("handed to jan@archive.example", "an e-mail address"), ("called +31 20 123 45 67", "a telephone number"),
      ] {
        let call = PrepareAttestation(task: job.text, done: "destroyed", medium: medium, method: "destroy")
        let refusal = try await scene.refusal(of: call, by: .dora)
        #expect(refusal.message == "the attestation holds something like \(what); write it without")
      }
    }
  }

  @Test func `an attestation of another task, or signed for another purpose, is refused`() async throws {
    try await waiting { scene, job in
      var call = try await scene.attestation(job, by: .bram)
      let other = call.text.replacing(job.text, with: JobReference(bytes: [UInt8](repeating: 9, count: 16)).text)
      let foreign = try await scene.refusal(of: try scene.attestation(job, by: .bram, of: other), by: .bram)
      #expect(foreign.message == "this attestation is for another task")
      call.signature = try scene.keys.sign(call.text, with: .bram)
      let purpose = try await scene.refusal(of: call, by: .bram)
      #expect(purpose.message.contains("made for erasure-approval@expunged, not for erasure-attestation@expunged"))
      let company = try await scene.job(DeskSystems.crm).job
      let wrong = PrepareAttestation(task: company.text, done: "destroyed", medium: "a", method: "destroy")
      #expect(try await scene.refusal(of: wrong, by: .dora).message.contains("no manual task that waits"))
      let empty = PrepareAttestation(task: job.text, done: "", medium: "a", method: "destroy")
      #expect(try await scene.refusal(of: empty, by: .dora).message.hasPrefix("the attestation cannot be written"))
      let denials = try await scene.entries(AccessDenied.kind).map { try $0.facts(as: AccessDenied.self).what }
      #expect(denials == [SubmitAttestation.name, SubmitAttestation.name])
    }
  }
}
