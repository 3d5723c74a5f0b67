import ErasureDomain
import Journal
import OfficerAPI
import OfficerDesk
import SubjectVault
import TestKit
import Testing

@Suite struct `Mails and tickets of the request itself` {
  private func call(_ records: [CaseRecord.Kind: [String]]) -> AddRequest {
    AddRequest(
      channel: "mail", capacities: [.customer],
      identifiers: [SubjectIdentifier(kind: .email, value: DeskSystems.email)], caseRecords: records)
  }

  @Test func `are in the vault with their date and on no plan, which says so, and in no entry`() async throws {
    let scene = try await DeskScene()
    try await scene.say(call([.mail: ["<msg-0815@example.org>"], .ticket: ["T-77"]]), by: .anna)
    let record = try await scene.request()
    let request = record.request
    let kept = try #require(try await scene.vault.get([CaseRecord].self, .caseRecords, of: request))
    let until = record.received.dueDates.statutory.adding(months: 60)
    #expect(
      kept == [
        CaseRecord(kind: .mail, reference: "msg-0815@example.org", until: until),
        CaseRecord(kind: .ticket, reference: "T-77", until: until),
      ])
    try await scene.confirm()
    let plan = try await scene.draft()
    #expect(plan.notices.contains { $0.contains("(2)") && $0.contains("\(until)") })
    for entry in try await scene.journal.read({ try $0.entries(of: request) }) {
      #expect(!"\(entry)".contains("msg-0815"))
    }
  }

  @Test(arguments: [["two words"], [""], [String(repeating: "x", count: 251)]])
  func `that name nothing are refused, and nobody is registered`(references: [String]) async throws {
    let scene = try await DeskScene()
    let refusal = try await scene.refusal(of: call([.mail: references]), by: .anna)
    #expect(refusal.message.contains("Message-ID"))
    #expect(try await scene.say(ListRequests(), by: .anna).isEmpty)
  }
}
